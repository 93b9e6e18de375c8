"""Messages to the queues, ten at a time and in parallel; put back for later; hidden while work on them goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from easel import aws
from easel.errors import Unknown
from easel.settings import InvalidSetting, settings
from easel.telemetry import logger

BATCH = "batch"
"""Name of the batches' own queue; the others bear their provider's."""
BATCH_MESSAGES = 10
BATCH_BYTES = 250_000  # of 256 KiB, the least that any SQS takes
MAX_DELAY = 900  # seconds, of a message sent; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
MAX_HIDDEN = 43_000  # seconds, of a message received: 12 hours less what it was out already
SEND_ATTEMPTS = 5
PARALLEL = 8
LEASE_SECONDS = 60.0
"""A worker that dies is noticed after this long."""
BEAT_SECONDS = 20.0


def url(name: str) -> str:
    found = settings().queues.get(name)
    if not found:
        raise InvalidSetting(f"the setting {name.upper()}_QUEUE_URL must hold the URL of a queue")
    return found


@dataclass(frozen=True)
class Message:
    """A message received. `receives` counts how often, this time included."""

    queue: str
    body: str
    receipt: str
    receives: int = 1

    @classmethod
    def read(cls, record: Mapping[str, Any], queue: str) -> Message:
        count = int((record.get("attributes") or {}).get("ApproximateReceiveCount", "1"))
        return cls(queue, str(record.get("body", "")), str(record.get("receiptHandle", "")), count)

    def hide(self, seconds: float) -> None:
        """Keeps the message, received as it is, from being delivered again for that long (12 hours at most)."""
        aws.sqs().change_message_visibility(
            QueueUrl=url(self.queue),
            ReceiptHandle=self.receipt,
            VisibilityTimeout=max(0, min(round(seconds), MAX_HIDDEN)),
        )


def send(queue: str, body: str, delay: float = 0) -> None:
    """One message, delivered after `delay` seconds (15 minutes at most)."""
    seconds = max(0, min(round(delay), MAX_DELAY))
    aws.sqs().send_message(QueueUrl=url(queue), MessageBody=body, DelaySeconds=seconds)


@contextmanager
def kept(message: Message, extend: Callable[[], object] = lambda: None) -> Iterator[None]:
    """While this lasts the message stays hidden, for `LEASE_SECONDS` beyond the last beat.

    Lambda wants the queue's own visibility timeout above the function's timeout: after a death the message would be
    back in minutes only. `extend` is called at each beat but the first.
    """
    done = threading.Event()

    def beat() -> None:
        _quietly(lambda: message.hide(LEASE_SECONDS))
        while not done.wait(BEAT_SECONDS):
            _quietly(lambda: message.hide(LEASE_SECONDS))
            _quietly(extend)

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()  # a late beat would undo the delay of a message put back


def _quietly(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as error:
        logger.warning("lease not extended", extra={"reason": type(error).__name__})


class Sender:
    """Sends many messages; a few batches are under way at any time, so memory stays flat.

    A context manager: at its end everything is sent, or the first failure is raised.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[str]] = {}
        self._sizes: dict[str, int] = {}
        self._pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="send")
        self._free = threading.BoundedSemaphore(2 * PARALLEL)
        self._failures: list[BaseException] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for queue in self._waiting:
                self._dispatch(queue)
        self._pool.shutdown(wait=True)
        if kind is None:
            self._raise_failure()

    def add(self, queue: str, body: str) -> None:
        """Queues an ASCII body for sending; raises what an earlier batch failed with."""
        if self._sizes.get(queue, 0) + len(body) > BATCH_BYTES:
            self._dispatch(queue)
        bodies = self._waiting.setdefault(queue, [])
        bodies.append(body)
        self._sizes[queue] = self._sizes.get(queue, 0) + len(body)
        if len(bodies) == BATCH_MESSAGES:
            self._dispatch(queue)

    def _dispatch(self, queue: str) -> None:
        bodies = self._waiting.get(queue)
        self._waiting[queue], self._sizes[queue] = [], 0
        if bodies:
            self._raise_failure()
            self._free.acquire()
            self._pool.submit(_send_batch, url(queue), bodies).add_done_callback(self._sent)

    def _sent(self, future: Future[None]) -> None:
        self._free.release()
        if error := future.exception():
            self._failures.append(error)

    def _raise_failure(self) -> None:
        if self._failures:
            raise self._failures[0]


def _send_batch(queue_url: str, bodies: Sequence[str]) -> None:
    """Sends up to ten messages; those that SQS leaves out are sent again."""
    left = {str(number): body for number, body in enumerate(bodies)}
    for attempt in range(1, SEND_ATTEMPTS + 1):
        reply = aws.sqs().send_message_batch(
            QueueUrl=queue_url, Entries=[{"Id": key, "MessageBody": body} for key, body in left.items()]
        )
        refused = reply.get("Failed", [])
        left = {entry["Id"]: left[entry["Id"]] for entry in refused}
        if not left:
            return
        time.sleep(0.1 * 2**attempt)
    raise Unknown(f"SQS refused messages: {refused[0].get('Code')}")
