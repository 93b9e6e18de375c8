"""One webhook call: allowed addresses, and signatures that stock clients of the standard verify."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpcore2
import httpx2
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

import webhook_sender
import webhook_signature
from easel.catalog import webhooks
from easel.catalog.requests import GenerateBody
from easel.errors import InternalError, InvalidParams
from easel.front_door import validation
from easel.providers import network, ssm_parameters
from easel.settings import settings
from local.access import new_webhook_secret
from tests.harness.openai_package import openai
from tests.harness.webhook_receiver import receiver
from webhook_events import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

OLD, NEW = new_webhook_secret(), new_webhook_secret()


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, {NEW: ""})


def keep(monkeypatch: pytest.MonkeyPatch, values: Mapping[str, str]) -> None:
    monkeypatch.setattr(ssm_parameters, "secrets", lambda name: values)


def allow_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_LOOPBACK", "true")
    settings.cache_clear()


def event(url: str = "https://hooks.example/x", kind: str = "image.completed", **data: Any) -> Event:
    return Event(item="j", url=url, id="evt_1", type=kind, time=time.time(), data={"id": "j", **data})


PRIVATE = [
    *("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"),
    *("169.254.169.254", "10.0.0.1", "database.internal", "intranet"),
]
REFUSED = [
    *(f"https://{host}/x" for host in PRIVATE),
    *("http://hooks.example/x", "ftp://hooks.example/x", "https:///x", "hooks.example/x", ""),
    *("https://user:password@hooks.example/x", "https://user@hooks.example/x"),
    *("https://hooks.example:0/x", "https://hooks.example:99999/x", f"https://hooks.example/{'x' * 2048}"),
]


def test_only_public_https_addresses_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "resolve", None)  # the name is not resolved
    for url in REFUSED:
        with pytest.raises(InvalidParams) as refused:
            webhooks.allowed(url)
        assert refused.value.message == f"webhook: must be {webhooks.ALLOWED}"
        assert webhook_sender.send(event(url)) == webhook_sender.Refusal("the address is not a public https address")
    for url in ("https://hooks.example", "https://1.1.1.1:8443/a?b=c#d", "https://müller.example/x"):
        assert webhooks.allowed(url) == url


def test_a_name_with_a_private_address_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    for addresses in (["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1"], ["100.64.0.1"]):
        monkeypatch.setattr(network, "resolve", lambda host, port, addresses=addresses: addresses)
        assert webhook_sender.send(event()) == webhook_sender.Refusal("the host has a private address")


def test_the_validated_address_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["93.184.216.34"] if len(looked_up) == 1 else ["127.0.0.1"]

    connected: list[str] = []

    def connect(self: network.Network, address: str, port: int, timeout: float | None) -> Any:
        connected.append(address)
        raise httpcore2.ConnectError("refused")

    monkeypatch.setattr(network, "resolve", resolve)
    monkeypatch.setattr(network.Network, "_connect", connect)
    refusal = webhook_sender.send(event())
    assert (looked_up, connected) == (["hooks.example"], ["93.184.216.34"])
    assert refusal
    assert refusal.reason == "the connection failed (ConnectError)"


def test_loopback_is_called_only_with_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as called:
        assert webhook_sender.send(event(called.url))
        allow_loopback(monkeypatch)
        assert webhook_sender.send(event(called.url)) is None
        assert webhook_sender.send(event("https://10.0.0.1/x"))
        assert len(called.calls) == 1


def test_stock_clients_of_the_standard_verify_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_loopback(monkeypatch)
    with receiver() as called:
        for kind in ("image.completed", "batch.completed"):
            assert webhook_sender.send(event(called.url, kind, prompt="猫")) is None
    for call in called.calls:
        assert Webhook(NEW).verify(call.body, dict(call.headers))["data"] == {"id": "j", "prompt": "猫"}
        with pytest.raises(WebhookVerificationError):
            Webhook(OLD).verify(call.body, dict(call.headers))
        client = openai.OpenAI(api_key="none", webhook_secret=NEW)
        unwrapped = client.webhooks.unwrap(call.body, call.headers)
        assert unwrapped.type == json.loads(call.body)["type"]
        with pytest.raises(openai.InvalidWebhookSignatureError):
            client.webhooks.unwrap(call.body + b" ", call.headers)
    assert isinstance(unwrapped, openai.types.webhooks.BatchCompletedWebhookEvent)
    assert unwrapped.data.id == "j"


def test_two_secrets_are_valid_during_a_replacement(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    keep(monkeypatch, {NEW: "", OLD: f"until {int(now) + 60}"})
    headers = dict(webhook_signature.headers("evt_1", b"{}", now))
    assert len(headers["webhook-signature"].split(" ")) == 2
    for each in (NEW, OLD):
        Webhook(each).verify(b"{}", headers)
        openai.OpenAI(api_key="none").webhooks.verify_signature(b"{}", headers, secret=each)
    headers = dict(webhook_signature.headers("evt_1", b"{}", now + 61))
    assert len(headers["webhook-signature"].split(" ")) == 1


def test_an_endless_response_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_loopback(monkeypatch)
    read: list[int] = []
    monkeypatch.setattr(httpx2.Response, "iter_raw", lambda *given, **named: read.append(1))
    with receiver(200) as called:
        assert webhook_sender.send(event(called.url)) is None
    assert read == []


def test_an_owners_secret_signs_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, {NEW: "production"})
    headers = webhook_signature.headers("evt_1", b"{}", time.time())
    assert Webhook(NEW).verify("{}", dict(headers)) == {}


def test_an_unusable_secret_is_a_failed_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, {"whsec_!": ""})
    refusal = webhook_sender.send(event())
    assert refusal
    assert "make webhook-secret" in refusal.reason

    def fail(name: str) -> Any:
        raise InternalError("Easel could not read its parameter")

    monkeypatch.setattr(ssm_parameters, "secrets", fail)
    assert webhook_sender.send(event()) == webhook_sender.Refusal("Easel could not read its parameter")


def test_a_webhook_is_not_part_of_the_stored_request() -> None:
    body = json.dumps({"prompt": "a cat", "webhook": "https://hooks.example/secret"}).encode()
    valid = validation.parse_generate(body, {"x-api-key": "gitee-token-for-tests"})
    assert valid.webhook == "https://hooks.example/secret"
    assert "hooks.example" not in valid.request.model_dump_json() + repr(valid)


def test_a_line_of_a_batch_has_no_webhook() -> None:
    fields = {"provider": "gitee", "prompt": "a cat", "webhook": "https://hooks.example/x"}
    valid = validation.line(validation.validated(GenerateBody, fields))
    assert valid.warnings == (
        "webhook was dropped: a line of a batch cannot have one; set `webhook` of the batch instead",
    )
