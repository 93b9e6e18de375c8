"""The overlay that the owner has stored in the stack's bucket, read by every function.

`make catalog` stores it. A function reads it during its start, while it loads what else it needs, and looks again
before a call when its last look is `LOOK_SECONDS` old: a request with the object's ETag, answered without the object
if nothing has changed. One that is wrong is ignored, with an error in the log that `ErrorsAlarm` counts; the built-in
catalog is in force then. While S3 does not answer, the last catalog stays in force.

The bucket holds it, and not SSM, whose parameters end at 4 KB: three Spaces with their sizes fill one.
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
LOOK_SECONDS = 60.0
AGAIN_SECONDS = 5.0
"""Seconds between two looks where a call names a model that is not in the catalog."""
MOST_REASON = 1000
"""Characters of the reason that are logged."""
WAIT_SECONDS = 1.0
"""Seconds for which a call waits for a read. A read that takes longer continues, and later calls use its result."""


class _Looks:
    """What this process knows of the stored overlay."""

    def __init__(self) -> None:
        self.etag = ""
        """Of the overlay that was read last; empty if there was none."""
        self.fault = ""
        """Why that overlay is ignored."""
        self.began: tuple[float, float] | None = None
        self.running: threading.Thread | None = None
        self.slow: threading.Thread | None = None
        """A read that did not end while a call waited for it. No other call waits for it."""
        self.lock = threading.Lock()

    @property
    def age(self) -> float:
        """Seconds since the last look began, by both clocks: Lambda may freeze one of them with the process."""
        if self.began is None:
            return float("inf")
        return max(time.monotonic() - self.began[0], time.time() - self.began[1])


_looks = _Looks()


def begin(older_than: float = LOOK_SECONDS) -> None:
    """Begin a look in a thread if the last one is older than that.

    The thread ends with the look, unlike those of `in_thread`: a process with more threads than one cannot be copied,
    as `local.fork_server` does after a function's init.
    """
    with _looks.lock:
        at_work = _looks.running and _looks.running.is_alive()
        if at_work or not _bucket() or _looks.age < older_than:
            return
        _looks.began = time.monotonic(), time.time()
        _looks.running = threading.Thread(target=_look, daemon=True)
        _looks.running.start()


def refresh(older_than: float = LOOK_SECONDS) -> None:
    """Bring the catalog up to date if the last look is older than that. Raises nothing."""
    begin(older_than)
    looks = _looks
    if looks.running and looks.running is not looks.slow:
        looks.running.join(WAIT_SECONDS)
        if looks.running.is_alive():
            looks.slow = looks.running


@contextmanager
def reading() -> Iterator[None]:
    """Read the stored overlay while the function loads what else it needs."""
    begin()
    yield
    refresh()


def restart() -> None:
    """Return to the built-in catalog and begin to read the stored overlay, as after a restored snapshot."""
    forget()
    begin()


def forget() -> None:
    """Return to the built-in catalog, so that the next call reads the stored overlay."""
    global _looks
    _looks = _Looks()
    lookup.use()


def reload() -> bool:
    """Look at the stored overlay where a call names a model that is not known. Return whether the catalog is new."""
    before = lookup.providers()
    refresh(AGAIN_SECONDS)
    return lookup.providers() is not before


def provider_with(provider_id: str, model_id: str) -> Provider:
    """Return the provider with that model, which another function may have learned of a moment ago.

    Raises `InvalidProvider`, or `InvalidModel` if the stored overlay has no such model either.
    """
    provider = lookup.provider(provider_id)
    if model_id != UPSCALER and not provider.has(model_id) and reload():
        provider = lookup.provider(provider_id)
    return provider


def _look() -> None:
    """Read the stored overlay if it has changed, and put it in force."""
    looks = _looks
    try:
        stored = _read(looks.etag)
    except Exception as error:  # whatever it is, calls go on with the catalog that is in force
        logger.warning("the stored overlay could not be read", extra={"reason": f"{type(error).__name__}: {error}"})
        return
    if stored:
        data, looks.etag = stored
        catalog, looks.fault = _catalog(data)
        if looks is _looks:
            lookup.use(catalog)
        logger.info("another catalog is in force", extra={"etag": looks.etag, "overlay": catalog is not None})
    if looks.fault:  # at each look, so that the alarm lasts
        ignored = {"alarm": "overlay-ignored", "reason": looks.fault}
        logger.error("the stored overlay is wrong, and ignored; make catalog shows it", extra=ignored)


def _read(etag: str) -> tuple[bytes, str] | None:
    """Return the stored overlay and its ETag, both empty if none is stored. None if it still has that ETag."""
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
    """Return the catalog that an overlay makes, or None, with what is wrong with the overlay."""
    if len(data) > MAX_BYTES:
        return None, f"it has more than {MAX_BYTES:,} bytes"
    from easel.catalog import overlay  # here, since most deployments have none

    try:
        return (overlay.read(data.decode("utf-8")) if data else None), ""
    except Exception as error:  # whatever it is, the built-in models are offered
        return None, f"{type(error).__name__}: {error}"[:MOST_REASON]


def _bucket() -> str:
    """Return the stack's bucket. Empty without one, and where the settings are wrong, which calls report."""
    try:
        return settings().images_bucket
    except InvalidSetting:
        return ""
