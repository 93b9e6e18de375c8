"""A substitute for the AWS CLI that supports what the documents use: any botocore operation, and two of `aws s3`.

The real CLI's package conflicts with the newest boto3. Like the real one, this command takes services, operations,
options and value types from botocore. It prints `EASEL_ENDPOINT` as a stack's output `Endpoint`, because an emulated
API has no host of its own.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3
import jmespath  # type: ignore[import-untyped]
from botocore import xform_name

OURS = ("query", "output")


def main(words: list[str]) -> str:
    service, operation, *rest = words
    if service == "s3":
        return _s3(operation, rest)
    client = boto3.client(service)  # type: ignore[call-overload]
    method = operation.replace("-", "_")
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape
    members = {xform_name(name, "-"): (name, member) for name, member in shape.members.items()}
    options = _options(rest)
    given = {members[name][0]: _value(members[name][1], values) for name, values in options.items() if name not in OURS}
    answer = getattr(client, method)(**given)
    answer.pop("ResponseMetadata", None)
    for stack in answer.get("Stacks", ()):
        for output in stack["Outputs"]:
            if output["OutputKey"] == "Endpoint":
                output["OutputValue"] = os.environ["EASEL_ENDPOINT"]
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


def _s3(operation: str, words: list[str]) -> str:
    """`cp FILE s3://bucket/key` and `rb s3://bucket --force`."""
    s3 = boto3.resource("s3")
    if operation == "cp":
        source, target = words
        bucket, _, key = target.removeprefix("s3://").partition("/")
        s3.Bucket(bucket).put_object(Key=key, Body=Path(source).read_bytes())
        return f"upload: {source} to {target}"
    address, force = words
    assert (operation, force) == ("rb", "--force"), words
    doomed = s3.Bucket(address.removeprefix("s3://"))
    doomed.objects.delete()
    doomed.delete()
    return f"remove_bucket: {doomed.name}"


if __name__ == "__main__":
    print(main(sys.argv[1:]))
