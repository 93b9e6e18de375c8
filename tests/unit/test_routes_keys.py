"""`/api/key` and `/api/jobs`: what the holder of a key learns, and nobody else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from easel.budgets import charges, keys, periods
from easel.budgets.charges import Charge
from easel.errors import PromptRejected
from easel.store import jobs
from easel.store.payer import Payer, PayerKind
from easel.store.records import GenerationRequest, Result
from router import app
from tests.harness.easel_keys import bearer, give_key
from tests.harness.openapi_check import Description

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=512, height=512, steps=9, seed=42
)
ROUTES = ["/api/key", "/v1/key", "/api/jobs"]


@pytest.fixture
def client(cloud: Cloud) -> Iterator[TestClient]:
    with TestClient(app, "https://easel.test") as made:
        description = Description(made.get("/openapi.json").json())
        with description.watching(made):
            yield made


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_wants_a_key(path: str, client: TestClient, cloud: Cloud) -> None:
    refused = [
        ({}, "AUTH_REQUIRED"),
        ({"Authorization": "Bearer gitee-token-for-tests"}, "AUTH_INVALID"),
        (bearer(keys.make()), "AUTH_INVALID"),
        (bearer(give_key(cloud, revoked=1.0)), "AUTH_INVALID"),
        (bearer(give_key(cloud, until=time.time() - 1)), "AUTH_INVALID"),
    ]
    for headers, code in refused:
        answer = client.get(path, headers=headers)
        error = answer.json()["easel"] if path.startswith("/v1") else answer.json()
        assert (answer.status_code, error["code"]) == (401, code)
        assert answer.headers["www-authenticate"] == "Bearer"
    assert client.get(path, headers={"X-Easel-Key": give_key(cloud)}).status_code == 200
    with cloud.refusing("dynamodb.GetItem", "InternalServerError", 500):
        assert client.get(path, headers=bearer(keys.make())).status_code == 500


@pytest.mark.parametrize("path", ["/api/key", "/v1/key"])
def test_a_holder_sees_limits_use_and_reset_times(path: str, client: TestClient, cloud: Cloud, noon: float) -> None:
    text = give_key(cloud, name="alice", day=10, minute=5, at_once=3, models=("gitee/*",), until=4e9)
    payer, now = Payer.of_key(keys.id_of(text)), noon
    for number in range(2):
        charges.reserve(Charge(f"job-{number}", (payer,), now), payer)
    answer = client.get(path, headers=bearer(text))
    body = answer.json()
    ends = {kind: periods.of(kind, now).ends for kind in ("minute", "day", "month")}
    use = body["use"]
    assert (use["picturesToday"]["used"], use["picturesToday"]["left"]) == (2, 8)
    assert use["picturesToday"]["resetsAt"] >= ends["day"]
    assert use["picturesThisMonth"] == {
        "used": 2, "resetsAt": ends["month"], "resetsIn": pytest.approx(ends["month"] - now, abs=60),
    }  # fmt: skip
    assert use["callsAtOnce"] == {"used": 2, "limit": 3, "left": 1}
    assert use["callsThisMinute"]["limit"] == 5
    assert (body["name"], body["models"], body["batches"], body["expiresAt"]) == ("alice", ["gitee/*"], False, 4e9)
    assert answer.headers["ratelimit-policy"] == (
        '"minute";q=5;w=60, "running";q=3;qu="concurrent-requests", "day";q=10;w=86400'
    )
    assert answer.headers["cache-control"] == "no-store"
    assert text not in answer.text
    assert keys.id_of(text) not in answer.text


def test_a_holder_sees_its_own_jobs_newest_first_in_pages(client: TestClient, cloud: Cloud) -> None:
    text = give_key(cloud)
    payers = (Payer.of_key(keys.id_of(text)),)
    made = []
    for number in range(3):
        job = jobs.new(REQUEST, payers=payers).replace(created=1_800_000_000.0 + number, deadline=4e9)
        jobs.create(job)
        made.append(job)
    jobs.create(jobs.new(REQUEST, payers=(Payer(PayerKind.ANONYMOUS, "x"),)))
    done = Result(key=f"images/{made[2].id}.png", format="PNG", width=1, height=1, seed=1, seconds=1.0)
    jobs.succeed(jobs.claim(made[2]) or made[2], done, ())
    jobs.fail(jobs.claim(made[1]) or made[1], PromptRejected("no"))
    first = client.get("/api/jobs?limit=2", headers=bearer(text)).json()
    assert [(job["jobId"], job["status"]) for job in first["jobs"]] == [
        (made[2].id, "succeeded"), (made[1].id, "failed"),
    ]  # fmt: skip
    assert first["jobs"][0]["url"] == f"https://easel.test/api/images/{made[2].id}.png"
    assert first["jobs"][1]["code"] == "PROMPT_REJECTED"
    second = client.get(f"/api/jobs?limit=2&cursor={first['next']}", headers=bearer(text)).json()
    assert [job["jobId"] for job in second["jobs"]] == [made[0].id]
    failed = client.get("/api/jobs?status=failed", headers=bearer(text)).json()
    assert [job["jobId"] for job in failed["jobs"]] == [made[1].id]
    for wrong in ("limit=x", "status=done", "cursor=x"):
        assert client.get(f"/api/jobs?{wrong}", headers=bearer(text)).status_code == 400
    assert client.get("/api/jobs", headers=bearer(give_key(cloud))).json() == {"jobs": []}
