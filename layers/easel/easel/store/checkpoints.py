"""What a provider has accepted or drawn for a job that has no picture yet: a task's id, a picture's link.

The next attempt goes on from there, so that nothing is drawn and paid twice. It is an item of the job table beside the
job's own and expires with it. A link may be signed, and a task's id may be enough to see the picture: neither is ever
part of an answer or a log.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from easel.settings import settings
from easel.store import table
from easel.store.records import StoredRecord

DAY = 24 * 3600


class DrawnPicture(StoredRecord):
    """A picture that the provider has drawn: an adapter's `GeneratedImage` without its bytes and without the token."""

    url: str
    origin: str
    seed: int | None = None
    space: str = ""
    headers: Mapping[str, str] = {}
    """Headers of the download. `{token}` stands for the token."""
    warnings: tuple[str, ...] = ()


class Checkpoint(StoredRecord):
    """What a provider has of a job."""

    token: str
    """Digest of the token that the provider was called with."""
    task: str = ""
    """Id of the task that the provider accepted; empty if it gave none."""
    picture: DrawnPicture | None = None

    @property
    def needs_token(self) -> bool:
        """Whether only the same token leads to the picture."""
        return bool(self.task or (self.picture and self.picture.headers))


def read(job_id: str) -> Checkpoint | None:
    """Return what a provider has of that job, or None if it has nothing."""
    item = table.get(_item_id(job_id))
    return Checkpoint.from_json(json.loads(item["acceptance"]["S"])) if item and "acceptance" in item else None


def write(job_id: str, acceptance: Checkpoint | None) -> None:
    """Keep what a provider has of that job; None: it has nothing any more."""
    expires = int(time.time()) + settings().retention_days * DAY
    item = {"id": {"S": _item_id(job_id)}, "expires": {"N": str(expires)}}
    if acceptance:
        item["acceptance"] = {"S": table.json_text(acceptance.to_json())}
    table.replace(item)


def _item_id(job_id: str) -> str:
    return f"accepted#{job_id}"
