"""Which keys may see which jobs, where pictures need their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel.budgets import job_access, keys
from easel.errors import AccessRefused, NotFound
from easel.settings import settings
from easel.store import jobs
from easel.store.payer import DEPLOYMENT, Payer
from easel.store.records import GenerationRequest
from tests.harness.easel_keys import give_key

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat")


@pytest.fixture(autouse=True)
def _needs_key(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS", "keys")
    monkeypatch.setenv("PICTURES_NEED_KEY", "true")
    settings.cache_clear()


def stored(*payers: Payer, batch: str | None = None) -> str:
    job = jobs.new(REQUEST, payers=payers, batch=batch)
    jobs.create(job)
    return job.id


def may_see(key_id: str, job_id: str) -> bool:
    try:
        job_access.check_access(key_id, job_id)
    except NotFound:
        return False
    return True


def test_a_job_may_be_seen_with_the_key_that_started_it(cloud: Cloud) -> None:
    alice, bob = keys.id_of(give_key(cloud)), keys.id_of(give_key(cloud, batches=True))
    job = stored(Payer.of_key(alice), DEPLOYMENT)
    assert [may_see(key_id, job) for key_id in (alice, bob)] == [True, False]


def test_a_schedules_job_may_be_seen_with_a_key_for_batches(cloud: Cloud) -> None:
    alice, bob = keys.id_of(give_key(cloud)), keys.id_of(give_key(cloud, batches=True))
    job = stored(DEPLOYMENT, batch="b1")
    assert [may_see(key_id, job) for key_id in (alice, bob)] == [False, True]


def test_a_key_that_is_unknown_sees_nothing() -> None:
    with pytest.raises(AccessRefused):
        job_access.check_access("unknown", stored())


def test_elsewhere_every_job_may_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICTURES_NEED_KEY", "false")
    settings.cache_clear()
    job_access.check_access("unknown", stored())
