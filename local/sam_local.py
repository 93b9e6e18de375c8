"""The environment of `sam local`'s containers, which use the AWS and the providers of a running `make run`.

`make run` writes it to the file that `samconfig.toml` names. A container reaches this machine as `localhost`, see
`containers`.
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
"""Names of a local stack's resources, which are the same in every run."""


def variables() -> dict[str, Any]:
    """Return the functions' settings. SAM passes to a function only the variables that the template declares."""
    return {
        "AWS_ENDPOINT_URL": f"http://localhost:{Settings().aws_port}",
        **NAMES,
        "FUNCTION_PREFIX": f"{STACK}-",
        "PARAMETERS_PATH": f"/{STACK}",
        **{section["url_setting"]: _url(provider, section) for provider, section in PROVIDERS.items()},
    }


def write(path: Path = FILE) -> None:
    """Write the file for `sam local`."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"Parameters": variables()}, indent=2) + "\n")


def _url(provider: str, section: dict[str, Any]) -> str:
    """Return the address of a provider's emulator, or for Spaces a JSON object of addresses."""
    url = address(section, EMULATOR_PORTS[provider], "localhost")
    return url if isinstance(url, str) else json.dumps(url)
