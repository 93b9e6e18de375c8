"""The environment that `sam local` gives to its containers, beside a running `make run`.

`make run` writes it where `samconfig.toml` names it. A container reaches this machine as `localhost`; see `containers`.
"""

import json
from pathlib import Path
from typing import Any

from local.deploy import STACK
from local.emulators import address
from local.processes import ROOT
from local.settings import EMULATOR_PORTS, PROVIDERS, Settings

FILE = ROOT / ".aws-sam/sam-local.json"
NAMES = {
    "JOBS_TABLE": "easel-JobsTable-FDDAF7C9035C5",
    "IMAGES_BUCKET": "easel-imagesbucket-11df2ba2753c0",
    "BATCH_MACHINE": "arn:aws:states:us-east-1:000000000000:stateMachine:easel-batch",
}
"""What a local stack calls its resources: the same in every run."""


def variables() -> dict[str, Any]:
    """Return the functions' settings; SAM passes on those that the template declares for a function."""
    return {
        "AWS_ENDPOINT_URL": f"http://localhost:{Settings().aws_port}",
        **NAMES,
        "FUNCTION_PREFIX": f"{STACK}-",
        "PARAMETERS_PATH": f"/{STACK}",
        **{section["url_setting"]: _url(provider, section) for provider, section in PROVIDERS.items()},
    }


def write(path: Path = FILE) -> None:
    """Write the file that `sam local` reads."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"Parameters": variables()}, indent=2) + "\n")


def _url(provider: str, section: dict[str, Any]) -> str:
    """Return the address of a provider's emulator; for Spaces a JSON object of them."""
    url = address(section, EMULATOR_PORTS[provider], "localhost")
    return url if isinstance(url, str) else json.dumps(url)
