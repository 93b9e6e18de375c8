"""Groups of jobs: each child execution of the state machine gets a group, and runs some of its jobs concurrently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from easel import catalog
from easel.settings import concurrency
from s3_writer import S3Writer, compact

MAX_CONCURRENT_JOBS = 5
"""Maximum number of jobs that a child execution runs concurrently."""
TURNS = 10
"""Maximum jobs of a child, as a multiple of the jobs that it runs concurrently. More jobs per child lower the cost of
starting children. A child may run for five minutes, and starts no job in its second half (`easel.batch.worker`)."""
GROUP_BYTES = 200_000
"""Maximum bytes of a group with several jobs. A child's input may have 256 KiB."""


class JobsFile:
    """Writes a provider's jobs in groups, one for each child execution.

    The first groups are small and later ones grow, so that even a small batch uses all children.

    Args:
        upload: the file to write.
        children: as from `children_at`. Executions of earlier versions lack `group`: then a child gets one job.
        turns: the largest group has up to `turns` times `group` jobs.
    """

    def __init__(self, upload: S3Writer, children: Mapping[str, Any], turns: int) -> None:
        self.length = 0
        """Number of jobs so far."""
        self._upload = upload
        self._children = int(children["concurrency"])
        self._at_once = children.get("group")
        self._turns = turns
        self._group: list[bytes] = []
        self._bytes = 0

    def add(self, job: dict[str, Any]) -> None:
        self.length += 1
        if self._at_once is None:
            self._upload.add(job)
            return
        text = compact(job)
        size = len(text)
        if self._bytes + size > GROUP_BYTES:
            self._write()
        self._group.append(text)
        self._bytes += size
        if len(self._group) == self._at_once * min(self._turns, 1 + self._upload.length // self._children):
            self._write()

    def close(self) -> None:
        self._write()
        self._upload.close()

    def _write(self) -> None:
        if self._group:
            self._upload.add_json(b'{"jobs":[' + b",".join(self._group) + b"]}")
        self._group, self._bytes = [], 0


def at_once_of_child(pictures_at_once: int) -> int:
    """Return how many jobs a child runs concurrently, so that all children together reach `pictures_at_once`."""
    return next(size for size in range(MAX_CONCURRENT_JOBS, 0, -1) if pictures_at_once % size == 0)


def pace(provider: str) -> int:
    """Return how many pictures batches generate concurrently at the provider."""
    return concurrency(provider, catalog.provider(provider).concurrency)


def children_at(provider: str) -> dict[str, int]:
    """Return the number of concurrent children, and the number of jobs that each runs concurrently."""
    group = at_once_of_child(pace(provider))
    return {"concurrency": pace(provider) // group, "group": group}
