#!/usr/bin/env bash
# In a form, openai-python groups a list of objects by field. images.edit sends a form, so the server cannot tell which
# fields of `extra_body` belong to the same object, and two different lists become the same form. openai-node keeps each
# object together. images.generate sends the same `extra_body` as JSON, where nothing is lost. Needs Node as well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    openai==3.57.0 pydantic==2.14.4 httpx2==2.16.2
npm install --silent --no-audit --no-fund --prefix "$folder/node" openai@7.59.0
cat >"$folder/node/edit.mjs" <<'NODE'
import OpenAI, { toFile } from "openai";

const client = new OpenAI({ apiKey: "none", baseURL: process.argv[2], maxRetries: 0 });
const image = await toFile(Buffer.from("a picture"), "cat.png", { type: "image/png" });
await client.images.edit({ image, prompt: "a cat", loras: JSON.parse(process.argv[3]) });
NODE
"$folder/venv/bin/python" - "$folder/node/edit.mjs" <<'PYTHON'
import email
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openai

FIRST_HAS_SCALE = [{"path": "ink", "scale": 0.5}, {"path": "fog"}]
SECOND_HAS_SCALE = [{"path": "ink"}, {"path": "fog", "scale": 0.5}]
ANSWER = json.dumps({"created": 1, "data": [{"b64_json": "aGk="}]}).encode()
received = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"] == "application/json":
            received.append(json.loads(body))
        else:
            header = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n"
            form = email.message_from_bytes(header.encode() + body)
            fields = [(part.get_param("name", header="content-disposition"), part) for part in form.get_payload()]
            received.append([(name, part.get_payload()) for name, part in fields if name not in ("image", "prompt")])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *arguments):
        pass


def in_python(loras):
    client.images.edit(image=("cat.png", b"a picture", "image/png"), prompt="a cat", extra_body={"loras": loras})
    return received[-1]


def in_node(loras):
    subprocess.run(["node", sys.argv[1], url, json.dumps(loras)], check=True)
    return received[-1]


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/v1"
client = openai.OpenAI(api_key="none", base_url=url, max_retries=0)
print(f"openai-python {openai.__version__}, openai-node 7.59.0")
python, node = [], []
for loras in (FIRST_HAS_SCALE, SECOND_HAS_SCALE):
    python.append(in_python(loras))
    node.append(in_node(loras))
    print(f"{loras}\n  openai-python: {python[-1]}\n  openai-node:   {node[-1]}")
client.images.generate(prompt="a cat", extra_body={"loras": FIRST_HAS_SCALE})
print(f"images.generate: {received[-1]}")
server.shutdown()
assert received[-1] == {"prompt": "a cat", "loras": FIRST_HAS_SCALE}
path, scale = "loras[][path]", "loras[][scale]"
assert node == [
    [(path, "ink"), (scale, "0.5"), (path, "fog")],
    [(path, "ink"), (path, "fog"), (scale, "0.5")],
], "openai-node behaves otherwise now"
assert python == [[(path, "ink"), (path, "fog"), (scale, "0.5")]] * 2, "openai-python behaves otherwise now"
print("OK: openai-python sends the same form for two different lists of objects; openai-node sends different ones.")
PYTHON
