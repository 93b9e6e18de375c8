"""Who may see a job and its picture where pictures need their key."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

import job_permissions
from easel.budgets import keys
from easel.errors import AccessRefused, KeyRequired, NotFound
from easel.front_door.http_messages import HttpRequest
from easel.settings import settings
from easel.store import jobs
from easel.store.records import GenerationRequest, Job
from tests.harness.easel_keys import bearer, give_key

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat")


@pytest.fixture(autouse=True)
def _needs_key(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS", "keys")
    monkeypatch.setenv("PICTURES_NEED_KEY", "true")
    settings.cache_clear()


def call(text: str = "") -> HttpRequest:
    headers = {name.lower(): value for name, value in bearer(text).items()} if text else {}
    return HttpRequest(b"", headers, "/", "id")


def stored(**fields: str | tuple[str, ...]) -> Job:
    job = Job.from_json({**jobs.new(REQUEST).to_json(), **fields, "deadline": time.time() + 300})
    jobs.create(job)
    return job


def seen(job_id: str, text: str) -> bool:
    try:
        job_permissions.check(call(text), job_id)
    except NotFound as error:
        return error.message != jobs.missing(job_id).message  # another's reads like one that is not there
    return True


def test_a_job_is_visible_to_its_own_key(cloud: Cloud) -> None:
    alice, bob = give_key(cloud), give_key(cloud, batches=True)
    job = stored(payers=(f"key#{keys.id_of(alice)}", "everybody"))
    assert seen(job.id, alice)
    assert not seen(job.id, bob)
    assert not seen(stored().id, alice)  # a job without a key
    with pytest.raises(NotFound):
        job_permissions.check(call(alice), job.id, "not there")


@pytest.mark.parametrize("fields", [{"revoked": 1.0}, {"until": 1.0}, None])
def test_other_and_invalid_keys_see_no_job(fields: dict[str, Any] | None, cloud: Cloud) -> None:
    text = give_key(cloud, **fields) if fields else keys.make()
    job = stored(payers=(f"key#{keys.id_of(text)}",))
    with pytest.raises(AccessRefused):
        job_permissions.check(call(text), job.id)
    with pytest.raises(KeyRequired):
        job_permissions.check(call(), job.id)


@pytest.mark.parametrize(("started", "others"), [(True, False), (False, True)])
def test_a_batchs_pictures_are_visible_to_its_starter(started: bool, others: bool, cloud: Cloud) -> None:
    alice, bob, carol = give_key(cloud, batches=True), give_key(cloud, batches=True), give_key(cloud)
    job = stored(batch="b1", payers=(f"key#{keys.id_of(alice)}", "everybody") if started else ("everybody",))
    assert [seen(job.id, text) for text in (alice, bob, carol)] == [True, others, False]


def test_unprotected_pictures_need_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for access, needed in (("keys", "false"), ("tokens", "true")):
        monkeypatch.setenv("ACCESS", access)
        monkeypatch.setenv("PICTURES_NEED_KEY", needed)
        settings.cache_clear()
        job_permissions.check(call(), "anything")
