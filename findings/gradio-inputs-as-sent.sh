#!/usr/bin/env bash
# Gradio validates some inputs of an API caller, and passes others to the function unchanged. It enforces a slider's
# range but not its step. A number with precision 0 is rounded, half to even. A checkbox accepts any text, so "false" is
# true in the function. /info describes the checkbox as a boolean, and does not contain the slider's step.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    gradio==6.31.0 gradio_client==2.7.2 huggingface_hub==2.4.0 httpx==0.28.1
export GRADIO_TEMP_DIR="$folder/files" GRADIO_ANALYTICS_ENABLED=False HF_HUB_DISABLE_TELEMETRY=1 HF_HOME="$folder/hub"
"$folder/venv/bin/python" - 2>"$folder/log" <<'PYTHON' || { cat "$folder/log"; exit 1; }
import os

import gradio
import gradio_client
from gradio_client import Client
from gradio_client.exceptions import AppError


def describe(width, steps, random):
    return f"{width!r} {steps!r} {random!r} {bool(random)}"


with gradio.Blocks() as demo:
    width = gradio.Slider(512, 2048, value=1024, step=64)
    steps = gradio.Number(9, precision=0)
    random = gradio.Checkbox(True)
    gradio.Button().click(describe, [width, steps, random], gradio.Textbox(), api_name="describe")
demo.launch(prevent_thread_lock=True, quiet=True)
client = Client(demo.local_url, verbose=False, token=False)


def call(**inputs):
    try:
        answer = client.predict(**inputs, api_name="/describe")
    except AppError as error:
        answer = error.message
    print(f"{inputs}: {answer}")
    return answer


print(f"gradio {gradio.__version__}, gradio_client {gradio_client.__version__}; width, steps, random, bool(random):")
described = client.view_api(print_info=False, return_format="dict")["named_endpoints"]["/describe"]["parameters"]
types = [parameter["type"] for parameter in described]
print(f"types in /info: {types}")
default = call()
beyond = call(width=4096)
answers = [call(width=1000.5), call(steps=6.5), call(steps=7.5), call(random="false")]
assert default == "1024 9 True True"
assert beyond == "Value 4096 is greater than maximum value 2048."
assert [kind["type"] for kind in types] == ["number", "integer", "boolean"] and "64" not in str(types)
assert answers == [
    "1000.5 9 True True",
    "1024 6 True True",
    "1024 8 True True",
    "1024 9 'false' True",
], "Gradio behaves otherwise now"
demo.close(verbose=False)
print("OK: Gradio enforces a slider's range, not its step; the text 'false' for a checkbox is true.", flush=True)
os._exit(0)  # the client's threads outlive its close()
PYTHON
