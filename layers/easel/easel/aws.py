"""AWS clients: made at first use, once per process, bounded in time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client

_clients: dict[str, Any] = {}
_lock = threading.Lock()

INVOKE_READ_SECONDS = 35  # beyond the longest wait for an answer; the invoked function goes on either way


def _client(service: str, **options: Any) -> Any:
    with _lock:  # boto3's default session is not made for threads
        if service not in _clients:
            import boto3  # slow to import: the first picture is on its way before it is needed
            from botocore.config import Config

            settled = {
                "connect_timeout": 3,
                "read_timeout": 10,
                "retries": {"mode": "standard", "total_max_attempts": 4},
            }
            config = Config(max_pool_connections=64, **{**settled, **options})
            _clients[service] = boto3.client(service, config=config)  # type: ignore[call-overload]
        return _clients[service]


def forget_clients() -> None:
    """Makes the next use connect anew: after a restored snapshot, and between tests."""
    with _lock:
        _clients.clear()


def dynamodb() -> DynamoDBClient:
    return _client("dynamodb")  # type: ignore[no-any-return]


def s3() -> S3Client:
    return _client("s3", signature_version="s3v4", s3={"addressing_style": "virtual"})  # type: ignore[no-any-return]


def lambda_() -> LambdaClient:
    """For invoking: one attempt, since a second would generate twice."""
    return _client("lambda", read_timeout=INVOKE_READ_SECONDS, retries={"total_max_attempts": 1})  # type: ignore[no-any-return]


def warm() -> None:
    """Gets ready what a job's end needs, while the provider is still drawing."""
    dynamodb()
    s3()
