"""The built Hugging Face artifact calls a real Gradio server: the build left out nothing that gradio_client needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.build.conftest import Artifacts

# A Space that streams its progress and hands out a file, as the real ones do.
SPACE = """
import gradio, tempfile, pathlib

def generate(prompt, seed=7, progress=gradio.Progress()):
    progress(0.5)
    picture = pathlib.Path(tempfile.mkdtemp()) / "picture.webp"
    picture.write_bytes(prompt.encode())
    return str(picture), seed

inputs = [gradio.Text(label="prompt"), gradio.Number(value=7, label="seed")]
space = gradio.Interface(generate, inputs, [gradio.File(), gradio.Number()], api_name="generate")
_, url, _ = space.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
print(url, flush=True)
space.block_thread()
"""

CALL = """
import json, gradio_client
client = gradio_client.Client(sys.argv[1], verbose=False, download_files=False, analytics_enabled=False)
picture, seed = client.predict("a cat", seed=11, api_name="/generate")
print(json.dumps([picture["url"], seed]))
"""


@pytest.fixture
def space() -> Iterator[str]:
    environment = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"}
    with subprocess.Popen([sys.executable, "-c", SPACE], stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def test_the_artifact_alone_calls_a_real_gradio_server(artifacts: Artifacts, space: str) -> None:
    url, seed = artifacts.run("HuggingFaceFunction", CALL, space)
    assert url.startswith(space)
    assert url.endswith("picture.webp")
    assert seed == 11
