"""Groups of jobs for children of the state machine: their size, and the number of children."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import job_groups
import planning
from s3_writer import S3Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

KEY = "batches/b0/run-1/gitee.json"


def written(jobs: Iterator[dict[str, str]], children: int, at_once: int, turns: int) -> list[list[str]]:
    """Return the prompts of each group, as the state machine reads the file."""
    with S3Writer(KEY, array=True) as upload:
        file = job_groups.JobsFile(upload, {"concurrency": children, "group": at_once}, turns)
        for job in jobs:
            file.add(job)
        file.close()
    return [[job["prompt"] for job in group["jobs"]] for group in planning.read_lines(KEY)]


def test_all_children_together_reach_the_pace() -> None:
    for at_once in range(1, 121):
        fitting = [size for size in range(1, job_groups.MAX_CONCURRENT_JOBS + 1) if at_once % size == 0]
        assert job_groups.at_once_of_child(at_once) == max(fitting)


def test_groups_are_sized_so_that_all_children_have_work(cloud: Cloud) -> None:
    groups = written(({"prompt": str(number)} for number in range(32)), children=2, at_once=2, turns=3)
    assert [len(group) for group in groups] == [2, 2, 4, 4, 6, 6, 6, 2]
    assert [prompt for group in groups for prompt in group] == [str(number) for number in range(32)]


def test_a_group_fits_the_input_of_a_child(cloud: Cloud) -> None:
    groups = written(({"prompt": "\U0001f408" * 4000} for _ in range(30)), children=1, at_once=5, turns=5)
    sizes = [len(json.dumps(group, ensure_ascii=False).encode()) for group in groups]
    assert job_groups.GROUP_BYTES * 0.8 < max(sizes) < 256 * 1024 - 10_000
    assert sum(map(len, groups)) == 30
