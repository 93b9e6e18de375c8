"""`make catalog`: show, check, store or remove the owner's overlay of the built-in catalog.

Environment variables: FILE is an overlay in TOML, in the format of `catalog.toml` (docs/models.md). It is checked and
stored, or with CHECK=1 only checked. REMOVE=1 removes the stored overlay. Without FILE and REMOVE, the stored overlay
is shown. STACK is the name of a deployed stack, reached with the owner's AWS credentials. The default is the local
stack.
"""

import os
import tomllib
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from cli.keys import connect
from easel.catalog import Provider, lookup, overlay
from easel.catalog.lookup import Catalog
from easel.catalog.overlay import OverlayInvalid
from easel.catalog.overlay import Path as KeyPath
from easel.catalog.stored_overlay import KEY, MAX_BYTES, READ_SECONDS
from easel.common import aws
from easel.settings import settings
from local.errors import LocalError
from local.terminal import run

PARSER_ERRORS = (RecursionError, ValueError)
"""Exceptions of tomllib for values that are nested too deeply and numbers with thousands of digits."""
OFF_VALUES = ("", "0", "false", "no", "off")
IGNORED = "ignored, because it is invalid:"
NONE_STORED = "no overlay is stored: only the built-in models are offered. make catalog FILE=my.toml stores one"


def read_overlay(file: str) -> tuple[str, Catalog]:
    """Return an overlay's text, and the catalog with it. Raise `LocalError` with each invalid line."""
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise LocalError(f"FILE={file} cannot be read: {error}") from error
    if len(text.encode()) > MAX_BYTES:
        raise LocalError(f"FILE={file} is too large; an overlay has at most {MAX_BYTES:,} bytes")
    try:
        return text, overlay.read(text)
    except tomllib.TOMLDecodeError as error:
        at_end = f" (line {len(text.splitlines())})" if "end of document" in str(error) else ""
        raise LocalError(f"{file}: {error}{at_end}") from error
    except OverlayInvalid as error:
        located = sorted((line_of(text, problem.path), str(problem)) for problem in error.problems)
        raise LocalError("\n".join(f"{file}:{line}: {problem}" for line, problem in located)) from error
    except PARSER_ERRORS as error:
        raise LocalError(f"{file}: a value is nested too deeply or has too many digits") from error


def changes(catalog: Catalog) -> list[str]:
    """Return the differences between a catalog and the built-in one, as lines."""
    built_in = lookup.built_in()
    lines = [line for provider in catalog.providers.values() for line in _changes(built_in[provider.id], provider)]
    return [*lines, *(f"{name}: alias of {model}" for name, model in catalog.aliases.items())]


def _changes(before: Provider, after: Provider) -> Iterator[str]:
    known = {model.id: model for model in before.models}
    for model in after.models:
        was = known.pop(model.id, None)
        if was is None:
            yield f"{after.id}/{model.id}: added"
        elif changed := [name for name in type(model).model_fields if getattr(was, name) != getattr(model, name)]:
            yield f"{after.id}/{model.id}: changed: {', '.join(changed)}"
    yield from (f"{after.id}/{model_id}: off" for model_id in known)
    if before.upscaler != after.upscaler:
        yield f"{after.id}/upscaler: changed"


def line_of(text: str, path: KeyPath) -> int:
    """Return the line number of a key, or of its table if the key is missing.

    tomllib reports no positions. But the shortest beginning of the text that contains a key ends with the key's value.
    """
    lines = text.splitlines(keepends=True)
    while path and not _has(_parsed(text), path):
        path = path[:-1]
    before = 0
    for number in range(len(lines) + 1):
        try:
            beginning = tomllib.loads("".join(lines[:number]))
        except tomllib.TOMLDecodeError:  # in the middle of a value
            continue
        if _has(beginning, path):
            return before + 1
        before = number
    return 1


def _parsed(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _has(value: Any, path: KeyPath) -> bool:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def store(environment: MutableMapping[str, str]) -> list[str]:
    """Check the overlay in FILE and store it."""
    text, catalog = read_overlay(environment["FILE"])
    if environment.get("CHECK", "").lower() not in OFF_VALUES:
        return [*changes(catalog), "valid; nothing was stored"]
    connect(environment)
    aws.s3().put_object(
        Bucket=settings().images_bucket, Key=KEY, Body=text.encode(), ContentType="application/toml; charset=utf-8"
    )
    return [*changes(catalog), f"stored: every function uses it within {READ_SECONDS:.0f} s"]


def show() -> list[str]:
    """Return the stored overlay, after a comment with its date and its changes."""
    try:
        stored = aws.s3().get_object(Bucket=settings().images_bucket, Key=KEY)
    except aws.s3().exceptions.NoSuchKey:
        return [NONE_STORED]
    text = stored["Body"].read().decode("utf-8", "replace")
    try:
        says = changes(overlay.read(text))
    except OverlayInvalid as error:
        says = [
            IGNORED,
            *(f"line {line_of(text, each.path)}: {each}" for each in error.problems),
        ]
    except tomllib.TOMLDecodeError as error:
        says = [IGNORED, str(error)]
    except PARSER_ERRORS:
        says = ["ignored, because a value is nested too deeply or has too many digits"]
    return [
        f"# stored {stored['LastModified']:%Y-%m-%d %H:%M} UTC",
        *(f"# {each}" for each in says),
        *text.splitlines(),
    ]


def remove() -> list[str]:
    """Remove the stored overlay, if there is one."""
    aws.s3().delete_object(Bucket=settings().images_bucket, Key=KEY)
    return [f"removed: every function uses the built-in models within {READ_SECONDS:.0f} s"]


def main(environment: MutableMapping[str, str]) -> list[str]:
    """Run the command and return the lines to print."""
    if environment.get("FILE"):
        return store(environment)
    connect(environment)
    return remove() if environment.get("REMOVE", "").lower() not in OFF_VALUES else show()


if __name__ == "__main__":
    run("make catalog", lambda: main(os.environ), (ClientError,))
