"""What a provider has accepted for a job is kept for the next attempt, and expires with the job."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from easel.settings import settings
from easel.store import checkpoints
from easel.store.checkpoints import DAY, Checkpoint, DrawnPicture

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

pytestmark = pytest.mark.usefixtures("cloud")

LINK = DrawnPicture(url="https://host.example/1.png?signed=1", origin="https://host.example", seed=7)


@pytest.mark.parametrize(
    "kept", [Checkpoint(token="digest", task="50"), Checkpoint(token="digest", picture=LINK)], ids=["task", "link"]
)
def test_a_checkpoint_is_read_as_it_was_written(kept: Checkpoint) -> None:
    checkpoints.write("job-1", kept)
    assert checkpoints.read("job-1") == kept
    assert checkpoints.read("job-2") is None


def test_a_finished_checkpoint_is_removed() -> None:
    checkpoints.write("job-1", Checkpoint(token="digest", task="50"))
    checkpoints.write("job-1", None)
    assert checkpoints.read("job-1") is None


def test_a_checkpoint_expires_with_the_jobs_of_its_day(cloud: Cloud) -> None:
    checkpoints.write("job-1", Checkpoint(token="digest", task="50"))
    (item,) = [item for item in cloud.items() if item["id"]["S"] == "accepted#job-1"]
    assert int(item["expires"]["N"]) == pytest.approx(time.time() + settings().retention_days * DAY, abs=600)


def test_a_public_link_needs_no_token() -> None:
    assert Checkpoint(token="digest", task="50").needs_token
    assert Checkpoint(token="digest", picture=LINK.replace(headers={"Authorization": "{token}"})).needs_token
    assert not Checkpoint(token="digest", picture=LINK).needs_token
