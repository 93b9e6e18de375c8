"""Search for known keys and tokens in everything that a stack stored, sent to AWS, logged and returned."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.harness.cloud import Cloud

WINDOW = 12
"""Number of consecutive characters of a secret that count as a leak."""
PLACE_OF_TOKENS = "ssm."
"""Prefix of the calls that carry the deployment's own tokens."""


def forms(secret: str) -> set[str]:
    """Return the texts that reveal a secret: its parts, plain and encoded."""
    return {text[at : at + WINDOW] for text in _encoded(secret) for at in range(len(text) - WINDOW + 1)}


def _encoded(secret: str) -> set[str]:
    return {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode(), secret.encode().hex()}


def _halves(secret: str) -> set[str]:
    """Return parts of half a window. Each window holds at least one of them, and they are a sixth as many."""
    half = WINDOW // 2
    return {text[at : at + half] for text in _encoded(secret) for at in range(0, len(text) - half + 1, half)}


@dataclass
class Watch:
    """Everything that was recorded, as (place, text)."""

    secrets: tuple[str, ...]
    seen: list[tuple[str, str]] = field(default_factory=list)

    def answered(self, where: str, text: str, headers: Mapping[str, str] | None = None) -> None:
        self.seen.append((f"answer {where}", text + json.dumps(dict(headers or {}))))

    def leaks(self) -> list[str]:
        """Return the places with a secret, without their texts, because a failing test prints the result."""
        everything = "\n".join(dict.fromkeys(text for _, text in self.seen))
        halves = [half for secret in self.secrets for half in _halves(secret) if half in everything]
        marks = {mark for secret in self.secrets for mark in forms(secret) if any(half in mark for half in halves)}
        found = [mark for mark in marks if mark in everything]
        return sorted({where for where, text in self.seen if any(mark in text for mark in found)})


class _Lines(logging.Handler):
    """Records libraries' log lines, in addition to Easel's."""

    def __init__(self, kept: list[tuple[str, str]]) -> None:
        super().__init__(logging.INFO)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append((f"log of {record.name}", self.format(record)))


@contextlib.contextmanager
def watching(cloud: Cloud, secrets: Iterable[str]) -> Iterator[Watch]:
    """Record the table, the bucket, AWS's calls, executions, logs and printed output, to search them for secrets."""
    watch = Watch(tuple(secrets))
    lines, printed, root = _Lines(watch.seen), io.StringIO(), logging.getLogger()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.INFO)
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            cloud.recording() as calls,
        ):
            yield watch
    finally:
        root.removeHandler(lines)
        root.setLevel(level)
    watch.seen.append(("print", printed.getvalue()))
    watch.seen += [(f"call {name}", _sent(name, body)) for name, body in calls if not name.startswith(PLACE_OF_TOKENS)]
    watch.seen += cloud.texts()
    watch.seen += _executions(cloud)


def _sent(name: str, body: bytes) -> str:
    """Return a call's content. The fields for the caller's tokens are left out of the front door's invocations."""
    text = body.decode("latin-1")
    if name != "lambda.Invoke":
        return text
    address, _, payload = text.partition("\n")
    event: dict[str, Any] = json.loads(payload or "{}")
    return f"{address} {json.dumps({name: value for name, value in event.items() if name not in _TOKENS})}"


_TOKENS = ("token", "spareTokens")


def _executions(cloud: Cloud) -> Iterator[tuple[str, str]]:
    """Yield the input, output and history of every execution."""
    if not cloud.uses_state_machines:
        return
    client = cloud.client("stepfunctions")
    for machine in client.list_state_machines()["stateMachines"]:
        for one in client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]:
            arn = one["executionArn"]
            histories = [client.describe_execution(executionArn=arn), client.get_execution_history(executionArn=arn)]
            yield f"execution {one['name']}", json.dumps(histories, default=str)
