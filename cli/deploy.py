"""`make deploy`: ask who may use the deployment, then run `sam build` and `sam deploy`.

Environment variables: WHO, the answer (keys, tokens or everybody); STACK (easel); REGION, by default the region in the
AWS CLI's settings; PARAMS, further parameters of the template, such as `RetentionDays=7 TimeZone=Europe/Berlin`.
docs/decisions/strangers.md has the reasons for the three answers.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping

import boto3

from local.errors import LocalError
from local.processes import ROOT
from local.settings import Settings
from local.terminal import run
from local.tools import find_tools

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "keys": {"Access": "keys"},
    "tokens": {"Access": "tokens", "AnonymousPictures": "0"},
    "everybody": {"Access": "tokens", "AnonymousPictures": "100"},
}
"""The template's parameters for each answer."""
QUESTION = """\
Who may use it?
  keys       people to whom you give an Easel key (make key), each with its own limits
  tokens     also people with a provider's token: their pictures use their own quota, and you pay only for AWS
  everybody  also people without a token: 100 pictures a day for each address, and you pay for AWS
keys, tokens or everybody: """


def parameters(environment: Mapping[str, str], ask: Callable[[str], str]) -> dict[str, str]:
    """Return the template's parameters: those of the answer, overridden by PARAMS."""
    answer = (environment.get("WHO") or ask(QUESTION)).strip().lower()
    if answer not in ANSWERS:
        raise LocalError(f"WHO is {answer!r}; it must be one of: {', '.join(ANSWERS)}")
    return {**ANSWERS[answer], **Settings.read({"PARAMS": environment.get("PARAMS") or ""}).parameters}


def region(environment: Mapping[str, str]) -> str:
    """Return the AWS region. Raise `LocalError` without one, because a stack in a wrong region is easily forgotten."""
    chosen = environment.get("REGION") or boto3.session.Session().region_name
    if not chosen:
        raise LocalError("no AWS region is set: run make deploy REGION=eu-central-1, or aws configure")
    return chosen


def commands(sam: str, environment: Mapping[str, str], given: Mapping[str, str], where: str) -> list[list[str]]:
    """Return the commands `sam build` and `sam deploy`."""
    overrides = [f'{name}="{_quoted(value)}"' for name, value in given.items()]
    stack = environment.get("STACK") or "easel"
    deploy = [sam, "deploy", "--stack-name", stack, "--region", where, "--parameter-overrides", *overrides]
    return [[sam, "build"], deploy]


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def main(environment: Mapping[str, str], ask: Callable[[str], str] = input) -> int:
    """Ask, build and deploy. Return the exit status of the failed command, or 0."""
    tools = find_tools()
    where = region(environment)
    given = parameters(environment, ask)
    for command in commands(str(tools.sam), environment, given, where):
        status = subprocess.run(command, cwd=ROOT, env={**environment, "PATH": tools.path}, check=False).returncode
        if status:
            return status
    print("\nTo check the deployment: make smoke URL=<Endpoint above>. To invite others: docs/inviting.md.")
    return 0


if __name__ == "__main__":
    try:
        run("make deploy", lambda: main(os.environ))
    except (EOFError, KeyboardInterrupt):
        sys.exit("\nmake deploy: nothing was deployed")
