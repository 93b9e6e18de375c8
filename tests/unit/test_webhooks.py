"""Webhooks of jobs and batches: what is sent and when, retries, and how each attempt is stored."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

import ended_items
import webhook_sender
import webhooks as function
from easel.batch import batches, progress
from easel.common import aws
from easel.errors import GenerationFailed
from easel.front_door import job_responses
from easel.providers import ssm_parameters
from easel.settings import settings
from easel.store import images, jobs, table, webhooks
from easel.store.payer import Payer, PayerKind
from easel.store.records import GenerationRequest, Job, Progress, Result
from local.access import new_webhook_secret
from tests.harness import template
from tests.harness.batches import png
from tests.harness.functions import Context
from tests.harness.patience import LONGER
from tests.harness.webhook_receiver import Receiver, receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=512, height=512, steps=9, seed=42
)
RESULT = Result(key="images/x.png", format="PNG", width=512, height=512, size=1000, seed=42, seconds=1.5)
ERROR = GenerationFailed("refused", provider="gitee")
Make = Callable[..., Receiver]


@pytest.fixture(autouse=True)
def _deployment(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment with the template's queues and a secret. Its webhooks may call loopback."""
    sqs = cloud.client("sqs")
    suffix, names = uuid.uuid4().hex, ("FailedWebhooks", "WebhookQueue")
    urls = {name: sqs.create_queue(QueueName=f"{name}-{suffix}")["QueueUrl"] for name in names}
    for name, url in urls.items():
        wanted = template.template()["Resources"][name]["Properties"]
        attributes = {key: str(value) for key, value in wanted.items() if isinstance(value, int)}
        if "RedrivePolicy" in wanted:
            target = sqs.get_queue_attributes(QueueUrl=urls["FailedWebhooks"], AttributeNames=["QueueArn"])
            policy = {**wanted["RedrivePolicy"], "deadLetterTargetArn": target["Attributes"]["QueueArn"]}
            attributes["RedrivePolicy"] = json.dumps(policy)
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    monkeypatch.setenv("WEBHOOK_QUEUE", urls["WebhookQueue"])
    monkeypatch.setenv("DEAD_LETTERS", urls["FailedWebhooks"])
    monkeypatch.setenv("WEBHOOK_LOOPBACK", "true")
    monkeypatch.setenv("PUBLIC_URL", "https://easel.example")
    settings.cache_clear()
    value = new_webhook_secret()
    aws.ssm().put_parameter(Name="/easel/webhook-secret", Value=value, Type="SecureString", Overwrite=True)
    ssm_parameters.forget()


@pytest.fixture
def make() -> Iterator[Make]:
    with ExitStack() as stack:
        yield lambda *statuses: stack.enter_context(receiver(*statuses))


def created(url: str = "http://127.0.0.1:1/", **changes: Any) -> Job:
    """Store a job with a webhook."""
    job = jobs.new(REQUEST).replace(webhook=url, **changes)
    jobs.create(job)
    return job


def ended(url: str, error: Any = None, **changes: Any) -> Job:
    """Store a job with a webhook, and its end. Queue the webhook."""
    job = created(url, **changes)
    job = jobs.fail(job, error) if error else jobs.succeed(job, RESULT, ())
    queued(job.id)
    return job


def queued(item: str, kind: str = "end") -> None:
    aws.sqs().send_message(QueueUrl=settings().webhook_queue, MessageBody=json.dumps({"kind": kind, "item": item}))


def deliver(attempt: int = 0) -> list[str]:
    """Hand the queue's messages to the function, as Lambda does. Return the ids of messages that the queue keeps."""
    sqs, url = aws.sqs(), settings().webhook_queue
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages", [])
    if not messages:
        return []
    records = [
        {
            "eventSource": "aws:sqs",
            "messageId": each["MessageId"],
            "receiptHandle": each["ReceiptHandle"],
            "body": each["Body"],
            "attributes": {"ApproximateReceiveCount": str(attempt or each["Attributes"]["ApproximateReceiveCount"])},
        }
        for each in messages
    ]
    failures = function.handler({"Records": records}, Context("easel-webhooks", 60))["batchItemFailures"]
    kept = [each["itemIdentifier"] for each in failures]
    for each in messages:
        if each["MessageId"] not in kept:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return kept


def state(job: Job) -> dict[str, Any]:
    """Return the job's webhook as the API shows it."""
    return dict(job_responses.describe(jobs.get(job.id), "")["webhook"])


def marked(item_id: str) -> str | None:
    """Return what the stream sees of an item's webhook, or None."""
    item = table.get(item_id)
    assert item
    return item["webhook"]["S"] if "webhook" in item else None


def bodies(called: Receiver) -> list[dict[str, Any]]:
    return [json.loads(call.body) for call in called.calls]


def test_a_webhook_is_called_once_for_an_end(make: Make) -> None:
    called = make()
    job = ended(called.url)
    queued(job.id)  # the stream reports some changes twice
    assert state(job) == {"status": "pending", "attempts": 0}
    for _ in range(2):
        deliver()
    assert {body["id"] for body in bodies(called)} == {f"evt_{job.id}_succeeded"}
    queued(job.id)
    before = len(called.calls)
    assert deliver() == []
    assert len(called.calls) == before
    assert (state(job)["status"], state(job)["attempts"]) == ("delivered", 1)


def test_the_body_has_the_apis_answer(make: Make) -> None:
    called = make()
    drawn, refused = ended(called.url), ended(called.url, ERROR)
    in_base64 = ended(called.url, request=REQUEST.replace(response_format="b64_json"))
    deliver()
    sent = {body["data"]["id"]: body for body in bodies(called)}
    for kind, job in (("image.completed", drawn), ("image.failed", refused)):
        answered = job_responses.describe(jobs.get(job.id), "https://easel.example")
        del answered["webhook"]
        body = sent[job.id]
        assert body["data"] == {"id": job.id, **json.loads(json.dumps(answered))}
        assert (body["type"], body["created_at"], body["object"]) == (kind, int(job.finished or 0), "event")
    assert sent[drawn.id]["data"]["imageDetails"]["url"] == "https://easel.example/api/images/x.png"
    assert "b64Json" not in sent[in_base64.id]["data"]["imageDetails"]


def test_a_failed_attempt_is_retried_after_its_pause(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function, "PAUSES", (10_000, 20_000))  # so that no message returns earlier on a slow machine
    called = make(500, 302)
    job = ended(called.url)
    url = settings().webhook_queue
    for attempt, reason in ((1, "HTTP 500"), (2, "HTTP 302, a redirect, and redirects are not followed")):
        before = time.time()
        assert len(deliver(attempt)) == 1
        stored = state(job)
        assert (stored["status"], stored["attempts"], stored["error"]) == ("pending", attempt, reason)
        assert stored["nextAttemptAt"] >= before + function.PAUSES[attempt - 1]
        invisible = aws.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert invisible["ApproximateNumberOfMessagesNotVisible"] == str(attempt)
        queued(job.id)
    assert deliver(3) == []
    assert (state(job)["status"], state(job)["attempts"]) == ("delivered", 3)
    assert [call.path for call in called.calls] == ["/hook"] * 3
    assert len({call.headers["webhook-id"] for call in called.calls}) == 1


def test_the_last_attempt_goes_to_the_dead_letter_queue(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function, "PAUSES", (0,) * len(function.PAUSES))
    tries = len(function.PAUSES) + 1
    job = ended(make(*[503] * tries).url)
    for _ in range(tries):
        assert deliver()
    assert (state(job)["status"], state(job)["attempts"]) == ("failed", tries)
    assert deliver() == []
    dead = aws.sqs().receive_message(QueueUrl=os.environ["DEAD_LETTERS"])
    assert json.loads(dead["Messages"][0]["Body"]) == {"kind": "end", "item": job.id}
    queued(job.id)  # as the owner's redrive does
    assert deliver() == []
    assert state(job)["status"] == "delivered"


def test_a_receiver_with_status_410_is_not_called_again(make: Make) -> None:
    job = ended(make(410).url)
    assert deliver() == []
    assert (state(job)["status"], state(job)["error"]) == ("failed", "HTTP 410")


def test_a_silent_receiver_does_not_delay_another(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function, "PAUSES", (10_000,))
    for seconds in LONGER:  # a slow machine may need more than the first limit
        monkeypatch.setattr(webhook_sender, "TIMEOUT_SECONDS", float(seconds))
        first, second = ended(make(0).url), ended(make().url)
        while not all(state(job)["attempts"] for job in (first, second)):  # SQS may return fewer messages than it has
            deliver()
        assert state(first)["error"].startswith("no response within")
        if state(second)["status"] == "delivered":
            break
    assert state(second)["status"] == "delivered"


def test_a_webhook_without_a_secret_waits_for_one(make: Make) -> None:
    called = make()
    aws.ssm().delete_parameter(Name="/easel/webhook-secret")
    ssm_parameters.forget()
    job = ended(called.url)
    assert deliver()
    assert "make webhook-secret" in state(job)["error"]
    assert called.calls == []


def test_an_unknown_or_unfinished_item_is_not_sent() -> None:
    job = created()
    for item in (job.id, "nothing", "batch#nothing"):
        queued(item)
    assert deliver() == []
    assert state(job)["attempts"] == 0


def test_the_end_of_a_job_with_a_dead_function_is_stored() -> None:
    now = time.time()
    lost, drawn = created(deadline=now - 1), created(deadline=now - 1, status="running", started=now - 9)
    for job in (lost, drawn):
        queued(job.id, "look")
    images.store(drawn.id, png(), images.ImageInfo("PNG", 8, 8), REQUEST)
    assert deliver() == []
    assert deliver() == []
    for job, status in ((lost, "failed"), (drawn, "succeeded")):
        assert (jobs.get(job.id).status, marked(job.id)) == (status, webhooks.DUE)


def test_an_unfinished_job_is_checked_again() -> None:
    job = created()
    queued(job.id, "look")
    assert deliver()
    assert marked(job.id) == webhooks.WAITING


@pytest.mark.usefixtures("noon")
def test_the_streams_records_become_messages() -> None:
    job = jobs.new(REQUEST).replace(webhook="https://example.com/")
    records = [
        {"eventSource": "aws:dynamodb", "dynamodb": {"NewImage": jobs.as_item(each)}}
        for each in (job, *[jobs.failed(job, ERROR, time.time())] * 11)
    ]
    function.handler({"Records": records}, Context("easel-webhooks", 60))
    sent = aws.sqs().get_queue_attributes(QueueUrl=settings().webhook_queue, AttributeNames=["All"])["Attributes"]
    assert (sent["ApproximateNumberOfMessages"], sent["ApproximateNumberOfMessagesDelayed"]) == ("11", "1")
    entry = ended_items._entry(0, jobs.as_item(job))
    assert jobs.ALLOWED_SECONDS < entry["DelaySeconds"] <= ended_items.MAX_DELAY
    assert json.loads(entry["MessageBody"]) == {"kind": "look", "item": job.id}


def test_each_key_has_a_message_group_and_strangers_share_one() -> None:
    def group(*payers: Payer) -> str:
        item = jobs.as_item(jobs.new(REQUEST, payers=payers, webhook="https://example.com/"))
        return str(ended_items._entry(0, item)["MessageGroupId"])

    address = Payer(PayerKind.ADDRESS, "0123456789abcdef")
    assert group(Payer.of_key("alice")) == "alice"
    assert group() == group(address) == ended_items.WITHOUT_KEY


def test_a_message_that_sqs_refuses_fails_the_invocation(cloud: Cloud) -> None:
    record = {"eventSource": "aws:dynamodb", "dynamodb": {"NewImage": jobs.as_item(ended("https://example.com/"))}}
    with cloud.refusing("sqs.SendMessageBatch", "AccessDenied"), pytest.raises(Exception, match="AccessDenied"):
        function.handler({"Records": [record]}, Context("easel-webhooks", 60))


def test_the_stream_reports_no_heartbeat_of_a_job() -> None:
    """The filter of `WebhookEnds` sees only the item."""
    job = jobs.new(REQUEST).replace(webhook="https://example.com/")
    claimed = jobs.claim(job)
    assert claimed
    assert jobs.heartbeat(job.id)
    assert jobs.progress(job.id, Progress(percent=5))
    assert marked(job.id) is None
    jobs.succeed(claimed, RESULT, ())
    assert marked(job.id) == webhooks.DUE


@pytest.mark.parametrize("end", ["succeed", "fail", "give_up", "recover"])
def test_each_way_to_end_a_job_makes_its_webhook_due(end: str) -> None:
    job = created("https://example.com/")
    assert marked(job.id) == webhooks.WAITING
    if end == "succeed":
        jobs.succeed(job, RESULT, ())
    elif end == "recover":
        jobs.recover(jobs.fail(job, ERROR), RESULT)
    else:
        getattr(jobs, end)(job, ERROR)
    assert (marked(job.id), jobs.get(job.id).webhook) == (webhooks.DUE, "https://example.com/")


def test_the_deployments_webhook_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://example.com/all")
    settings.cache_clear()
    assert jobs.new(REQUEST).webhook == "https://example.com/all"
    assert jobs.new(REQUEST, webhook="https://example.com/own").webhook == "https://example.com/own"
    assert jobs.new(REQUEST, batch="b1").webhook == ""
    assert started("").webhook == "https://example.com/all"
    assert started("https://example.com/own").webhook == "https://example.com/own"


def test_a_job_without_a_webhook_stores_no_field_for_it() -> None:
    item = table.get(ended("").id)
    assert item
    assert not {"webhook", "delivery"} & item.keys()
    assert "webhook" not in job_responses.describe(jobs.from_item(item), "")


def test_an_abandoned_webhook_reads_as_failed() -> None:
    old = time.time() - webhooks.GIVEN_UP_SECONDS - 1
    assert webhooks.describe("https://example.com/", None, old) == {"status": "failed", "attempts": 0}
    pending = webhooks.Delivery(event="e", status="pending", attempts=3, last=old, next=old + 60)
    described = webhooks.describe("https://example.com/", pending, old)
    assert described == {"status": "failed", "attempts": 3, "lastAttemptAt": old}


def started(url: str, **changes: Any) -> batches.Batch:
    batch = batches.new("s3://b/m", str(time.time()), 1, endpoint="", scheduled=None, webhook=url, **changes)
    batches.create(batch)
    batches.plan(batch, requests=1, invalid=0, jobs={"gitee": 1})
    return batches.get(batch.id)


COUNTS = {"requests": 1, "succeeded": 1, "failed": 0, "invalid": 0, "cancelled": 0}


@pytest.mark.parametrize("status", ["completed", "cancelled", "failed"])
def test_a_batch_reports_its_end_in_each_run(make: Make, status: str) -> None:
    called = make()
    batch = started(called.url)
    if status == "cancelled":
        batches.cancel(batch)
    elif status == "failed":
        batches.fail(batch, ERROR)
    item_id = f"{batches.PREFIX}{batch.id}"
    assert marked(item_id) is None
    batches.finish(batches.get(batch.id), COUNTS)
    assert marked(item_id) == webhooks.DUE
    queued(item_id)
    assert deliver() == []
    (body,) = bodies(called)
    assert (body["type"], body["id"]) == (f"batch.{status}", f"evt_{batch.id}_1")
    described = progress.describe(batches.get(batch.id), "https://easel.example")
    answered = described.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert answered.pop("webhook")["status"] == "delivered"
    assert body["data"] == {"id": batch.id, **answered}
    batches.rerun(batches.get(batch.id))
    again = batches.get(batch.id)
    assert (again.webhook, again.delivery) == (called.url, None)


def test_a_batch_of_v1_reports_its_id_as_openai_does(make: Make) -> None:
    called = make()
    batch = started(called.url, openai={"file": "file-1", "metadata": None})
    batches.finish(batch, COUNTS)
    queued(f"{batches.PREFIX}{batch.id}")
    deliver()
    assert [body["data"] for body in bodies(called)] == [{"id": f"batch_{batch.id}"}]
