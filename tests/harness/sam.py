"""README's `sam deploy`, for MiniStack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.aws import CREDENTIALS
from local.deploy import ARTIFACTS
from local.processes import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.tools import Tools


def sam_deploy(tools: Tools, aws_url: str, parameters: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the command and its environment. `samconfig.toml` has the other options."""
    where = ["--s3-bucket", ARTIFACTS, "--no-resolve-s3", "--no-progressbar"]
    command = [str(tools.sam), "deploy", *where, "--parameter-overrides", *overrides(parameters)]
    # SAM polls the stack every 5 s by default, which suits AWS.
    quick = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.2"}
    return command, environment(**CREDENTIALS, PATH=tools.path, AWS_ENDPOINT_URL=aws_url, **quick)


def overrides(parameters: Mapping[str, str]) -> list[str]:
    """Return the arguments for `--parameter-overrides`."""
    return [f'{name}="{value}"' for name, value in parameters.items()]
