"""Every built function in Lambda's own runtime: cold, warm, failing, timed out, frozen between two calls."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image
from werkzeug.wrappers import Request, Response

from easel import catalog
from easel.front_door import invoke
from easel.generation import STORE_SECONDS
from easel.settings import settings
from easel.store import jobs
from easel.store.records import GenerationRequest, Job
from tests.conftest import read_anew
from tests.harness.cloud import Server
from tests.harness.patience import HANGS_SECONDS, until
from tests.harness.template import ROOT
from tests.runtime.conftest import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.harness.artifacts import Artifacts
    from tests.harness.cloud import Cloud
    from tests.runtime.sandbox import Runtime, Sandbox

PROVIDERS = tuple(catalog.providers())
HANGING = ("gitee", "huggingface")
"""A provider that is called with httpx2, and the one that is called with gradio_client."""
FREEZE_SECONDS = float(os.environ.get("EASEL_FREEZE_SECONDS") or 10)
"""Ten seconds show the same as the minute of CI did: no server of the tests closes idle connections before 75 s."""
CUT_SECONDS = 30
"""The timeout of functions that Lambda cuts off: long enough for a busy machine to import one."""
HANG_SECONDS = CUT_SECONDS + STORE_SECONDS
"""The timeout of functions whose provider hangs, in addition to the time reserved for storing."""


@pytest.fixture(autouse=True)
def _aws(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Store the jobs of this process in the functions' table."""
    for name, value in stack.cloud.environment.items():
        monkeypatch.setenv(name, value)


@dataclass(frozen=True)
class Frozen:
    """Functions that have worked and are frozen, and the time of the freeze."""

    cloud: Cloud
    sandboxes: Mapping[str, Sandbox]
    processes: Mapping[str, int]
    since: float


@pytest.fixture(scope="module", autouse=True)
def frozen(
    runtime: Runtime, artifacts: Artifacts, upstream: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Frozen]:
    """The functions of a separate stack, frozen while the other tests of this file run."""
    stack = Stack(runtime, artifacts, upstream, tmp_path_factory.mktemp("frozen"))
    with closing(stack):
        sandboxes = {module: stack.sandbox(module) for module in (*PROVIDERS, "router")}
        for provider in PROVIDERS:
            assert sandboxes["router"].invoke(generate(provider))["statusCode"] == 200
        processes = {module: sandbox.pid for module, sandbox in sandboxes.items()}
        for sandbox in sandboxes.values():
            sandbox.stop()
        yield Frozen(stack.cloud, sandboxes, processes, time.monotonic())


@dataclass(frozen=True)
class Late:
    """A function with a call that only a deadline ends, and its future response."""

    sandbox: Sandbox
    answer: Future[Any]


@pytest.fixture(scope="module", autouse=True)
def late(frozen: Frozen, stack: Stack) -> Iterator[Mapping[str, Late]]:
    """Return such calls by name, made while the other tests of this file run.

    A provider hangs in "hang …". AWS hangs in "cut …", for longer than the function's timeout.
    """
    over = threading.Event()

    def hang(_: Request) -> Response:
        over.wait(HANGS_SECONDS)
        return Response(status=503)

    aws = Server(hang)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor() as threads:
        for name, value in stack.cloud.environment.items():
            patch.setenv(name, value)
        read_anew()

        def call(module: str, event: Any, timeout: float, **environment: str) -> Late:
            sandbox = stack.fresh(module, timeout, **environment)
            return Late(sandbox, threads.submit(sandbox.invoke, event))

        hangs = {f"hang {name}": call(name, order(name, "a cat [[fault=hang]]"), HANG_SECONDS) for name in HANGING}
        events = {PROVIDERS[0]: order(PROVIDERS[0], claim=True), "router": generate(PROVIDERS[0])}
        cut = {
            f"cut {name}": call(name, event, CUT_SECONDS, AWS_ENDPOINT_URL=aws.url) for name, event in events.items()
        }
        yield hangs | cut
        over.set()
    aws.close()


def order(provider: str, prompt: str = "a cat", *, claim: bool = False) -> dict[str, Any]:
    """Return the event that the router would send for a new job."""
    model = catalog.provider(provider).models[0].id
    request = GenerationRequest(provider=provider, model=model, prompt=prompt, width=512, height=512, steps=9, seed=7)
    job = jobs.new(request)
    jobs.create(job)
    return invoke.job_event(job, "test-token", claim=claim)


def http(name: str, **changes: Any) -> dict[str, Any]:
    """Return an event of `events/`. `changes` are fields of its body."""
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
    if changes:
        event["body"] = json.dumps({**json.loads(event["body"]), **changes})
    return event


def generate(provider: str, **fields: Any) -> dict[str, Any]:
    """Call the router for a picture of that provider."""
    event = http(f"router-generate-{PROVIDERS[0]}")
    event["headers"] = {**event["headers"], catalog.provider(provider).auth_header.lower(): "test-token"}
    return {**event, "body": json.dumps({"provider": provider, "prompt": "a cute cat", **fields})}


def body(answer: Mapping[str, Any]) -> Any:
    return json.loads(answer["body"])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_generates_and_fails_within_its_memory(stack: Stack, provider: str) -> None:
    sandbox = stack.sandbox(provider)
    cold = Job.from_json(sandbox.invoke(order(provider, "a cat")))
    process = sandbox.pid
    failed = Job.from_json(sandbox.invoke(order(provider, "a cat [[fault=error]]")))
    assert failed.error
    assert failed.error["code"] in ("PROVIDER_ERROR", "GENERATION_FAILED")
    assert sandbox.invoke({"job": {}})["statusCode"] == 400
    warm = Job.from_json(sandbox.invoke(order(provider, "another cat")))
    assert sandbox.pid == process
    for job in (cold, warm):
        assert job.result, job.error
        assert jobs.get(job.id).result == job.result
        assert len(stack.cloud.object(job.result.key)["Body"]) == job.result.size
    assert sandbox.peak_memory < stack.functions[provider].properties["MemorySize"] / 2


@pytest.mark.parametrize(("provider", "model"), [("gitee", "qwen-image-2.0"), ("modelscope", "Qwen/Qwen-Image-2.1")])
def test_the_largest_source_pictures_fit_in_memory(stack: Stack, provider: str, model: str) -> None:
    """Three stored pictures of nearly 10 MB. The sandbox ends a function that exceeds its memory."""
    links = []
    for digit in "abc":
        key = f"images/{digit * 40}.png"
        stack.cloud.client("s3").put_object(Bucket=settings().images_bucket, Key=key, Body=noise())
        links.append(f"https://pictures.example.com/api/{key}")
    request = GenerationRequest(
        provider=provider, model=model, prompt="a cat", width=512, height=512, steps=9, seed=7, images=tuple(links)
    )
    job = jobs.new(request)
    jobs.create(job)
    sandbox = stack.fresh(provider)
    drawn = Job.from_json(sandbox.invoke(invoke.job_event(job, "test-token", claim=False)))
    assert drawn.result, drawn.error
    assert sandbox.peak_memory < stack.functions[provider].properties["MemorySize"] * 3 / 4


def test_the_routers_largest_calls_fit_in_memory(stack: Stack) -> None:
    """A form and a JSON body of nearly Lambda's 6 MB, alternately: memory of earlier calls must not add up."""
    sandbox = stack.fresh("router")
    fields = {"model": "qwen-image-2.0", "prompt": "a cat"}
    for side in (1200, 1170, 1180):
        files = {"image": ("cat.png", noise(side))}
        form = httpx2.Request("POST", "https://easel.test/v1/images/edits", data=fields, files=files)
        as_form = {"body": base64.b64encode(form.read()).decode(), "isBase64Encoded": True}
        body = json.dumps({**fields, "image": f"data:image/png;base64,{base64.b64encode(noise(side)).decode()}"})
        for changes, kind in ((as_form, form.headers["content-type"]), ({"body": body}, "application/json")):
            event = http("router-generate-gitee")
            event["rawPath"] = event["requestContext"]["http"]["path"] = "/v1/images/edits"
            event["headers"] = {"host": "easel.test", "content-type": kind, "authorization": "Bearer test-token"}
            answer = sandbox.invoke(event | changes)
            assert answer["statusCode"] == 200, answer
    assert sandbox.peak_memory < stack.functions["router"].properties["MemorySize"] * 3 / 4


def noise(side: int = 1800) -> bytes:
    """Return a square PNG that does not compress: nearly 10 MB for a side of 1800 pixels."""
    written = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(written, "PNG", compress_level=0)
    return written.getvalue()


def test_the_router_answers_cold_and_warm(stack: Stack) -> None:
    sandbox = stack.sandbox("router")
    health = [sandbox.invoke(http("router-health")) for _ in range(3)]
    assert [answer["statusCode"] for answer in health] == [200] * 3
    assert body(health[0])["status"] == "ok"
    models = [model.id for provider in catalog.providers().values() for model in provider.models]
    assert [model["id"] for model in body(sandbox.invoke(http("router-models")))["models"]] == models
    assert body(sandbox.invoke(http("router-job")))["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ("agents-list-tools", {"statusCode": 200}),
        ("ledger-ended", {"records": 1}),
        ("webhooks-message", {"batchItemFailures": []}),
    ],
)
def test_other_functions_answer_their_events(stack: Stack, event: str, answer: dict[str, Any]) -> None:
    assert answer.items() <= stack.sandbox(event.partition("-")[0]).invoke(http(event)).items()


def test_batch_accepts_a_request_and_raises_for_an_invalid_one(stack: Stack) -> None:
    machine = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    states, role = stack.cloud.client("stepfunctions"), "arn:aws:iam::123456789012:role/batch"
    created = states.create_state_machine(name="easel-batch-2", definition=json.dumps(machine), roleArn=role)
    sandbox = stack.fresh("batch", BATCH_MACHINE=created["stateMachineArn"], AWS_ACCESS_KEY_ID="testing")
    refused = sandbox.invoke({"requests": "many"})
    assert (refused["errorType"], "requests" in refused["errorMessage"]) == ("InvalidRequest", True)
    assert sandbox.invoke({"requests": [{"prompt": "a cat"}]})["status"] == "planning"
    process = sandbox.pid
    sandbox.stop()
    time.sleep(2)
    sandbox.go_on()
    assert sandbox.invoke({"requests": [{"prompt": "another cat"}]})["status"] == "planning"
    assert sandbox.pid == process


@pytest.mark.parametrize("provider", HANGING)
def test_a_hanging_provider_is_given_up_before_the_timeout(late: Mapping[str, Late], provider: str) -> None:
    function = late[f"hang {provider}"]
    assert function.answer.result()["error"]["code"] == "TIMEOUT"
    assert function.sandbox.invoke(order(provider))["status"] == "succeeded"


@pytest.mark.parametrize("module", [PROVIDERS[0], "router"])
def test_a_function_works_again_after_a_timeout(late: Mapping[str, Late], module: str) -> None:
    function = late[f"cut {module}"]
    assert f"timed out after {CUT_SECONDS}.00 seconds" in function.answer.result()
    event, status = (http("router-health"), 200) if module == "router" else ({"job": {}}, 400)

    def answered() -> Any:
        """Return the response of the next process. Its import is part of the call's time, and may time out as well."""
        answer = function.sandbox.invoke(event)
        return isinstance(answer, dict) and answer

    assert until(answered)["statusCode"] == status


def test_every_function_works_after_a_freeze(frozen: Frozen) -> None:
    """Lambda freezes a function for minutes between two calls. Connections die meanwhile, and clocks jump."""
    time.sleep(max(0.0, frozen.since + FREEZE_SECONDS - time.monotonic()))
    for sandbox in frozen.sandboxes.values():
        sandbox.go_on()
    for provider in PROVIDERS:
        answer = frozen.sandboxes["router"].invoke(generate(provider))
        assert answer["statusCode"] == 200, answer
        url = body(answer)["imageDetails"]["url"]
        picture = frozen.cloud.object(url.removeprefix("http://easel.test/api/"))
        assert picture["ContentType"].startswith("image/")
    assert frozen.processes == {module: sandbox.pid for module, sandbox in frozen.sandboxes.items()}
