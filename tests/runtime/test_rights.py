"""Every function can do its work with exactly the permissions in the template, and needs each of them.

All calls to AWS in these tests are checked against the policies of the calling function. In the fixture `done` the
functions do all their work. The tests then check that no permission was missing, and that none was unused.
"""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

from easel import catalog
from easel.batch import batches as records
from easel.batch import claims
from easel.budgets import keys
from easel.errors import GenerationFailed
from easel.store import images, jobs
from easel.store.payer import Payer
from easel.store.records import GenerationRequest, Job
from local.access import new_webhook_secret
from tests.harness.batches import png
from tests.harness.easel_keys import give_key
from tests.harness.iam import MACHINE, WEBHOOKS
from tests.harness.patience import holding_at, until
from tests.harness.source_pictures import DATA_LINK
from tests.harness.template import functions
from tests.harness.webhook_receiver import receiver
from tests.runtime.test_functions import PROVIDERS, body, generate, http, order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from easel.batch.batches import Batch
    from tests.runtime.conftest import Stack

ROLES = [function.module for function in functions()]
PICTURE = {"prompt": "a cat", "model": "dall-e-3"}  # the alias of a model that the stored tokens can use
FIRST = catalog.provider(PROVIDERS[0]).models[0].id
ACCESS = keys.make()
OF_LAMBDA = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "arn:aws:sqs")
"""Rights that Lambda uses itself, with the function's role: it reads the queue, and the stream."""


class Caller:
    """Calls the functions of a stack like API Gateway and the events of the template."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def call(self, path: str, method: str = "GET", payload: Any = None, module: str = "router", **headers: str) -> Any:
        event = http("router-health")
        event |= {"rawPath": path, "body": None if payload is None else json.dumps(payload)}
        event["headers"] = {**event["headers"], "authorization": f"Bearer {ACCESS}"}
        event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
        event["requestContext"]["http"] |= {"method": method, "path": path}
        return self.stack.sandbox(module).invoke(event)

    def until(self, come: Callable[[], bool], state: object = None) -> None:
        # Each poll calls a function, which takes processor time from the others.
        until(come, look=0.3, state=lambda: state)

    def batch(self, **request: Any) -> str:
        answer = self.call("/api/batches", "POST", request)
        assert answer["statusCode"] == 202, answer
        return str(body(answer)["batchId"])

    def ended(self, batch_id: str) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def finished() -> bool:
            found.update(body(self.call(f"/api/batches/{batch_id}")))
            return "finishedAt" in found

        self.until(finished, found)
        return found


@pytest.fixture(scope="module")
def done(stack: Stack) -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as patch:
        prepare(stack, patch)
        caller = Caller(stack)
        at_once(generations, caller)
        agents(caller)
        jobs_and_pictures(caller)
        died(caller)
        at_once(died_alone, caller)
        batches(caller)
        assert stack.sandbox("check").invoke({})["models"]
        webhooks(caller)
        ledger(caller)
        yield stack


def prepare(stack: Stack, patch: pytest.MonkeyPatch) -> None:
    """Store the deployment's secrets, and create a state machine that does not wait."""
    for name, value in stack.environment.items():
        patch.setenv(name, value)
    patch.setenv("MOTO_PORT", stack.cloud.url.rsplit(":", 1)[1])
    patch.setattr(WaitFunction, "_wait_interval", lambda self, env, wait_seconds: time.sleep(min(0.2, wait_seconds)))
    give_key(stack.cloud, ACCESS, batches=True)
    secret = {"webhook-secret": new_webhook_secret()}
    for name, value in {**secret, **{f"tokens/{name}": "test-token" for name in PROVIDERS}}.items():
        stack.cloud.client("ssm").put_parameter(Name=f"/easel/{name}", Value=value, Type="SecureString", Overwrite=True)
    assert stack.machine


def at_once(do: Callable[[Caller, str], None], caller: Caller) -> None:
    """Do the work for each provider in parallel."""
    with ThreadPoolExecutor(len(PROVIDERS)) as pool:
        assert list(pool.map(partial(do, caller), PROVIDERS)) == [None] * len(PROVIDERS)


def generations(caller: Caller, provider: str) -> None:
    """Generate through the router and the provider's own route: in parallel, with a key, in base64, with progress."""
    router, own = caller.stack.sandbox("router"), caller.stack.sandbox(provider)
    assert router.invoke(generate(provider))["statusCode"] == 200
    event = http(f"{provider}-generate", responseFormat="b64_json")
    event["headers"]["idempotency-key"] = uuid.uuid4().hex
    # The emulated gateway's only environment would wait for itself. Lambda starts another one for the job.
    front = caller.stack.fresh(provider)
    assert body(front.invoke(event))["imageDetails"]["b64Json"]
    if edits := next((model.id for model in catalog.provider(provider).models if model.edits), ""):
        event = http(f"{provider}-generate", model=edits, image=DATA_LINK)
        assert body(front.invoke(event))["imageDetails"]
        assert router.invoke(generate(provider, model=edits, image=DATA_LINK))["statusCode"] == 200
    assert own.invoke(order(provider, "a cat [[delay=4]]", claim=True))["status"] == "succeeded"


def agents(caller: Caller) -> None:
    """Call a tool that calls the router and reads the picture for a thumbnail."""
    call = {"name": "generate_image", "arguments": PICTURE | {"model": f"{PROVIDERS[0]}/{FIRST}"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    headers = {"accept": "application/json", "content_type": "application/json"}
    answer = caller.call("/mcp", "POST", message, "agents", **headers)
    assert [block["type"] for block in body(answer)["result"]["content"]] == ["text", "image"], answer


def jobs_and_pictures(caller: Caller) -> None:
    assert caller.call("/v1/images/generations", "POST", PICTURE)["statusCode"] == 200
    answer = caller.stack.sandbox("router").invoke(generate(PROVIDERS[0]))
    job, path = body(answer)["jobId"], body(answer)["imageDetails"]["url"].removeprefix("http://easel.test")
    assert caller.call(f"/api/jobs/{job}")["statusCode"] == 200
    quota = body(caller.call("/api/quota"))["providers"]
    assert {entry["provider"]: len(entry["tokens"]) for entry in quota} == dict.fromkeys(PROVIDERS, 1), quota
    listed = caller.call("/api/jobs")
    assert listed["statusCode"] == 200, listed["body"]
    with urllib.request.urlopen(caller.call(path)["headers"]["location"]) as picture:
        assert picture.status == 200
    assert caller.call(f"/api/images/{'0' * 36}.png")["statusCode"] == 404
    event = generate(PROVIDERS[0], responseFormat="b64_json")
    event["headers"] |= {"idempotency-key": uuid.uuid4().hex}
    assert body(caller.stack.sandbox("router").invoke(event))["imageDetails"]["b64Json"]


def died(caller: Caller) -> None:
    """Let a provider's function die while the router waits for its picture."""
    prompt = f"a cat {uuid.uuid4().hex}"
    with holding_at(caller.stack.upstream, prompt[6:]), ThreadPoolExecutor(1) as pool:
        answer = pool.submit(caller.stack.sandbox("router").invoke, generate(PROVIDERS[0], prompt=prompt))
        caller.until(lambda: any(prompt in str(item) and "running" in str(item) for item in caller.stack.cloud.items()))
        os.kill(caller.stack.sandbox(PROVIDERS[0]).pid, signal.SIGKILL)
        assert body(answer.result())["code"] == "UNKNOWN"


def died_alone(caller: Caller, provider: str) -> None:
    """Let a provider's function die in a job without a waiting caller, so that Lambda tells the router."""
    prompt = f"a cat {uuid.uuid4().hex}"
    event = generate(provider, prompt=prompt)
    event["headers"] |= {"prefer": "respond-async"}
    with holding_at(caller.stack.upstream, prompt[6:]):
        assert caller.stack.sandbox("router").invoke(event)["statusCode"] == 202
        caller.until(lambda: any(prompt in str(item) and "running" in str(item) for item in caller.stack.cloud.items()))
        os.kill(caller.stack.sandbox(provider).pid, signal.SIGKILL)
    message = '"message":"the function died before or during a job"'
    caller.until(lambda: f'"provider":"{provider}"' in lines(caller.stack.sandbox("router").log, message))


def lines(log: str, mark: str) -> str:
    return "\n".join(line for line in log.splitlines() if mark in line)


def webhooks(caller: Caller) -> None:
    """Process the stream's records, a failed attempt, and a job with a function that died after its picture."""
    cloud, sandbox, url = (
        caller.stack.cloud,
        caller.stack.sandbox("webhooks"),
        caller.stack.environment["WEBHOOK_QUEUE"],
    )
    sqs = cloud.client("sqs")
    sqs.create_queue(QueueName=WEBHOOKS)
    with receiver(500) as found:
        request = GenerationRequest(provider=PROVIDERS[0], model=catalog.provider(PROVIDERS[0]).models[0].id)
        job = jobs.new(request, payers=[Payer.of_key(keys.id_of(ACCESS))]).replace(webhook=found.url)
        dead = job.replace(id=jobs.new(request).id, status="running", started=job.created, deadline=job.created)
        lost = dead.replace(id=jobs.new(request).id)
        for each in (job, dead, lost):
            jobs.create(each)
        images.store(dead.id, png(), images.ImageInfo("PNG", 8, 8), request)
        failed = jobs.fail(job, GenerationFailed("refused"))
        records = [{"eventSource": "aws:dynamodb", "dynamodb": {"NewImage": jobs.as_item(failed)}}]
        assert sandbox.invoke({"Records": records}) == {"batchItemFailures": []}
        for each in (dead, lost):
            body_of_look = json.dumps({"kind": "look", "item": each.id})
            sqs.send_message(QueueUrl=url, MessageBody=body_of_look)
        received: list[dict[str, Any]] = []

        def all_received() -> bool:
            received.extend(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []))
            return len(received) >= 3

        caller.until(all_received)
        messages = [
            {
                "eventSource": "aws:sqs",
                "messageId": each["MessageId"],
                "receiptHandle": each["ReceiptHandle"],
                "body": each["Body"],
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for each in received
        ]
        assert len(sandbox.invoke({"Records": messages})["batchItemFailures"]) == 1
        assert len(found.calls) == 1
    assert [jobs.get(each.id).status for each in (dead, lost)] == ["succeeded", "failed"]


def ledger(caller: Caller) -> None:
    """Process an ended job in a batch of the stream's records, which Lambda repeats. Read it with the key."""
    request = GenerationRequest(provider=PROVIDERS[0], model=FIRST)
    failed = jobs.failed(
        jobs.new(request, payers=[Payer.of_key(keys.id_of(ACCESS))]), GenerationFailed("no"), time.time()
    )
    record = {"dynamodb": {"NewImage": jobs.as_item(failed), "SequenceNumber": "7"}}
    for _ in range(2):
        assert caller.stack.sandbox("ledger").invoke({"Records": [record]}) == {"records": 1}
    (line,) = body(caller.call("/api/usage"))["usage"]
    assert (line["outcome"], line["pictures"]) == ("GENERATION_FAILED", 1)


def batches(caller: Caller) -> None:
    """Run concurrent batches from every source of a manifest, cancel them, and run them again."""
    lines = [{"provider": name, "prompt": f"a {name} cat", "count": 2} for name in PROVIDERS]
    first = caller.batch(requests=lines)
    second = caller.batch(requests=[{"prompt": "a second cat"}])
    assert caller.ended(first)["counts"]["succeeded"] == 2 * len(PROVIDERS)
    assert caller.ended(second)["counts"]["succeeded"] == 1
    link = caller.call(f"/api/batches/{first}/results")["headers"]["location"]
    with urllib.request.urlopen(link) as results:
        assert results.status == 200
    for module in ("router", "batch"):
        manifests(caller, module)
    files(caller)
    cancelled(caller)
    stopped(caller)
    at_once(dead_workers, caller)


def files(caller: Caller) -> None:
    """Run a batch of `/v1` from a file that is uploaded and deleted."""
    asked = {"custom_id": "cat", "method": "POST", "url": "/v1/images/generations", "body": PICTURE}
    line = json.dumps(asked).encode()
    wanted = {"purpose": "batch", "bytes": len(line)}
    file = body(caller.call("/v1/files", "POST", wanted, content_type="application/json"))
    url, headers = file["easel"]["uploadUrl"], file["easel"]["uploadHeaders"]
    urllib.request.urlopen(urllib.request.Request(url, line, headers, method="PUT")).close()
    wanted = {"input_file_id": file["id"], "endpoint": asked["url"], "completion_window": "24h"}
    begun = caller.call("/v1/batches", "POST", wanted)
    assert begun["statusCode"] == 200, begun
    batch = body(begun)
    caller.ended(batch["id"].removeprefix("batch_"))
    found = body(caller.call(f"/v1/batches/{batch['id']}"))
    assert found["request_counts"]["completed"] == 1, found
    output = found["output_file_id"]
    with urllib.request.urlopen(caller.call(f"/v1/files/{output}/content")["headers"]["location"]) as written:
        assert written.status == 200
    for file_id in (file["id"], output):
        assert body(caller.call(f"/v1/files/{file_id}", "DELETE"))["deleted"]


def start(caller: Caller, module: str, **request: Any) -> str:
    """Start a batch through the API, or like the schedule."""
    if module == "router":
        return caller.batch(**request)
    answer = caller.stack.sandbox("batch").invoke(request)
    assert "batchId" in answer, answer
    return str(answer["batchId"])


def manifests(caller: Caller, module: str) -> None:
    """Run an owner's manifest, an uploaded one and a missing one, and run the failed lines again."""
    line = json.dumps({"prompt": f"a cat for {module}"}) + "\n" + json.dumps({"prompt": ""})
    bucket, key = caller.stack.environment["IMAGES_BUCKET"], f"manifests/{module}.jsonl"
    caller.stack.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=line.encode())
    batch = start(caller, module, manifest=f"s3://{bucket}/{key}")
    assert caller.ended(batch)["counts"]["succeeded"] == 1
    caller.ended(start(caller, module, retry=batch))
    with pytest.raises(AssertionError, match="the object s3:"):
        start(caller, module, manifest=f"s3://{bucket}/manifests/missing.jsonl")
    wanted = {"size": len(line.encode()), "name": f"{module}.jsonl"}
    target = body(caller.call("/api/batches/uploads", "POST", wanted))
    url, headers = target["uploadUrl"], target["uploadHeaders"]
    urllib.request.urlopen(urllib.request.Request(url, line.encode(), headers, method="PUT")).close()
    assert caller.ended(start(caller, module, manifest=target["manifest"]))["status"] == "completed"


def cancelled(caller: Caller) -> None:
    """Cancel two batches: the waiting one, which has a finished picture, and the one that has its turn."""
    with holding_at(caller.stack.upstream, "slow"):
        slow = caller.batch(requests=[{"prompt": "a slow cat", "count": 9}])
        caller.until(lambda: body(caller.call(f"/api/batches/{slow}"))["counts"]["running"] > 0)
        behind, last = (caller.batch(requests=[{"prompt": f"a {place} cat in line"}]) for place in ("second", "third"))
        for waiting in (behind, last):
            caller.until(lambda waiting=waiting: "waitingFor" in body(caller.call(f"/api/batches/{waiting}")))  # type: ignore[misc]
        left_behind(records.get(behind), 0, PROVIDERS[0], with_picture=True)
        for batch in (behind, slow):
            assert caller.call(f"/api/batches/{batch}", "DELETE")["statusCode"] == 200
    assert caller.ended(behind)["counts"]["succeeded"] == 1
    assert caller.ended(last)["counts"]["succeeded"] == 1
    assert caller.ended(slow)["counts"]["succeeded"] > 0


def stopped(caller: Caller) -> None:
    """Stop a batch's execution as in Step Functions' console. EventBridge reports it."""
    with holding_at(caller.stack.upstream, "stopped"):
        batch_id = caller.batch(requests=[{"prompt": "a stopped cat", "count": 9}])
        caller.until(lambda: body(caller.call(f"/api/batches/{batch_id}"))["counts"]["running"] > 0)
        execution = f"{caller.stack.machine.replace(':stateMachine:', ':execution:')}:{batch_id}-1"
        caller.stack.cloud.client("stepfunctions").stop_execution(executionArn=execution)
    detail = {"executionArn": execution, "status": "ABORTED", "input": json.dumps({"batch": batch_id, "run": 1})}
    assert caller.stack.sandbox("batch").invoke({"source": "aws.states", "detail": detail}) is None
    assert caller.ended(batch_id)["status"] == "cancelled"


def dead_workers(caller: Caller, provider: str) -> None:
    """Let workers die before and after storing their picture. The next worker searches for it."""
    next_one = caller.stack.fresh(provider)
    next_one.invoke({"job": {}})  # warm up, so that the batch runs only as long as its picture takes
    with holding_at(caller.stack.upstream, f"wait{provider}"):
        batch_id = caller.batch(requests=[{"provider": provider, "prompt": f"wait{provider}"}])
        caller.until(lambda: body(caller.call(f"/api/batches/{batch_id}"))["counts"]["running"] > 0)
        batch = records.get(batch_id)
        for number, with_picture in ((100, True), (101, False)):
            job = left_behind(batch, number, provider, with_picture=with_picture)
            event = {
                "worker": "next", "batch": batch.id, "run": 1, "dead": "", "answer": {"at": 0},
                "job": {"id": job.id, "request": job.request.to_json()}, "began": datetime.now(UTC).isoformat(),
            }  # fmt: skip
            assert next_one.invoke(event)["next"] == "ended"
    caller.ended(batch_id)


def left_behind(batch: Batch, number: int, provider: str, *, with_picture: bool) -> Job:
    """A job that a worker had claimed before it died."""
    model = catalog.provider(provider).models[0]
    request = GenerationRequest(
        provider=provider, model=model.id, prompt="a cat", width=512, height=512, steps=8, seed=7
    )
    job = jobs.new(request, batch=batch.id).replace(id=batch.job_id(number))
    assert claims.take(job, batch.run, worker="dead:1", dead="", until=0).worker == "dead:1"
    if with_picture:
        images.store(job.id, png(), images.ImageInfo("PNG", 8, 8), request)
    return job


@pytest.mark.parametrize("module", [*ROLES, MACHINE])
def test_no_function_lacks_a_permission(done: Stack, module: str) -> None:
    assert done.rights.roles[module].denied == []


@pytest.mark.parametrize("module", ROLES)
def test_no_function_has_an_unneeded_permission(done: Stack, module: str) -> None:
    unused = done.rights.roles[module].unused()
    if module in ("webhooks", "ledger"):
        unused = [line for line in unused if not line.startswith(OF_LAMBDA) and "/stream/*" not in line]
    assert unused == []


def test_the_state_machine_may_run_a_distributed_map(done: Stack) -> None:
    """moto's interpreter runs the map's children itself, and writes their output at once.

    What Step Functions needs for that: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
    """
    own = "arn:aws:states:us-east-1:123456789012"
    assert {told.split(" ")[0] for told in done.rights.roles[MACHINE].unused()} == {
        "states:StartExecution", "states:DescribeExecution", "states:StopExecution",
        f"{own}:stateMachine:easel-batch", f"{own}:execution:easel-batch/*",
        "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload",
    }  # fmt: skip
