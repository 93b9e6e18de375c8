"""AWS clients: created once, with timeouts, and dropped where a process copy must not share them."""

from __future__ import annotations

import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import SSLError
from werkzeug.wrappers import Response

from easel.common import aws
from tests.harness.cloud import Server
from tests.harness.tls import tls_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def test_a_client_is_created_once_until_it_is_dropped() -> None:
    with ThreadPoolExecutor(8) as pool:
        clients = {id(client) for client in pool.map(lambda _: aws.dynamodb(), range(32))}
    first = aws.dynamodb()
    assert clients == {id(first)}
    aws.forget_clients()
    assert aws.dynamodb() is not first


def test_closing_connections_keeps_the_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(lambda _: Response("<ListAllMyBucketsResult/>", content_type="application/xml"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    client = aws.s3()
    pools = client._endpoint.http_session._manager.pools  # type: ignore[attr-defined]
    client.list_buckets()
    assert len(pools) == 1
    aws.close_connections()
    assert len(pools) == 0
    assert client.list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200
    server.close()


@pytest.mark.parametrize("make", [aws.dynamodb, aws.s3, aws.lambda_, aws.ssm, aws.stepfunctions, aws.events])
def test_every_client_has_timeouts(make: Callable[[], Any]) -> None:
    config = make().meta.config
    assert config.connect_timeout <= 5
    assert config.read_timeout <= aws.INVOKE_READ_SECONDS
    assert (config.retries["total_max_attempts"] == 1) == (make is aws.lambda_)  # an invocation is never sent twice


@pytest.mark.parametrize(("endpoint", "style"), [("http://127.0.0.1:1", "path"), ("", "virtual")])
def test_an_aws_emulator_is_addressed_by_path(endpoint: str, style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert aws.s3().meta.config.s3["addressing_style"] == style  # type: ignore[attr-defined]


def test_load_keeps_no_client_and_needs_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    aws.load()
    assert aws._clients == {}


class Watched(ssl.SSLContext):
    """TLS settings that record each time certificates are loaded."""

    read: list[Any]

    def load_verify_locations(self, *arguments: Any, **named: Any) -> None:
        self.read.append((arguments, named))
        super().load_verify_locations(*arguments, **named)


def test_connections_are_verified_without_reading_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = Watched(ssl.PROTOCOL_TLS_CLIENT)
    trust.read = []
    monkeypatch.setattr(aws, "trust", lambda: trust)
    for name in ("REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"):  # botocore reads these
        monkeypatch.delenv(name, raising=False)
    with tls_host(tmp_path, "localhost") as host:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://localhost:{host.port}")
        with pytest.raises(SSLError, match="certificate verify failed"):
            aws.s3().get_object(Bucket="pictures", Key="cat")
        assert host.asked == []
        trust.load_verify_locations(host.certificate)
        trust.read.clear()
        assert aws.s3().get_object(Bucket="pictures", Key="cat")["Body"].read() == b"cat"
        assert trust.read == []


def test_a_configured_ca_bundle_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tls_host(tmp_path, "localhost") as host:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://localhost:{host.port}")
        monkeypatch.setenv("AWS_CA_BUNDLE", str(host.certificate))
        aws._session.cache_clear()
        try:
            assert aws.s3().get_object(Bucket="pictures", Key="cat")["Body"].read() == b"cat"
        finally:
            aws._session.cache_clear()


def test_tls_settings_trust_public_authorities_and_are_cached() -> None:
    assert aws.trust() is aws.trust()
    assert aws.trust().verify_mode is ssl.CERT_REQUIRED
    assert aws.trust().check_hostname
    assert len(aws.trust().get_ca_certs()) > 100


def test_only_hooks_for_used_services_are_kept() -> None:
    events = aws._session().get_component("event_emitter")._emitter
    kept = str(events._handlers._root)
    assert events._lookup_cache is not None
    assert "PutObject" in kept  # these hooks sign and check the upload
    assert "glacier" not in kept


@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1"])
@pytest.mark.parametrize(("service", "operation"), [("lambda", "Invoke"), ("dynamodb", "PutItem")])
def test_a_service_endpoint_is_resolved_once(
    service: str, operation: str, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert service in aws.FIXED_ENDPOINTS
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, region)
    ruled = aws._session().create_client(service, region_name=region)
    model = ruled.meta.service_model.operation_model(operation)
    endpoint = ruled._resolve_endpoint_ruleset(model, {"TableName": "jobs", "FunctionName": "gitee"}, {})
    ours = aws._client(service)
    assert ours._resolve_endpoint_ruleset(model, {}, {}) == endpoint
    assert ours._ruleset_resolver is None


def sent(client: Any, call: Callable[[], object]) -> tuple[str, dict[str, str]]:
    """Return the URL and the headers of the request that a call would send to AWS."""
    requests: list[AWSPreparedRequest] = []

    def keep(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        requests.append(request)
        return AWSResponse(request.url, 200, HTTPHeaders(), RawAnswer())

    client.meta.events.register("before-send", keep)
    call()
    (request,) = requests
    texts = {name.lower(): value for name, value in dict[str, Any](request.headers).items()}
    return request.url, {name: value.decode() if isinstance(value, bytes) else value for name, value in texts.items()}


class RawAnswer:
    """A response without a body."""

    def stream(self) -> Iterator[bytes]:
        return iter(())


def test_an_upload_is_sent_at_once_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 accepts an unsigned body over https only."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    client = aws.s3()
    url, headers = sent(client, lambda: client.put_object(Bucket="pictures", Key="cat.png", Body=b"cat"))
    assert url.startswith("https://pictures.s3.")
    assert headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert headers["content-length"] == "3"
    assert "x-amz-content-sha256" in headers["authorization"]
    assert headers.keys().isdisjoint({"expect", "content-encoding", "x-amz-trailer", "transfer-encoding"})


def test_requests_have_no_retry_headers() -> None:
    client = aws.dynamodb()
    _, headers = sent(client, lambda: client.get_item(TableName="jobs", Key={"id": {"S": "1"}}))
    assert "x-amz-target" in headers
    assert not [name for name in headers if name.startswith("amz-sdk")]


def test_warm_up_makes_no_network_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # nothing listens on this port
    aws.connect()
    answered: list[tuple[str, int]] = []

    def note(http_response: AWSResponse, model: Any, **_: Any) -> None:
        answered.append((model.name, http_response.status_code))

    events = [client.meta.events for client in (aws.dynamodb(), aws.lambda_(), aws.s3())]
    for each in events:
        each.register("after-call", note)
    aws.warm_up("dynamodb", "lambda", "s3")
    names = ("BatchGetItem", "PutItem", "UpdateItem", "Invoke", "PutObject")
    assert answered == [(name, 200) for name in names]
    answers = [answer for each in events for _, answer in each.emit("before-send", request=None)]
    assert not any(answers)  # without an answer from a handler, a real call is sent


def test_warm_up_is_skipped_before_a_snapshot() -> None:
    aws.warm_up("dynamodb", "s3")
    assert not aws._clients
