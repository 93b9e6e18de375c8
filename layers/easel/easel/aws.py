"""AWS clients: made at first use, once per process, bounded in time."""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_ssm import SSMClient
    from types_boto3_stepfunctions import SFNClient

_clients: dict[str, Any] = {}
_lock = threading.Lock()

INVOKE_READ_SECONDS = 35  # beyond the longest wait for an answer; the invoked function goes on either way


@cache
def _session() -> Any:
    """botocore's session. boto3 would add a fifth to the time of its import, and nothing that Easel uses."""
    from botocore.session import get_session

    return get_session()


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
            _clients[service] = _session().create_client(service, config=config)
        return _clients[service]


def load() -> None:
    """Reads what later clients are made of, by making some that nobody uses: no credentials are looked up for them."""
    for service in ("dynamodb", "lambda", "s3"):
        _session().create_client(
            service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )


def forget_clients() -> None:
    """Makes the next use connect anew: after a restored snapshot, and between tests."""
    with _lock:
        _clients.clear()


def dynamodb() -> DynamoDBClient:
    return _client("dynamodb")  # type: ignore[no-any-return]


def s3() -> S3Client:
    # A bucket's own host name signs for its region; a stand-in for AWS has no such names.
    style = "path" if os.environ.get("AWS_ENDPOINT_URL") else "virtual"
    return _client("s3", signature_version="s3v4", s3={"addressing_style": style})  # type: ignore[no-any-return]


def lambda_() -> LambdaClient:
    """For invoking: one attempt, since a second would generate twice."""
    return _client("lambda", read_timeout=INVOKE_READ_SECONDS, retries={"total_max_attempts": 1})  # type: ignore[no-any-return]


def ssm() -> SSMClient:
    return _client("ssm")  # type: ignore[no-any-return]


def stepfunctions() -> SFNClient:
    return _client("stepfunctions")  # type: ignore[no-any-return]


def events() -> EventBridgeClient:
    return _client("events")  # type: ignore[no-any-return]


def connect() -> None:
    """Makes the clients that every call uses. They connect at their first use."""
    dynamodb()
    s3()
    lambda_()
