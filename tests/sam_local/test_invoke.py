"""`sam local invoke` of every function, with the files in `events/`."""

from __future__ import annotations

import io
import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image

from local.processes import ROOT
from local.settings import PROVIDERS
from tests.harness.patience import HANGS_SECONDS, until
from tests.harness.template import functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.stack import LocalStack
    from tests.sam_local.conftest import SamLocal

# One event for each function, since a container takes seconds to start: the one that reaches furthest. Other tests send
# the other files of `events/` to the same handlers.
FILES = {path.stem for path in (ROOT / "events").glob("*.json")}
FIRST, *OTHERS = PROVIDERS
OWN_ROUTE = f"{FIRST}-generate"
JOBS = [f"{provider}-job" for provider in OTHERS if f"{provider}-job" in FILES]
EVENTS = (
    *("router-generate-async", OWN_ROUTE, *JOBS, "agents-list-tools", "batch-requests", "check"),
    *("ledger-ended", "webhooks-message"),
)
LONELY = "without a stack"
LOGICAL_IDS = {each.module: each.logical_id for each in functions()}


def function_of(event: str) -> str:
    return LOGICAL_IDS[event.split("-")[0]]


@pytest.fixture(scope="module")
def answers(sam: SamLocal, lonely_sam: SamLocal) -> Iterator[dict[str, Future[Any]]]:
    """The output of `sam local invoke` for each of `EVENTS`, and for one without a stack.

    Several run at a time, since each mostly waits for the engine.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = {event: pool.submit(sam.invoke, function_of(event), event) for event in EVENTS}
        yield {**futures, LONELY: pool.submit(lonely_sam.invoke, function_of(OWN_ROUTE), OWN_ROUTE)}


def picture(url: str) -> Image.Image:
    response = httpx2.get(url, follow_redirects=True, timeout=HANGS_SECONDS, trust_env=False)
    assert response.status_code == 200, response.text
    return Image.open(io.BytesIO(response.content))


def test_every_function_that_has_events_is_invoked_with_one() -> None:
    assert set(EVENTS) <= FILES
    assert {event.split("-")[0] for event in EVENTS} == {event.split("-")[0] for event in FILES}


@pytest.mark.parametrize("event", JOBS)
def test_a_providers_function_generates_in_its_container(
    answers: dict[str, Future[Any]], stack: LocalStack, event: str
) -> None:
    job = answers[event].result()
    assert job["status"] == "succeeded", job.get("error")
    image = picture(f"{stack.endpoint}/api/{job['result']['key']}")
    request = json.loads((ROOT / f"events/{event}.json").read_text())["job"]["request"]
    assert (image.format or "").lower() == job["result"]["format"].lower()
    assert image.size == (request["width"], request["height"])


def test_a_providers_own_route_returns_a_link_that_opens(answers: dict[str, Future[Any]], stack: LocalStack) -> None:
    answer = answers[OWN_ROUTE].result()
    assert answer["statusCode"] == 200, answer
    details = json.loads(answer["body"])["imageDetails"]
    assert details["url"].startswith(f"{stack.endpoint}/api/images/")
    assert picture(details["url"]).size == (1024, 1024)


def test_the_router_hands_a_job_to_the_deployed_function(answers: dict[str, Future[Any]], stack: LocalStack) -> None:
    answer = answers["router-generate-async"].result()
    assert answer["statusCode"] == 202, answer
    link = json.loads(answer["body"])["statusUrl"]
    assert link.startswith(f"{stack.endpoint}/api/jobs/")

    def ended() -> Any:
        job = httpx2.get(link, timeout=HANGS_SECONDS, trust_env=False).json()
        return job if job["status"] in ("succeeded", "failed") else None

    assert picture(until(ended)["imageDetails"]["url"]).size == (1024, 1024)


def test_the_deployed_functions_plan_and_run_a_batch(answers: dict[str, Future[Any]], stack: LocalStack) -> None:
    answer = answers["batch-requests"].result()
    assert answer["batchId"], answer
    summary = f"batches/{answer['batchId']}/summary.json"
    bucket = stack.deployed.outputs["ImagesBucket"]

    def ended() -> Any:
        listed = stack.client("s3").list_objects_v2(Bucket=bucket, Prefix=summary)
        return listed["KeyCount"] and stack.client("s3").get_object(Bucket=bucket, Key=summary)["Body"].read()

    report = json.loads(until(ended))
    requests = json.loads((ROOT / "events/batch-requests.json").read_text())["requests"]
    assert report["counts"]["succeeded"] == sum(request.get("count", 1) for request in requests), report


def test_without_a_stack_the_error_says_what_is_missing(answers: dict[str, Future[Any]]) -> None:
    answer = answers[LONELY].result()
    assert answer["statusCode"] == 500
    error = json.loads(answer["body"])
    assert error["code"] == "UNKNOWN"
    assert "could not reach its function" in error["error"]


def test_the_check_compares_the_whole_catalog(answers: dict[str, Future[Any]]) -> None:
    answer = answers["check"].result()
    assert answer["models"] > 0
    assert answer["findings"] == []


def test_a_message_about_an_expired_job_is_done_with(answers: dict[str, Future[Any]]) -> None:
    assert answers["webhooks-message"].result() == {"batchItemFailures": []}


def test_the_ledger_counts_a_refused_picture(answers: dict[str, Future[Any]]) -> None:
    assert answers["ledger-ended"].result() == {"records": 1}


def test_an_agent_lists_the_tools(answers: dict[str, Future[Any]]) -> None:
    assert answers["agents-list-tools"].result()["statusCode"] == 200
