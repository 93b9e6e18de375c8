"""`sam local` together with a local stack, with the repository's own defaults.

The stack listens at free ports, so the tests use copies of `samconfig.toml` and of `sam_local`'s file with these ports.
Nothing else differs from what a developer types. The tests need a container engine. Without one they are skipped,
except in CI. `tests/sam_local/setup` makes one on a Debian machine, as `.ci/run` does.
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
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.stack import LocalStack
    from local.tools import Tools
    from tests.harness.artifacts import Artifacts

SOCKET = "/var/run/docker.sock"
ARP_NOTIFY = Path("/proc/sys/net/ipv4/conf/default/arp_notify")


@dataclass(frozen=True)
class SamLocal:
    """Calls `sam local` as in docs/try.md. `options` are common to all its commands."""

    sam: Path
    options: tuple[str, ...]
    environment: Mapping[str, str]

    def command(self, name: str, *arguments: str) -> list[str]:
        return [str(self.sam), "local", name, *self.options, *arguments]

    def invoke(self, function: str, event: str) -> Any:
        """Return the function's answer to `events/{event}.json`."""
        command = self.command("invoke", function, "--event", f"events/{event}.json")
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=HANGS_SECONDS
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip(), done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="session")
def _bridge() -> None:
    """Let Linux announce the bridge's new hardware address to containers, on a CI machine, which is ours to set up.

    The bridge of Podman 4.3 takes the lowest hardware address of its containers' ends, so the address may change
    whenever a container comes or goes. Without the announcement, running containers cannot reach the bridge for up to
    a minute.
    """
    if os.environ.get("CI") == "true":
        with contextlib.suppress(OSError):  # not root, or not Linux
            ARP_NOTIFY.write_text("1")


@pytest.fixture(scope="session")
def engine(_bridge: None) -> str:
    """`podman` or `docker`: the engine that answers at SAM CLI's socket."""
    path = os.environ.get("DOCKER_HOST", f"unix://{SOCKET}").removeprefix("unix://")
    try:
        with socket.socket(socket.AF_UNIX) as engine:
            engine.settimeout(HANGS_SECONDS)
            engine.connect(path)
            engine.sendall(b"GET /version HTTP/1.0\r\nHost: engine\r\n\r\n")
            version = b"".join(iter(lambda: engine.recv(1 << 16), b""))
    except OSError as error:
        reason = f"no container engine answers at {path} ({error})"
        if os.environ.get("CI") == "true":
            pytest.fail(f'{reason}; run: eval "$(tests/sam_local/setup)"')
        pytest.skip(reason)
    return "podman" if b"Podman" in version else "docker"


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
    folder = tmp_path_factory.mktemp("sam-local")
    variables = folder / "sam-local.json"
    sam_local.write(variables)
    variables.write_text(_with_ports(variables.read_text(), ports))
    config = (ROOT / "samconfig.toml").read_text().replace(".aws-sam/sam-local.json", str(variables))
    config = config.replace("Architecture=x86_64", f"Architecture={architecture()}")
    (folder / "samconfig.toml").write_text(_with_ports(config, ports))
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


def _with_ports(text: str, ports: Mapping[int, int]) -> str:
    """Replace the ports in this machine's addresses."""
    return re.sub(
        r"(http://(?:localhost|127\.0\.0\.1)):(\d+)",
        lambda match: f"{match[1]}:{ports.get(int(match[2]), match[2])}",
        text,
    )


def _port(url: str) -> int:
    port = httpx2.URL(url).port
    assert port, url
    return port
