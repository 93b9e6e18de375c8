#!/usr/bin/env bash
# The number of an endpoint's outputs depends on how it is called. /call sends every output of the event, including
# those that /info does not list (State, Button). gradio_client removes these. So if the event begins with one of them,
# data[0] of /call is not the first output that /info describes. Inputs behave differently: /call does not expect the
# State.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    gradio==6.31.0 gradio_client==2.7.2 huggingface_hub==2.4.0 httpx==0.28.1
export GRADIO_TEMP_DIR="$folder/files" GRADIO_ANALYTICS_ENABLED=False HF_HUB_DISABLE_TELEMETRY=1 HF_HOME="$folder/hub"
"$folder/venv/bin/python" - <<'PYTHON'
import json
import os

import gradio
import gradio_client
import httpx
from gradio_client import Client


def generate(count, prompt):
    return count + 1, gradio.update(interactive=True), f"a picture of {prompt}"


with gradio.Blocks() as demo:
    count = gradio.State(0)
    prompt = gradio.Textbox()
    picture = gradio.Textbox()
    button = gradio.Button()
    button.click(generate, [count, prompt], [count, button, picture], api_name="generate")
demo.launch(prevent_thread_lock=True, quiet=True)
api = f"{demo.local_url}gradio_api"
described = httpx.get(f"{api}/info").json()["named_endpoints"]["/generate"]["returns"]
event = httpx.post(f"{api}/call/generate", json={"data": ["a cat"]}).json()["event_id"]
lines = httpx.get(f"{api}/call/generate/{event}", timeout=120).text.splitlines()
called = json.loads(lines[lines.index("event: complete") + 1].removeprefix("data: "))
client = Client(demo.local_url, verbose=False, token=False)
predicted = client.predict("a cat", api_name="/generate")
print(f"gradio {gradio.__version__}, gradio_client {gradio_client.__version__}")
print(f"/info describes: {[output['component'] for output in described]}")
print(f"gradio_client returns: {predicted!r}")
print(f"/call sends: {called}")
assert [output["component"] for output in described] == ["Textbox"]
assert predicted == "a picture of a cat"
assert called == [None, {"interactive": True, "__type__": "update"}, predicted], "Gradio behaves otherwise now"
demo.close(verbose=False)
print("OK: /info and gradio_client have one output; /call sends three, and the first is null, the State.", flush=True)
os._exit(0)  # the client's threads outlive its close()
PYTHON
