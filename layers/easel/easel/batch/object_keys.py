"""The keys in the bucket of what callers upload for batches, and the ids of the files of `/v1/files`."""

from __future__ import annotations

import re

LAST_MOMENT = 2**48 - 1
"""Milliseconds since the epoch, in 12 hexadecimal digits."""
UPLOADS = "batches/uploads/"
"""Folder of callers' manifests and of the files of `/v1/files`. They are removed some time after their batch."""


def upload_folder(key: str) -> str:
    """Return the folder of what an Easel key uploads; `key` is its id."""
    return f"{UPLOADS}{key[:24]}/"


def safe_name(name: str) -> str:
    """Return a caller's name for a file, as the last part of an object's key."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)[-100:]
    return safe if safe.strip(".") else "-"


def file_id(created: float, tail: str) -> str:
    """Return the id of a file; `tail` makes it impossible to guess. Ids of newer files sort first, as S3 lists them."""
    return f"file-{LAST_MOMENT - int(created * 1000):012x}{tail[:20]}"


def file_created(file_id: str) -> float:
    """Return when the file was made, in seconds since the epoch, from its id."""
    return (LAST_MOMENT - int(file_id[5:17], 16)) / 1000


def file_place(key: str, file_id: str, purpose: str, name: str) -> str:
    """Return the key in the bucket of a file of `/v1/files`; `key` is the id of the Easel key that owns the file."""
    return f"{upload_folder(key)}{file_id}/{purpose}/{name}"
