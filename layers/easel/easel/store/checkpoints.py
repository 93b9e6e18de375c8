"""Checkpoints: the task id or picture link that a provider returned for a job without a picture.

The next attempt resumes there, so that the provider does not generate and charge a second picture. A checkpoint is a
separate item of the job table and expires with the job's item. It never appears in a response or a log, because a link
may be signed, and a task id may be enough to see the picture.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence

from easel.settings import settings
from easel.store import table
from easel.store.records import StoredRecord

DAY = 24 * 3600


class DrawnPicture(StoredRecord):
    """A picture that the provider has generated: an adapter's `GeneratedImage` without its bytes and the token."""

    url: str
    origin: str
    seed: int | None = None
    space: str = ""
    headers: Mapping[str, str] = {}
    """Request headers of the download. `{token}` is a placeholder for the token."""
    warnings: tuple[str, ...] = ()


class Checkpoint(StoredRecord):
    """A job's state at its provider."""

    token: str
    """Digest of the token that the provider was called with."""
    task: str = ""
    """Id of the task that the provider accepted, or ""."""
    picture: DrawnPicture | None = None

    @property
    def needs_token(self) -> bool:
        """True if only the same token can fetch the picture."""
        return bool(self.task or (self.picture and self.picture.headers))


def read(job_id: str) -> Checkpoint | None:
    """Return the job's checkpoint, or None."""
    item = table.get(_item_id(job_id))
    return Checkpoint.from_json(json.loads(item["acceptance"]["S"])) if item and "acceptance" in item else None


def existing(job_ids: Sequence[str]) -> frozenset[str]:
    """Return those of the jobs that have a checkpoint."""
    items = table.get_many([_item_id(job_id) for job_id in job_ids])
    return frozenset(item["id"]["S"].removeprefix(_item_id("")) for item in items if "acceptance" in item)


def write(job_id: str, checkpoint: Checkpoint | None) -> None:
    """Store the job's checkpoint, or remove it if None is given."""
    expires = int(time.time()) + settings().retention_days * DAY
    item = {"id": {"S": _item_id(job_id)}, "expires": {"N": str(expires)}}
    if checkpoint:
        item["acceptance"] = {"S": table.json_text(checkpoint.to_json())}
    table.replace(item)


def _item_id(job_id: str) -> str:
    return f"accepted#{job_id}"
