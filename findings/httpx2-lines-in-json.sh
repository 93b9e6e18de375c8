#!/usr/bin/env bash
# httpx2's iter_lines() ends a line at every line boundary of str.splitlines(). One of these is U+2028, which may be
# unescaped in JSON (RFC 8259, section 7) and does not end a line in an event stream. So iter_lines() splits an event in
# two, and huggingface_hub, which uses it for streams, raises JSONDecodeError. openai-python splits bytes and has no
# error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    huggingface_hub==2.4.0 openai==3.57.0 httpx2==2.16.2
export HF_HUB_DISABLE_TELEMETRY=1 HF_HOME="$folder/hub"
"$folder/venv/bin/python" - <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import huggingface_hub
import openai
from huggingface_hub import InferenceClient

TEXT = "a cat\u2028and a dog"
MESSAGES = [{"role": "user", "content": "Describe a picture."}]


def chunk():
    choice = {"index": 0, "delta": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = f"data: {json.dumps(chunk(), ensure_ascii=False)}\n\ndata: [DONE]\n\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def texts(stream):
    try:
        return [event.choices[0].delta.content for event in stream]
    except json.JSONDecodeError as error:
        return type(error).__name__


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/v1"
with httpx2.stream("POST", url, trust_env=False) as response:
    lines = [line for line in response.iter_lines() if line]
hub = InferenceClient(base_url=url, api_key="none")
client = openai.OpenAI(base_url=url, api_key="none")
of_hub = texts(hub.chat_completion(MESSAGES, stream=True))
of_openai = texts(client.chat.completions.create(model="m", messages=MESSAGES, stream=True))
server.shutdown()
print(f"httpx2 {httpx2.__version__}, huggingface_hub {huggingface_hub.__version__}, openai {openai.__version__}")
print(f"httpx2's lines of two events: {[line if len(line) < 30 else f'…{line[-30:]}' for line in lines]}")
print(f"openai: {of_openai}")
print(f"huggingface_hub: {of_hub}")
assert json.loads(json.dumps(chunk(), ensure_ascii=False)) == chunk()
assert of_openai == [TEXT]
assert len(lines) == 3 and lines[0].endswith("a cat"), "httpx2 behaves otherwise now"
assert of_hub == "JSONDecodeError", "huggingface_hub behaves otherwise now"
print("OK: httpx2's iter_lines() splits an event at U+2028, and huggingface_hub raises JSONDecodeError.")
PYTHON
