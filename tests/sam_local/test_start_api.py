"""`sam local start-api` answers the first of the specification's three calls, as `make run` prints it."""

from __future__ import annotations

import io
import json
import re
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import httpx2
import pytest
from PIL import Image

from local.banner import calls
from local.processes import ROOT
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.sam_local.conftest import SamLocal


@pytest.fixture(scope="module")
def endpoint(sam: SamLocal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("start-api") / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = sam.command("start-api", "--port", str(port))
    with log.open("w") as output, subprocess.Popen(command, cwd=ROOT, env=sam.environment, stderr=output) as api:
        try:
            _wait_for(port, api, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            api.terminate()
            api.wait(timeout=HANGS_SECONDS)  # SAM stops its containers first


def _wait_for(port: int, api: subprocess.Popen[bytes], log: Path) -> None:
    while True:
        assert api.poll() is None, log.read_text()
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def test_the_first_call_returns_a_picture(endpoint: str) -> None:
    call = re.findall(r"^curl .*?^  \}'$", calls(endpoint), flags=re.DOTALL | re.MULTILINE)[0]
    command = f"{call} --silent --show-error --max-time {HANGS_SECONDS:.0f} --write-out '\\n%{{http_code}}'"
    completed = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    body, _, status = completed.stdout.rpartition("\n")
    assert status == "200", completed.stdout
    answer = json.loads(body)
    link = answer["imageDetails"]["url"]
    assert link.startswith(f"{endpoint}/api/images/")
    response = httpx2.get(link, follow_redirects=True, timeout=HANGS_SECONDS, trust_env=False)
    assert response.status_code == 200, response.text
    picture = Image.open(io.BytesIO(response.content))
    assert (picture.format or "").upper() == answer["format"].upper()
    assert f"{picture.width} x {picture.height} (1:1)" == answer["imageDetails"]["dimensions"]
