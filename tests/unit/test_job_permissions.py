"""Access to a job and its picture where pictures need their key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import job_permissions
from easel.budgets import job_access, keys
from easel.errors import AccessRefused, KeyRequired, NotFound
from easel.front_door.http_messages import HttpRequest
from easel.settings import settings
from easel.store import jobs
from easel.store.payer import DEPLOYMENT, Payer
from easel.store.records import GenerationRequest
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


def stored(*payers: Payer, batch: str | None = None) -> str:
    job = jobs.new(REQUEST, payers=payers, batch=batch)
    jobs.create(job)
    return job.id


def payer_of(text: str) -> Payer:
    return Payer.of_key(keys.id_of(text))


def may_see(text: str, job_id: str) -> bool:
    try:
        job_permissions.check(call(text), job_id)
    except NotFound as error:
        return error.message != jobs.not_found(job_id).message  # another key's job reads like a missing one
    return True


def test_a_job_is_visible_to_its_own_key(cloud: Cloud) -> None:
    alice, bob = give_key(cloud), give_key(cloud, batches=True)
    job = stored(payer_of(alice), DEPLOYMENT)
    assert [may_see(text, job) for text in (alice, bob)] == [True, False]
    assert not may_see(alice, stored())  # a job without a key
    with pytest.raises(NotFound):
        job_permissions.check(call(alice), job, "not there")


@pytest.mark.parametrize("fields", [{"revoked": 1.0}, {"until": 1.0}, None])
def test_other_and_invalid_keys_see_no_job(fields: dict[str, Any] | None, cloud: Cloud) -> None:
    text = give_key(cloud, **fields) if fields else keys.make()
    job = stored(payer_of(text))
    with pytest.raises(AccessRefused):
        job_permissions.check(call(text), job)
    with pytest.raises(KeyRequired):
        job_permissions.check(call(), job)


@pytest.mark.parametrize("by_key", [True, False])
def test_a_batchs_pictures_are_visible_to_its_starter(by_key: bool, cloud: Cloud) -> None:
    """All keys that may run batches see a scheduled batch."""
    alice, bob, carol = give_key(cloud, batches=True), give_key(cloud, batches=True), give_key(cloud)
    job = stored(*([payer_of(alice)] if by_key else []), DEPLOYMENT, batch="b1")
    assert [may_see(text, job) for text in (alice, bob, carol)] == [True, not by_key, False]


@pytest.mark.parametrize(("access", "needed"), [("keys", "false"), ("tokens", "true")])
def test_unprotected_pictures_need_no_key(access: str, needed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS", access)
    monkeypatch.setenv("PICTURES_NEED_KEY", needed)
    settings.cache_clear()
    job_permissions.check(call(), "anything")
    job_access.check_access("unknown", "anything")
