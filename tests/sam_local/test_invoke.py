"""`sam local invoke` of the functions with work outside of their container, with the files in `events/`.

The router runs in `test_start_api`. `tests/runtime` sends the events of the other functions to the same artifacts under
Lambda's runtime client, and `tests/integration/test_events.py` sends the other files to the handlers.
"""

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

PROVIDER = next(iter(PROVIDERS))
OWN_ROUTE = f"{PROVIDER}-generate"
EVENTS = (OWN_ROUTE, "batch-requests", "check")
"""A provider draws, the batch runs in the deployed functions, and the check calls every provider.

There are no more of them, since SAM CLI makes an image for each invocation of a function with a layer.
"""
LOGICAL_IDS = {each.module: each.logical_id for each in functions()}


@pytest.fixture(scope="module")
def answers(sam: SamLocal) -> Iterator[dict[str, Future[Any]]]:
    """Return the output of `sam local invoke` for each of `EVENTS`. Several run at a time, since each mostly waits."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {event: pool.submit(sam.invoke, LOGICAL_IDS[event.split("-")[0]], event) for event in EVENTS}


def picture(url: str) -> Image.Image:
    response = httpx2.get(url, follow_redirects=True, timeout=HANGS_SECONDS, trust_env=False)
    assert response.status_code == 200, response.text
    return Image.open(io.BytesIO(response.content))


def test_a_providers_own_route_returns_a_link_that_opens(answers: dict[str, Future[Any]], stack: LocalStack) -> None:
    answer = answers[OWN_ROUTE].result()
    assert answer["statusCode"] == 200, answer
    details = json.loads(answer["body"])["imageDetails"]
    assert details["url"].startswith(f"{stack.endpoint}/api/images/")
    assert picture(details["url"]).size == (1024, 1024)


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


def test_the_check_compares_the_whole_catalog(answers: dict[str, Future[Any]]) -> None:
    answer = answers["check"].result()
    assert answer["models"] > 0
    assert answer["findings"] == []
