#!/usr/bin/env bash
# A stream of huggingface_hub's InferenceClient closes when the client is garbage-collected: reading the first event
# raises
# httpx2.StreamClosed. So if a function creates a client and returns chat_completion(stream=True), the stream is closed.
# A stream of openai-python works without a reference to its client.
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

MESSAGES = [{"role": "user", "content": "Describe a picture."}]


def chunk(text, reason=None):
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": reason}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        events = [json.dumps(chunk("a ")), json.dumps(chunk("cat", "stop")), "[DONE]"]
        body = "".join(f"data: {event}\n\n" for event in events).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def texts(stream):
    try:
        return [event.choices[0].delta.content for event in stream]
    except httpx2.StreamClosed as error:
        return type(error).__name__


def of_huggingface():
    return InferenceClient(base_url=url, api_key="none").chat_completion(MESSAGES, stream=True)


def of_openai():
    completions = openai.OpenAI(base_url=url, api_key="none").chat.completions
    return completions.create(model="m", messages=MESSAGES, stream=True)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/v1"
client = InferenceClient(base_url=url, api_key="none")
found = {
    "huggingface_hub, the client in a variable": texts(client.chat_completion(MESSAGES, stream=True)),
    "huggingface_hub, no reference to the client": texts(of_huggingface()),
    "openai, no reference to the client": texts(of_openai()),
}
server.shutdown()
print(f"huggingface_hub {huggingface_hub.__version__}, openai {openai.__version__}, httpx2 {httpx2.__version__}")
for case, answer in found.items():
    print(f"{case}: {answer}")
kept, dropped, other = found.values()
assert kept == other == ["a ", "cat"]
assert dropped == "StreamClosed", "huggingface_hub behaves otherwise now"
print("OK: a stream of an InferenceClient raises StreamClosed after the last reference to the client is gone.")
PYTHON
