#!/usr/bin/env bash
# If the last step of a Gradio generator does not change its picture (gr.skip(), or an update without a value), the
# endpoint's result is an update object without the picture. The web page keeps its picture. An API caller must keep the
# picture of an earlier step. The event "complete" of /call has the same content as the result of gradio_client.
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
from PIL import Image


def generate():
    yield Image.new("RGB", (8, 8)), "drawing"
    yield gradio.skip(), "saved"


def hide():
    yield Image.new("RGB", (8, 8)), "drawing"
    yield gradio.update(visible=True), "saved"


def kind(picture):
    return "a picture" if picture.get("path") else picture


with gradio.Blocks() as demo:
    outputs = [gradio.Image(), gradio.Textbox()]
    button = gradio.Button()
    button.click(generate, None, outputs, api_name="skip")
    button.click(hide, None, outputs, api_name="update")
demo.launch(prevent_thread_lock=True, quiet=True)
url = demo.local_url
client = Client(url, verbose=False, token=False, download_files=False)
print(f"gradio {gradio.__version__}, gradio_client {gradio_client.__version__}")
for name, last in {"skip": {"__type__": "update"}, "update": {"visible": True, "__type__": "update"}}.items():
    job = client.submit(api_name=f"/{name}")
    result = job.result(timeout=120)
    steps = [(kind(picture), text) for picture, text in job.outputs()]
    print(f"{name}: result() = {result}")
    print(f"{name}: outputs() = {steps}")
    event = httpx.post(f"{url}gradio_api/call/{name}", json={"data": []}).json()["event_id"]
    lines = httpx.get(f"{url}gradio_api/call/{name}/{event}", timeout=120).text.splitlines()
    complete = json.loads(lines[lines.index("event: complete") + 1].removeprefix("data: "))
    print(f"{name}: the event complete = {complete}")
    assert steps[0] == ("a picture", "drawing")
    assert tuple(result) == tuple(complete) == steps[-1] == (last, "saved"), "Gradio behaves otherwise now"
demo.close(verbose=False)
print("OK: after a last step without the picture the result is an update object; an earlier step has it.", flush=True)
os._exit(0)  # the client's threads outlive its close()
PYTHON
