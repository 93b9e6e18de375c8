"""Bucket keys of callers' uploads for batches, and ids of files in `/v1/files`."""

from __future__ import annotations

import re

MAX_MILLISECONDS = 2**48 - 1
"""The largest time in milliseconds since the epoch that fits 12 hexadecimal digits."""
UPLOADS = "batches/uploads/"
"""Folder of callers' manifests and of the files of `/v1/files`. A lifecycle rule of the bucket removes old ones."""


def upload_folder(key: str) -> str:
    """Return the folder for an Easel key's uploads. `key` is the key's id."""
    return f"{UPLOADS}{key[:24]}/"


def safe_name(name: str) -> str:
    """Return a caller's file name in a form that is safe as the last part of an object key."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)[-100:]
    return safe if safe.strip(".") else "-"


def file_id(created: float, tail: str) -> str:
    """Return a file's id. S3 lists newer ids first. `tail` is random text, so that the id cannot be guessed.

    `created` is in seconds since the epoch.
    """
    return f"file-{MAX_MILLISECONDS - int(created * 1000):012x}{tail[:20]}"


def file_created(file_id: str) -> float:
    """Return the creation time in a file's id, in seconds since the epoch."""
    return (MAX_MILLISECONDS - int(file_id[5:17], 16)) / 1000


def file_key(key: str, file_id: str, purpose: str, name: str) -> str:
    """Return the bucket key of a file of `/v1/files`. `key` is the id of the Easel key that owns it."""
    return f"{upload_folder(key)}{file_id}/{purpose}/{name}"
