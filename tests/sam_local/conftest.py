"""`sam local` beside a local stack, with the repository's own defaults.

The stack takes free ports, so copies of `samconfig.toml` and of `sam_local`'s file name these; nothing else differs
from what a developer types. Needs a container engine: skipped where none answers, except in CI. On a Debian machine
`tests/sam_local/setup` sets one up, as `.ci/run` does.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from local import sam_local
from local.deploy import architecture
from local.processes import ROOT, environment
from local.providers import parameter_of
from local.settings import EMULATOR_PORTS, PROVIDERS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.stack import LocalStack
    from local.tools import Tools
    from tests.harness.artifacts import Artifacts

SOCKET = "/var/run/docker.sock"
INVOKE_SECONDS = 240  # on a machine that does much else; 5 to 10 where it does not
UNUSED_PORT = 1
TELL_NEW_ADDRESSES = Path("/proc/sys/net/ipv4/conf/default/arp_notify")


@dataclass(frozen=True)
class SamLocal:
    """Calls `sam local` as README tells to; `options` are common to all its commands."""

    sam: Path
    options: tuple[str, ...]
    environment: Mapping[str, str]

    def command(self, name: str, *arguments: str) -> list[str]:
        return [str(self.sam), "local", name, *self.options, *arguments]

    def invoke(self, function: str, event: str) -> Any:
        """What the function answers to `events/{event}.json`."""
        command = self.command("invoke", function, "--event", f"events/{event}.json")
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=INVOKE_SECONDS
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip(), done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="session")
def _bridge() -> None:
    """Has Linux tell containers the bridge's new hardware address, on a CI machine that is ours to set up.

    The bridge that Podman 4.3 makes has the lowest address of its containers' ends, so it may change whenever another
    container comes or goes. Without a word of it, those that run find nobody at the bridge for up to a minute.
    """
    if os.environ.get("CI") == "true":
        with contextlib.suppress(OSError):  # not root, or no Linux
            TELL_NEW_ADDRESSES.write_text("1")


@pytest.fixture(scope="session")
def engine(_bridge: None) -> str:
    """`podman` or `docker`: what answers where SAM CLI looks for a container engine."""
    path = os.environ.get("DOCKER_HOST", f"unix://{SOCKET}").removeprefix("unix://")
    try:
        with socket.socket(socket.AF_UNIX) as engine:
            engine.settimeout(30)
            engine.connect(path)
            engine.sendall(b"GET /version HTTP/1.0\r\nHost: engine\r\n\r\n")
            told = b"".join(iter(lambda: engine.recv(1 << 16), b""))
    except OSError as error:
        reason = f"no container engine answers at {path} ({error})"
        if os.environ.get("CI") == "true":
            pytest.fail(f'{reason}; run: eval "$(tests/sam_local/setup)"')
        pytest.skip(reason)
    return "podman" if b"Podman" in told else "docker"


@pytest.fixture(scope="session")
def stack(engine: str, local_easel: LocalStack) -> LocalStack:
    return local_easel


@pytest.fixture(scope="session")
def sam(
    engine: str, tools: Tools, artifacts: Artifacts, stack: LocalStack, tmp_path_factory: pytest.TempPathFactory
) -> SamLocal:
    parameters = stack.providers.parameters
    urls = {name: parameters[parameter_of(section["url_setting"])] for name, section in PROVIDERS.items()}
    ports = {EMULATOR_PORTS[name]: _port(re.findall(r'http[^"]+', url)[0]) for name, url in urls.items()}
    ports[Settings().aws_port] = _port(stack.aws_url)
    ports[Settings().port] = _port(stack.endpoint)
    return _sam_local(engine, tools, artifacts, ports, tmp_path_factory.mktemp("beside-a-stack"))


@pytest.fixture(scope="session")
def lonely_sam(engine: str, tools: Tools, artifacts: Artifacts, tmp_path_factory: pytest.TempPathFactory) -> SamLocal:
    """No stack runs beside it: nobody listens where it calls."""
    ports = dict.fromkeys([Settings().aws_port, *EMULATOR_PORTS.values()], UNUSED_PORT)
    return _sam_local(engine, tools, artifacts, ports, tmp_path_factory.mktemp("alone"))


def _sam_local(engine: str, tools: Tools, artifacts: Artifacts, ports: Mapping[int, int], folder: Path) -> SamLocal:
    variables = folder / "sam-local.json"
    sam_local.write(variables)
    variables.write_text(_moved(variables.read_text(), ports))
    config = (ROOT / "samconfig.toml").read_text().replace(".aws-sam/sam-local.json", str(variables))
    config = config.replace("Architecture=x86_64", f"Architecture={architecture()}")
    (folder / "samconfig.toml").write_text(_moved(config, ports))
    options = {
        "--template": artifacts.folder / "template.yaml",
        "--config-file": folder / "samconfig.toml",
        "--config-env": {"podman": "default", "docker": "docker"}[engine],
    }
    host = {name: value for name, value in os.environ.items() if name == "DOCKER_HOST"}
    return SamLocal(
        tools.sam,
        (*(str(text) for option in options.items() for text in option), "--skip-pull-image"),
        environment(PATH=tools.path, SAM_CLI_TELEMETRY="0", **host),
    )


def _moved(text: str, ports: Mapping[int, int]) -> str:
    """With other ports in the addresses of this machine."""
    return re.sub(
        r"(http://(?:localhost|127\.0\.0\.1)):(\d+)",
        lambda found: f"{found[1]}:{ports.get(int(found[2]), found[2])}",
        text,
    )


def _port(url: str) -> int:
    port = httpx2.URL(url).port
    assert port, url
    return port
