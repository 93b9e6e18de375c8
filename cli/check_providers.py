"""`make check-providers`: compare the catalog's models with the providers' public lists. No token is needed.

Environment variables: the providers' addresses are those of the deployed stack STACK, or with LIVE=1 those of the
catalog; the default is the local stack. An address in the environment, such as GITEE_BASE_URL, has priority. FILE is
another catalog, in the format of `catalog.toml`. The exit code is 1 if there are differences.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

import boto3

import check
from easel import catalog
from easel.catalog import Provider, lookup
from easel.common.deadline import Deadline
from local.errors import LocalError
from local.providers import parameter_of
from local.terminal import visible, visible_lines

STATE = Path(".local/state.json")
TIME_LIMIT_SECONDS = 300.0
OFF_VALUES = ("", "0", "false", "no", "off")


def set_addresses(environment: MutableMapping[str, str]) -> None:
    """Set the environment variables from which the catalog reads the providers' addresses."""
    if stack := environment.get("STACK"):
        (description,) = boto3.Session().client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        chosen = {each["ParameterKey"]: each["ParameterValue"] for each in description.get("Parameters", [])}
    elif environment.get("LIVE", "").lower() not in OFF_VALUES:
        chosen = {}
    elif STATE.exists():
        chosen = json.loads(STATE.read_text())["parameters"]
    else:
        raise LocalError(
            "no local stack is running: set LIVE=1 for the real providers, or STACK=easel for a deployed stack's"
        )
    for provider in catalog.providers().values():
        value = chosen.get(parameter_of(provider.url_setting))
        if value and not environment.get(provider.url_setting):
            environment[provider.url_setting] = value


def chosen_catalog(environment: Mapping[str, str]) -> Mapping[str, Provider]:
    """Return the catalog in FILE, or the built-in one."""
    file = environment.get("FILE")
    if not file:
        return catalog.providers()
    try:
        return lookup.read(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise LocalError(f"FILE={file} is not a catalog: {error}") from error


def main(environment: MutableMapping[str, str]) -> tuple[list[str], bool]:
    """Return the lines to print, and whether there are differences."""
    set_addresses(environment)
    rows = check.compare(Deadline(TIME_LIMIT_SECONDS), chosen_catalog(environment))
    differing = len(check.findings(rows))
    safe = [dataclasses.replace(row, detail=visible(row.detail)) for row in rows]
    return [*check.table(safe), f"{len(rows)} compared, {differing} with differences"], differing > 0


if __name__ == "__main__":
    try:
        lines, differs = main(os.environ)
    except LocalError as error:
        print(f"make check-providers: {visible_lines(str(error))}", file=sys.stderr)
        sys.exit(2)
    print("\n".join(lines))
    sys.exit(1 if differs else 0)
