"""AWS clients, made at first use, once per process, bounded in time; and the TLS settings of every call."""

from __future__ import annotations

import os
import ssl
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_ssm import SSMClient
    from types_boto3_stepfunctions import SFNClient

CERTIFICATES = Path(__file__).with_name("certificates")
"""The authorities that a built artifact trusts, see `layers/easel/certificates.py`."""
_clients: dict[str, Any] = {}
_lock = threading.Lock()

EVERY_PICTURE = {"parameter_validation": False}
"""For the clients of each picture's calls, which tests send: botocore would compare each with the service's description
once more, which costs a tenth of the call."""
INVOKE_READ_SECONDS = 270
"""Longer than any provider's function runs. A caller of the function URL waits until that function answers."""


SERVICES = ("dynamodb", "events", "lambda", "s3", "ssm", "stepfunctions")
ONE_ADDRESS = ("dynamodb", "lambda")
"""Services whose address follows from the region alone. botocore finds it as it makes a client, and goes through the
service's rules for each call only where the client has them."""


@cache
def _session() -> Any:
    """botocore's session. boto3 would add a fifth to the time of its import, and nothing that Easel uses.

    Of botocore's 130 hooks it gets those for every service and for ours, without two: one tells AWS which try a call
    is, in headers that are signed; the other asks S3 before each picture whether it may come, and waits for the answer.
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
    """Return the TLS settings of every call: who is trusted. Made once: to read all of certifi's file takes 15 ms.

    OpenSSL looks an authority up in the artifact's folder when a server names it.
    """
    if CERTIFICATES.is_dir():
        context = ssl.create_default_context(capath=CERTIFICATES)
    else:
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


def _share_trust(client: Any) -> None:
    """Make a client use `trust`, unless it is configured otherwise: botocore reads all of certifi for each connection.

    botocore has no setting for that, so a test watches what a connection reads.
    """
    session = client._endpoint.http_session
    if session._verify is not True:
        return

    def verified(connections: Any, url: str, verify: Any) -> None:
        connections.cert_reqs = "CERT_REQUIRED"

    session._manager.connection_pool_kw["ssl_context"] = trust()
    session._setup_ssl_cert = verified


def _client(service: str, **options: Any) -> Any:
    with _lock:  # sessions are not made for threads
        if service not in _clients:
            from botocore.config import Config

            settled = {
                "connect_timeout": 3,
                "read_timeout": 10,
                "retries": {"mode": "standard", "total_max_attempts": 4},
            }
            # With a user agent of our own botocore need not put one together for each call, a tenth of its time.
            config = Config(max_pool_connections=64, user_agent="easel", **{**settled, **options})
            client = _session().create_client(service, config=config)
            _share_trust(client)
            if service in ONE_ADDRESS:
                client._ruleset_resolver = None
            _clients[service] = client
        return _clients[service]


def load() -> None:
    """Read what later clients are made of, by making some that nobody uses: no credentials are looked up for them."""
    trust()
    for service in ("dynamodb", "lambda", "s3"):
        _session().create_client(
            service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )


def forget_clients() -> None:
    """Make the next use connect anew: after a restored snapshot, and between tests."""
    with _lock:
        _clients.clear()


def dynamodb() -> DynamoDBClient:
    return _client("dynamodb", **EVERY_PICTURE)  # type: ignore[no-any-return]


def s3() -> S3Client:
    # A bucket's own host name signs for its region; a stand-in for AWS has no such names.
    style = "path" if os.environ.get("AWS_ENDPOINT_URL") else "virtual"
    # TLS sees to it that a picture arrives as it was sent: it is neither hashed for its signature nor sent in pieces
    # with a checksum. What is read is checked where the bucket has a checksum, which S3 adds by itself.
    return _client(  # type: ignore[no-any-return]
        "s3",
        **EVERY_PICTURE,
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        s3={"addressing_style": style, "payload_signing_enabled": False},
    )


def lambda_() -> LambdaClient:
    """For invoking: one attempt, since a second would generate twice."""
    return _client(  # type: ignore[no-any-return]
        "lambda", **EVERY_PICTURE, read_timeout=INVOKE_READ_SECONDS, retries={"total_max_attempts": 1}
    )


def ssm() -> SSMClient:
    return _client("ssm")  # type: ignore[no-any-return]


def stepfunctions() -> SFNClient:
    return _client("stepfunctions")  # type: ignore[no-any-return]


def events() -> EventBridgeClient:
    return _client("events")  # type: ignore[no-any-return]


def connect() -> None:
    """Make the clients that every call uses. They connect at their first use."""
    dynamodb()
    s3()
    lambda_()
