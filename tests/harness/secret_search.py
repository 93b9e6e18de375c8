"""Looking for marked keys and tokens in all that a stack stored, sent to AWS, printed and answered."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.harness.cloud import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.harness.cloud import Cloud

WINDOW = 12
"""So many characters of a secret in a row are a leak."""
PLACE_OF_TOKENS = "ssm."
"""Where the deployment's own tokens lie."""


def forms(secret: str) -> set[str]:
    """Return what gives a secret away: its pieces, also encoded."""
    encoded = {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode(), secret.encode().hex()}
    return {text[at : at + WINDOW] for text in encoded for at in range(len(text) - WINDOW + 1)}


@dataclass
class Watch:
    """All that was seen while a watch lasted, as (where, text)."""

    secrets: tuple[str, ...]
    seen: list[tuple[str, str]] = field(default_factory=list)

    def answered(self, where: str, text: str, headers: Mapping[str, str] | None = None) -> None:
        self.seen.append((f"answer {where}", text + json.dumps(dict(headers or {}))))

    def leaks(self) -> list[str]:
        """Return where a secret stands, with the text around it left out: a failing test prints this."""
        marks = {mark for secret in self.secrets for mark in forms(secret)}
        return sorted({where for where, text in self.seen if any(mark in text for mark in marks)})


class _Lines(logging.Handler):
    """What libraries log, beside Easel's own lines."""

    def __init__(self, kept: list[tuple[str, str]]) -> None:
        super().__init__(logging.INFO)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append((f"log of {record.name}", self.format(record)))


@contextlib.contextmanager
def watching(cloud: Cloud, secrets: Iterable[str]) -> Iterator[Watch]:
    """Watches for secrets; at its end all is there: the table, the bucket, AWS's calls, executions, logs and print."""
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
    watch.seen += texts(cloud)
    watch.seen += _executions(cloud)


def _sent(name: str, body: bytes) -> str:
    """Return what a call sent. An invocation by the front door carries the caller's tokens, in fields of their own."""
    text = body.decode("latin-1")
    if name != "lambda.Invoke":
        return text
    address, _, payload = text.partition("\n")
    event: dict[str, Any] = json.loads(payload or "{}")
    return f"{address} {json.dumps({name: value for name, value in event.items() if name not in _TOKENS})}"


_TOKENS = ("token", "spareTokens")


def _executions(cloud: Cloud) -> Iterator[tuple[str, str]]:
    """Yield every execution of every state machine: its input, its output, and its history."""
    client = cloud.client("stepfunctions")
    for machine in client.list_state_machines()["stateMachines"]:
        for one in client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]:
            arn = one["executionArn"]
            histories = [client.describe_execution(executionArn=arn), client.get_execution_history(executionArn=arn)]
            yield f"execution {one['name']}", json.dumps(histories, default=str)
