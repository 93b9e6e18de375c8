"""Cache headers: only the page and its files may be cached, and no caller's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import gitee
import router
from easel.store import jobs
from easel.store.records import GenerationRequest
from tests.harness import gateway
from tests.harness.easel_keys import bearer, give_key

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

OWN = ["/api/key", "/v1/key", "/api/jobs", "/api/batches", "/v1/batches", "/v1/files"]
PUBLIC = ["/api", "/api/models", "/api/providers", "/v1/models", "/openapi.json"]
MISSING = [
    *("/nothing", "/api/jobs/x", "/api/batches/x", "/v1/batches/x", "/v1/files/x", "/v1/files/x/content"),
    "/api/batches/x/results",
]


@pytest.mark.parametrize("with_key", [True, False])
def test_only_the_page_may_be_cached(with_key: bool, cloud: Cloud) -> None:
    headers = bearer(give_key(cloud, batches=True)) if with_key else {}
    for path in (*OWN, *PUBLIC, *MISSING):
        answer = gateway.call(router.handler, "GET", path, headers=headers)
        assert (answer.status_code == 200) == (path in PUBLIC or (with_key and path in OWN)), path
        assert answer.headers.getlist("Cache-Control") == ["no-store"], path
    assert gateway.call(router.handler, "GET", "/").headers["Cache-Control"] == "no-cache"


def test_a_job_may_be_cached_by_its_caller_only(cloud: Cloud) -> None:
    job = jobs.new(GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat"))
    jobs.create(job)
    for method in ("GET", "HEAD", "DELETE"):
        answer = gateway.call(router.handler, method, f"/api/jobs/{job.id}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")


@pytest.mark.parametrize("path", ["/api/providers/gitee/generate", "/nothing"])
def test_answers_of_provider_functions_are_not_cached(path: str) -> None:
    answer = gateway.call(gitee.handler, "POST", path, b"{}")
    assert answer.status_code in (401, 404)
    assert answer.headers["Cache-Control"] == "no-store"
