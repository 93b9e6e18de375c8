"""The effects of a job's end in a deployed stack: its stream, functions, queue and ledger.

Stock clients verify the webhooks.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from standardwebhooks import Webhook

from easel.budgets import keys
from easel.budgets.keys import Key
from local import access
from tests.harness.openai_package import openai
from tests.harness.patience import HANGS_SECONDS, until
from tests.harness.webhook_receiver import receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.stack import LocalStack

ACCESS = {"Authorization": f"Bearer {access.KEY}"}


@pytest.fixture
def client(local_easel: LocalStack) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=local_easel.endpoint, timeout=HANGS_SECONDS, headers=ACCESS) as client:
        yield client


@pytest.fixture
def secret(local_easel: LocalStack) -> str:
    stored = local_easel.client("ssm").get_parameter(Name="/easel/webhook-secret", WithDecryption=True)
    secrets: list[str] = re.findall(r"whsec_[^,]+", stored["Parameter"]["Value"])
    return secrets[-1]  # the oldest secret, which the function knows even if it has not yet read a newer one


def state(client: httpx2.Client, path: str) -> dict[str, Any]:
    return dict(client.get(path).json()["webhook"])


def test_two_receivers_get_their_webhooks(client: httpx2.Client, secret: str) -> None:
    """One receiver fails twice, and the other never answers."""
    with receiver(500, 503) as flaky, receiver(*[0] * 20) as silent:
        paths = []
        for hook in (flaky, silent):
            body = {"prompt": "a cat with a webhook", "webhook": hook.url}
            started = client.post("/api/generate", json=body, headers={"Prefer": "respond-async"})
            paths.append(f"/api/jobs/{started.json()['jobId']}")
        until(lambda: state(client, paths[0])["status"] == "delivered", state=lambda: state(client, paths[0]))
        until(lambda: "no response within 10 seconds" in state(client, paths[1]).get("error", ""))
        assert state(client, paths[0])["attempts"] == 3
        assert state(client, paths[1])["status"] == "pending"
        job = client.get(paths[0]).json()
    assert len({call.headers["webhook-id"] for call in flaky.calls}) == 1
    for call in flaky.calls:
        event = Webhook(secret).verify(call.body, dict(call.headers))
        assert event["type"] == "image.completed"
        assert event["data"]["imageDetails"] == job["imageDetails"]
        unwrapped = openai.OpenAI(api_key="none", webhook_secret=secret).webhooks.unwrap(call.body, call.headers)
        assert str(unwrapped.type) == "image.completed"


def test_batches_report_their_end_in_both_formats(client: httpx2.Client, secret: str) -> None:
    with receiver() as hook:
        body = {"requests": [{"prompt": "a cat in a batch with a webhook"}], "webhook": hook.url}
        own = client.post("/api/batches", json=body).json()["batchId"]
        line = {"custom_id": "a", "method": "POST", "url": "/v1/images/generations", "body": {"prompt": "a v1 webhook"}}
        sdk = openai.OpenAI(base_url=f"{str(client.base_url).rstrip('/')}/v1", api_key=access.KEY)
        file = sdk.files.create(file=("lines.jsonl", json.dumps(line).encode()), purpose="batch")
        openais = sdk.batches.create(
            input_file_id=file.id,
            endpoint="/v1/images/generations",
            completion_window="24h",
            metadata={"webhook": hook.url},
        ).id
        until(lambda: len({call.headers["webhook-id"] for call in hook.calls}) == 2, state=lambda: hook.calls)
        until(lambda: state(client, f"/api/batches/{own}")["status"] == "delivered")
    checker = openai.OpenAI(api_key="none", webhook_secret=secret)
    events = [checker.webhooks.unwrap(call.body, call.headers) for call in hook.calls]
    completed = [event for event in events if isinstance(event, openai.types.webhooks.BatchCompletedWebhookEvent)]
    assert len(completed) == len(events)
    assert {event.data.id for event in completed} == {own, openais}


def test_a_private_address_is_refused_at_once(client: httpx2.Client) -> None:
    answer = client.post("/api/generate", json={"prompt": "a cat", "webhook": "https://10.0.0.1/hook"})
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["details"]["field"]) == ("INVALID_PARAMS", "webhook")


def test_the_ledger_counts_a_keys_pictures(client: httpx2.Client, local_easel: LocalStack) -> None:
    text = keys.make()
    item = Key(id=keys.id_of(text), name="ledger", created=time.time(), batches=True).item()
    local_easel.client("dynamodb").put_item(TableName=local_easel.deployed.outputs["JobsTable"], Item=item)
    headers = {"Authorization": f"Bearer {text}"}
    bodies = [{"prompt": "a cat for the ledger"}, {"prompt": "a refused cat for the ledger [[fault=moderation]]"}]
    for body in bodies:
        client.post("/api/generate", json=body, headers={**headers, "Prefer": "respond-async"})
    client.post("/api/batches", json={"requests": [{**bodies[0], "count": 2}]}, headers=headers)

    def counted() -> dict[str, int]:
        usage = client.get("/api/usage", headers=headers).json()["usage"]
        return {line["outcome"]: line["pictures"] for line in usage}

    until(lambda: counted() == {"succeeded": 3, "PROMPT_REJECTED": 1}, state=counted)
