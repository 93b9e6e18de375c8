"""Read the overlay that the owner has stored in the stack's bucket with `make catalog`.

A function reads the overlay during init. Before a call it reads the overlay again if the last read is `READ_SECONDS`
old, with the object's ETag, so that S3 sends only changes. An invalid overlay is ignored: the built-in catalog is used,
and an error is logged, which `ErrorsAlarm` counts. If S3 does not respond, the present catalog remains.

The overlay is not in SSM, because a parameter has at most 4 KB, which three Spaces can fill.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from easel.catalog import lookup
from easel.catalog.lookup import Catalog
from easel.catalog.models import UPSCALER, Provider
from easel.common import aws
from easel.common.telemetry import logger
from easel.errors import InvalidSetting
from easel.settings import settings

KEY = "catalog/overlay.toml"
MAX_BYTES = 256 * 1024
READ_SECONDS = 60.0
"""Seconds between two reads."""
UNKNOWN_MODEL_SECONDS = 5.0
"""Minimum seconds between two reads if calls name a model that is not in the catalog."""
MAX_REASON = 1000
"""Maximum characters of a logged reason."""
WAIT_SECONDS = 1.0
"""Seconds for which a call waits for a read. A read that takes longer continues, and later calls use its result."""


class _ReadState:
    """The state of this process's reads of the overlay."""

    def __init__(self) -> None:
        self.etag = ""
        """ETag of the last overlay, or "" without one."""
        self.fault = ""
        """Why the last overlay is ignored, or ""."""
        self.began: tuple[float, float] | None = None
        self.running: threading.Thread | None = None
        self.slow: threading.Thread | None = None
        """A read that did not end while a call waited for it. No other call waits for it."""
        self.lock = threading.Lock()

    @property
    def age(self) -> float:
        """Seconds since the last read started, by the later of two clocks: Lambda may stop one with the process."""
        if self.began is None:
            return float("inf")
        return max(time.monotonic() - self.began[0], time.time() - self.began[1])


_state = _ReadState()


def begin(older_than: float = READ_SECONDS) -> None:
    """Start a read in a thread if the last one is older than `older_than` seconds.

    The thread ends after the read, unlike threads of `in_thread`, because `local.fork_server` can only copy a process
    with one thread.
    """
    with _state.lock:
        is_running = _state.running and _state.running.is_alive()
        if is_running or not _bucket() or _state.age < older_than:
            return
        _state.began = time.monotonic(), time.time()
        _state.running = threading.Thread(target=_read_and_use, daemon=True)
        _state.running.start()


def refresh(older_than: float = READ_SECONDS) -> None:
    """Update the catalog if the last read is older than `older_than` seconds. Raise nothing."""
    begin(older_than)
    state = _state
    if state.running and state.running is not state.slow:
        state.running.join(WAIT_SECONDS)
        if state.running.is_alive():
            state.slow = state.running


@contextmanager
def reading() -> Iterator[None]:
    """Read the stored overlay while the block runs."""
    begin()
    yield
    refresh()


def restart() -> None:
    """Return to the built-in catalog and start to read the stored overlay, after a restored snapshot."""
    forget()
    begin()


def forget() -> None:
    """Return to the built-in catalog, so that the next call reads the stored overlay."""
    global _state
    _state = _ReadState()
    lookup.use()


def reload() -> bool:
    """Read the stored overlay because a call names an unknown model. Return True if the catalog has changed."""
    before = lookup.providers()
    refresh(UNKNOWN_MODEL_SECONDS)
    return lookup.providers() is not before


def provider_with(provider_id: str, model_id: str) -> Provider:
    """Return the provider, after a read of the stored overlay if the catalog does not have the model.

    Another function may have read a newer overlay. Raise `InvalidProvider` for an unknown provider.
    """
    provider = lookup.provider(provider_id)
    if model_id != UPSCALER and not provider.has(model_id) and reload():
        provider = lookup.provider(provider_id)
    return provider


def _read_and_use() -> None:
    """Read the stored overlay if it has changed, and use it."""
    state = _state
    try:
        stored = _read(state.etag)
    except Exception as error:  # calls continue with the present catalog
        logger.warning("the stored overlay could not be read", extra={"reason": f"{type(error).__name__}: {error}"})
        return
    if stored:
        data, state.etag = stored
        catalog, state.fault = _catalog(data)
        if state is _state:
            lookup.use(catalog)
        logger.info("catalog replaced", extra={"etag": state.etag, "overlay": catalog is not None})
    if state.fault:  # logged at each read, so that the alarm remains
        ignored = {"alarm": "overlay-ignored", "reason": state.fault}
        logger.error("the stored overlay is invalid and ignored; make catalog shows it", extra=ignored)


def _read(etag: str) -> tuple[bytes, str] | None:
    """Return the stored overlay and its ETag, both empty if there is none. Return None if the ETag is unchanged."""
    from botocore.exceptions import ClientError

    unless = {"IfNoneMatch": etag} if etag else {}
    try:
        answer = aws.s3().get_object(Bucket=_bucket(), Key=KEY, **unless)  # type: ignore[arg-type]
        return answer["Body"].read(MAX_BYTES + 1), answer["ETag"]
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ("NoSuchKey", "404"):
            return (b"", "") if etag else None
        if code in ("304", "NotModified"):
            return None
        raise


def _catalog(data: bytes) -> tuple[Catalog | None, str]:
    """Return the catalog with an overlay applied, and "". For an invalid overlay, return None and the reason."""
    if len(data) > MAX_BYTES:
        return None, f"it has more than {MAX_BYTES:,} bytes"
    from easel.catalog import overlay  # here, because most deployments have no overlay

    try:
        return (overlay.read(data.decode("utf-8")) if data else None), ""
    except Exception as error:  # any error: the built-in catalog is used
        return None, f"{type(error).__name__}: {error}"[:MAX_REASON]


def _bucket() -> str:
    """Return the stack's bucket, or "" without one. Also "" for invalid settings, which calls report."""
    try:
        return settings().images_bucket
    except InvalidSetting:
        return ""
