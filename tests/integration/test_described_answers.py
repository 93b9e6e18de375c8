"""`/openapi.json` against real answers: exactly the described statuses occur, and bodies and headers match too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from easel.generation import STORE_SECONDS
from easel.settings import settings
from tests.emulators.held_pictures import holding
from tests.harness.easel_keys import give_key
from tests.harness.openapi_check import Description
from tests.harness.patience import until
from tests.integration.conftest import cancel_what_waits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.stack import Stack

SMALL = {"width": 256, "height": 256}
WAYS = ["/api/generate", "/api/providers/gitee/generate"]
NAMES = dict(zip(WAYS, ["POST /api/generate", "POST /api/providers/{provider_id}/generate"], strict=True))


@pytest.fixture
def description(stack: Stack) -> Iterator[Description]:
    description = Description(stack.http.get("/openapi.json").json())
    with description.watching(stack.http):
        yield description


@pytest.mark.parametrize("path", WAYS)
def test_the_statuses_of_generation_match_the_document(path: str, stack: Stack, description: Description) -> None:
    stack.generate(SMALL, path)
    stack.generate({**SMALL, "responseFormat": "b64_json"}, path, prefer="wait=20")
    stack.generate(SMALL, path, prefer="respond-async")
    stack.generate(SMALL, path, accept="image/*")
    stack.generate({"prompt": ""}, path)
    stack.generate(SMALL, path, x_api_key="")
    stack.http.post(path, content=b"x" * 60_000)
    stack.generate(SMALL, path, idempotency_key=f"described {path}")
    stack.generate(path=path, idempotency_key=f"described {path}")  # with a different body
    for fault in ("rate", "html", "notfound", "retired"):
        stack.generate({"prompt": f"a cat [[fault={fault}]]"}, path)
    with stack.functions.timeout("easel-gitee", STORE_SECONDS + 0.3):
        stack.generate({"prompt": "a cat [[fault=hang]]"}, path)
    with stack.cloud.refusing("lambda.Invoke", "ServiceException", 500):
        stack.generate(SMALL, path)
    with stack.cloud.rule("lambda.Invoke", partial(cancel_what_waits, stack)):
        stack.generate(SMALL, path, idempotency_key=f"cancelled {path}")
    text = give_key(stack.cloud, models=("huggingface/*",), minute=5)
    stack.generate(SMALL, path, x_easel_key=text)
    stack.generate({"provider": "huggingface"}, "/api/generate", x_easel_key=text, prefer="respond-async")
    stack.generate(SMALL, path, x_easel_key="no key")
    stack.http.post("/api/providers/nobody/generate", json=SMALL)
    assert description.never_seen(NAMES[path]) == set()


def test_the_statuses_of_jobs_and_pictures_match(
    stack: Stack, description: Description, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stack.generate(SMALL).json()
    link = f"/api/jobs/{made['jobId']}"
    tag = stack.http.get(link).headers["ETag"]
    stack.http.get(link, headers={"If-None-Match": tag})
    stack.http.get(f"{link}?wait=soon")
    stack.http.get("/api/jobs/unknown")
    with holding("a running cat"):
        running = stack.generate({"prompt": "a running cat", **SMALL}, prefer="respond-async")
        until(lambda: stack.received("gitee", "a running cat"))
        stack.http.get(f"/api/jobs/{running.json()['jobId']}")
        for job in (made["jobId"], running.json()["jobId"], "unknown"):
            stack.http.delete(f"/api/jobs/{job}")
    facts = f"/api/images/{made['jobId']}.json"
    for path in (facts, "/api/images/unknown.json"):
        stack.http.get(path)
    with stack.cloud.refusing("dynamodb.GetItem", "InternalServerError", 500):
        stack.http.get(link)
        stack.http.get(facts)
        stack.http.delete(link)
    stack.http.get(f"/api/{made['imageDetails']['url'].partition('/api/')[2]}")
    stack.http.get("/api/images/unknown.png")
    with stack.cloud.refusing("s3.HeadObject", "InternalError", 500):
        stack.http.get("/api/images/unknown.png")
    monkeypatch.setenv("ACCESS", "keys")
    monkeypatch.setenv("PICTURES_NEED_KEY", "true")
    settings.cache_clear()
    for method, path in (("GET", link), ("DELETE", link), ("GET", "/api/images/unknown.png"), ("GET", facts)):
        stack.http.request(method, path)
        stack.http.request(method, path, headers={"X-Easel-Key": "no key"})
    images = ("GET /api/images/{name}", "GET /api/images/{job_id}.json")
    for name in ("GET /api/jobs/{job_id}", "DELETE /api/jobs/{job_id}", *images):
        assert description.never_seen(name) == set(), name


def test_the_statuses_of_other_front_end_calls_match(
    stack: Stack, description: Description, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = "/api/proxy-image?url={}"
    stack.http.get(proxy.format(stack.generate(SMALL).json()["imageDetails"]["url"]))
    for url in ("https://example.com/cat.png", "/api/images/unknown.png"):
        stack.http.get(proxy.format(url))
    with stack.cloud.refusing("s3.HeadObject", "InternalError", 500):
        stack.http.get(proxy.format("/api/images/unknown.png"))
    for path in ("optimize", "translate", "custom-models", "video/generate"):
        stack.http.post(f"/api/{path}", json={"prompt": "a cat"})
    for path in ("llm-providers", "video/status"):
        stack.http.get(f"/api/{path}")
    monkeypatch.setenv("ACCESS", "keys")
    monkeypatch.setenv("PICTURES_NEED_KEY", "true")
    settings.cache_clear()
    stack.http.get(proxy.format("/api/images/unknown.png"))
    names = ["GET /api/proxy-image", "POST /api/optimize", "POST /api/translate", "POST /api/custom-models"]
    for name in [
        *names,
        "GET /api/llm-providers",
        "GET /api/video/{task}",
        "POST /api/video/{task}",
    ]:
        assert description.never_seen(name) == set(), name


def test_the_statuses_of_catalog_and_preview_match(stack: Stack, description: Description) -> None:
    for path in ("", "/models", "/providers", "/providers/gitee/models", "/providers/nobody/models"):
        stack.http.get(f"/api{path}")
    for manifest in (b"prompt\na cat\n\xff\n", b'{"prompt": "a cat"}\n{"steps": 99}\n', b"a,b\n", b"x" * 300_000):
        stack.http.post("/api/batches/preview", content=manifest, headers={"Content-Type": "text/csv"})
    names = ["GET /api", "GET /api/models", "GET /api/providers", "GET /api/providers/{provider_id}/models"]
    for name in [*names, "POST /api/batches/preview"]:
        assert description.never_seen(name) == set(), name
