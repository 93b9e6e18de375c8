#!/usr/bin/env bash
# openai-python parses an event of an unknown type as another class of event. A webhook that is newer than the package
# becomes an AgentEnvironmentExpiredWebhookEvent. A newer stream event becomes an ImageGenPartialImageEvent whose
# b64_json is None. So code that dispatches by class (isinstance, match) takes the wrong branch: compare `type` instead.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    openai==3.57.0 standardwebhooks==1.1.0 pydantic==2.14.4 httpx2==2.16.2
"$folder/venv/bin/python" - <<'PYTHON'
import base64
import json
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openai
from standardwebhooks import Webhook

SECRET = "whsec_" + base64.b64encode(b"an example, not a secret").decode()
EVENTS = [
    {"type": "image_generation.keepalive"},
    {"type": "image_generation.completed", "b64_json": "aGk="},
]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in EVENTS).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def unwrap(kind):
    body = json.dumps({"id": "evt_1", "object": "event", "created_at": 1, "type": kind, "data": {"id": "batch_1"}})
    now = datetime.now(timezone.utc)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", now, body),
    }
    return client.webhooks.unwrap(body, headers)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/v1"
client = openai.OpenAI(api_key="none", base_url=url, webhook_secret=SECRET, max_retries=0)
print(f"openai {openai.__version__}")
classes = {}
for event in [unwrap("batch.completed"), unwrap("batch.paused"), *client.images.generate(prompt="a cat", stream=True)]:
    classes[event.type] = type(event).__name__
    print(f"{event.type}: {event!r}")
server.shutdown()
assert classes["batch.completed"] == "BatchCompletedWebhookEvent"
assert classes["image_generation.completed"] == "ImageGenCompletedEvent"
assert classes["batch.paused"] == "AgentEnvironmentExpiredWebhookEvent", "openai behaves otherwise now"
assert classes["image_generation.keepalive"] == "ImageGenPartialImageEvent", "openai behaves otherwise now"
print("OK: openai-python parses an unknown webhook or stream event as another class of event, and raises nothing.")
PYTHON
