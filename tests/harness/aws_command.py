"""A substitute for the AWS CLI that supports what the documents use: any botocore operation, and two of `aws s3`.

The real CLI's package conflicts with the newest boto3. Like the real one, this command takes services, operations,
options and value types from botocore. A server runs the commands, so that boto3 is imported once.
"""

from __future__ import annotations

import contextlib
import json
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jmespath  # type: ignore[import-untyped]
from botocore import xform_name
from werkzeug.wrappers import Request, Response

from local.deploy import client
from tests.harness.cloud import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = ("query", "output")


@contextlib.contextmanager
def serving(endpoint: str, aws_url: str) -> Iterator[str]:
    """Serve commands on the AWS at `aws_url`. Yield the server's address.

    A call's body has the caller's folder and the command's words, separated by NUL. The response is the output.
    """

    def answer(request: Request) -> Response:
        folder, *words = request.get_data().decode().removesuffix("\0").split("\0")
        try:
            return Response(f"{run(words, Path(folder), endpoint, aws_url)}\n")
        except Exception:
            return Response(traceback.format_exc(), 500)

    server = Server(answer)
    yield server.url
    server.close()


def run(words: list[str], folder: Path, endpoint: str, aws_url: str) -> str:
    """Run a command and return its output. A stack's output `Endpoint` is `endpoint`: an emulated API has no host."""
    service, operation, *rest = words
    if service == "s3":
        return _s3(client("s3", aws_url), operation, rest, folder)
    caller = client(service, aws_url)
    method = operation.replace("-", "_")
    shape = caller.meta.service_model.operation_model(caller.meta.method_to_api_mapping[method]).input_shape
    members = {xform_name(name, "-"): (name, member) for name, member in shape.members.items()}
    options = _options(rest)
    given = {members[name][0]: _value(members[name][1], values) for name, values in options.items() if name not in OURS}
    answer = getattr(caller, method)(**given)
    answer.pop("ResponseMetadata", None)
    for stack in answer.get("Stacks", ()):
        for output in stack["Outputs"]:
            if output["OutputKey"] == "Endpoint":
                output["OutputValue"] = endpoint
    return _shown(answer, options)


def _options(words: list[str]) -> dict[str, list[str]]:
    """Return each option's values from `--name value …`."""
    options: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            options[word.removeprefix("--")] = []
        else:
            options[list(options)[-1]].append(word)
    return options


def _value(shape: Any, values: list[str]) -> Any:
    if shape.type_name == "boolean":
        return True
    if shape.type_name == "list" and shape.member.type_name == "structure":
        return [_structure(value) for value in values]
    if shape.type_name == "list":
        return values
    (value,) = values
    return value


def _structure(text: str) -> dict[str, str]:
    """Parse the CLI's shorthand `Name=value,Name=value`."""
    return dict(part.split("=", 1) for part in text.split(","))


def _shown(answer: Any, options: dict[str, list[str]]) -> str:
    result = jmespath.search(options["query"][0], answer) if "query" in options else answer
    if options.get("output") != ["text"]:
        return json.dumps(result, indent=4, default=str)
    assert result, f"{options['query'][0]} finds nothing"
    return "\t".join(result) if isinstance(result, list) else str(result)


def _s3(s3: Any, operation: str, words: list[str], folder: Path) -> str:
    """`cp FILE s3://bucket/key` and `rb s3://bucket --force`."""
    if operation == "cp":
        source, target = words
        bucket, _, key = target.removeprefix("s3://").partition("/")
        s3.put_object(Bucket=bucket, Key=key, Body=(folder / source).read_bytes())
        return f"upload: {source} to {target}"
    address, force = words
    assert (operation, force) == ("rb", "--force"), words
    bucket = address.removeprefix("s3://")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for doomed in page.get("Contents", ()):
            s3.delete_object(Bucket=bucket, Key=doomed["Key"])
    s3.delete_bucket(Bucket=bucket)
    return f"remove_bucket: {bucket}"
