"""AWS clients with timeouts, created once per process at their first use, and the TLS settings of all calls."""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient
    from types_boto3_stepfunctions import SFNClient

CERTIFICATES = Path(__file__).with_name("certificates")
"""Folder of the certificate authorities that a built artifact trusts, see `layers/easel/certificates.py`."""
_clients: dict[str, Any] = {}
_lock = threading.Lock()

UNVALIDATED = {"parameter_validation": False}
"""Skip botocore's validation of parameters, which takes a tenth of a call's time. Used for the calls that every picture
makes; the tests send each of them."""
INVOKE_READ_SECONDS = 270
"""Read timeout of invocations. A provider's function ends earlier, and a call of the function URL waits for it."""


SERVICES = ("dynamodb", "events", "lambda", "s3", "sqs", "ssm", "stepfunctions")
FIXED_ENDPOINTS = ("dynamodb", "lambda")
"""Services with one address per region. Their clients look it up once, without endpoint rules in each call."""


@cache
def _session() -> Any:
    """Return a botocore session. boto3 would take a fifth more import time and add nothing that Easel uses.

    Of botocore's 130 hooks, the session registers those for all services and for Easel's services. It omits two: one
    adds signed headers with the number of the attempt; the other makes each upload to S3 wait for `100 Continue`.
    """
    from botocore import handlers
    from botocore.session import Session

    unused = (handlers.add_retry_headers, handlers.add_expect_header)
    session = Session(include_builtin_handlers=False)
    emitter = session.get_component("event_emitter")
    register = {handlers.REGISTER_FIRST: emitter.register_first, handlers.REGISTER_LAST: emitter.register_last}
    for name, hook, *place in handlers.BUILTIN_HANDLERS:
        kind, _, service = name.partition(".")
        if kind != "docs" and (not service or service.split(".")[0] in SERVICES) and hook not in unused:
            (register[place[0]] if place else emitter.register)(name, hook)
    return session


@cache
def trust() -> ssl.SSLContext:
    """Return the TLS settings of all calls, created once.

    From the artifact's folder, OpenSSL loads only the authorities that a server's certificate names. Reading all of
    certifi's file would take 15 ms.
    """
    if CERTIFICATES.is_dir():
        context = ssl.create_default_context(capath=CERTIFICATES)
    else:
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


def _share_trust(client: Any) -> None:
    """Make a client use `trust`, unless it is configured otherwise. By default it reads certifi at each connection.

    botocore has no setting for this, so private attributes are set. A test checks which files a connection reads.
    """
    session = client._endpoint.http_session
    if session._verify is not True:
        return

    def verified(connections: Any, url: str, verify: Any) -> None:
        connections.cert_reqs = "CERT_REQUIRED"

    session._manager.connection_pool_kw["ssl_context"] = trust()
    session._setup_ssl_cert = verified


def _client(service: str, **options: Any) -> Any:
    with _lock:  # botocore's sessions are not thread-safe
        if service not in _clients:
            from botocore.config import Config

            settled = {
                "connect_timeout": 3,
                "read_timeout": 10,
                "retries": {"mode": "standard", "total_max_attempts": 4},
            }
            # A fixed user agent saves a tenth of a call's time: botocore need not compose one.
            config = Config(max_pool_connections=16, user_agent="easel", **{**settled, **options})
            client = _session().create_client(service, config=config)
            _share_trust(client)
            if service in FIXED_ENDPOINTS:
                client._ruleset_resolver = None
            _clients[service] = client
        return _clients[service]


WARM_UP_CALLS: Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]] = {
    "dynamodb": (
        ("batch_get_item", {"RequestItems": {"none": {"Keys": [{"id": {"S": "none"}}]}}}),
        ("put_item", {"TableName": "none", "Item": {"id": {"S": "none"}}}),
        ("update_item", {"TableName": "none", "Key": {"id": {"S": "none"}}}),
    ),
    "lambda": (("invoke", {"FunctionName": "none", "InvocationType": "RequestResponse", "Payload": b"{}"}),),
    "s3": (("put_object", {"Bucket": "none", "Key": "none", "Body": b"none", "Metadata": {"none": "none"}}),),
}
"""The AWS calls that each picture makes, with throw-away arguments, by service."""


class _NoBody:
    """An empty response body."""

    def stream(self) -> Iterator[bytes]:
        return iter(())


def warm_up(*services: str) -> None:
    """Make each call of a picture once during init, without sending it, so that the first picture starts sooner.

    botocore imports modules and fills caches in its first calls, which takes 7 ms of processor time.
    """
    from botocore.awsrequest import AWSResponse
    from botocore.compat import HTTPHeaders

    warming = True

    def answer(request: Any, **_: Any) -> Any:
        return AWSResponse(request.url, 200, HTTPHeaders(), _NoBody()) if warming else None

    for service in services:
        if client := _clients.get(service):  # before a snapshot there are no clients
            # The hook stays. Removing it would empty the client's cache of hooks, which these calls fill.
            client.meta.events.register("before-send", answer)
            with suppress(Exception):  # the real call will raise the error
                for name, arguments in WARM_UP_CALLS[service]:
                    getattr(client, name)(**arguments)
    warming = False


def load() -> None:
    """Warm botocore's caches by creating throw-away clients. No credentials are looked up."""
    trust()
    for service in ("dynamodb", "lambda", "s3"):
        _session().create_client(
            service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )


def forget_clients() -> None:
    """Drop all clients, so that the next use connects again: after a restored snapshot, and between tests."""
    with _lock:
        _clients.clear()


def close_connections() -> None:
    """Close the clients' connections. Otherwise, copies of this process would share them and mix their requests."""
    with _lock:
        for client in _clients.values():
            client.close()


def dynamodb() -> DynamoDBClient:
    return _client("dynamodb", **UNVALIDATED)  # type: ignore[no-any-return]


def s3() -> S3Client:
    # In AWS the host name has the bucket, so that a link is signed for the bucket's region. Emulators need it in the
    # path.
    style = "path" if os.environ.get("AWS_ENDPOINT_URL") else "virtual"
    # TLS protects an upload's integrity, so its body gets no signed hash and no checksum. Downloads are verified by the
    # checksum that S3 adds to stored objects.
    return _client(  # type: ignore[no-any-return]
        "s3",
        **UNVALIDATED,
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        s3={"addressing_style": style, "payload_signing_enabled": False},
    )


def lambda_() -> LambdaClient:
    """Return the client for invocations. It makes one attempt, because a retry would generate a second picture."""
    return _client(  # type: ignore[no-any-return]
        "lambda", **UNVALIDATED, read_timeout=INVOKE_READ_SECONDS, retries={"total_max_attempts": 1}
    )


def ssm() -> SSMClient:
    return _client("ssm")  # type: ignore[no-any-return]


def sqs() -> SQSClient:
    return _client("sqs")  # type: ignore[no-any-return]


def stepfunctions() -> SFNClient:
    return _client("stepfunctions")  # type: ignore[no-any-return]


def events() -> EventBridgeClient:
    return _client("events")  # type: ignore[no-any-return]


def connect() -> None:
    """Create the clients that every call uses. They connect at their first use."""
    dynamodb()
    s3()
    lambda_()
