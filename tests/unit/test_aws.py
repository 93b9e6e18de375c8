"""AWS clients: made once, bounded in time, and forgotten where a copy must not share them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from easel import aws


@pytest.fixture(autouse=True)
def _anew() -> None:
    aws.forget_clients()


def test_a_client_is_made_once_even_by_many_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: aws.dynamodb(), range(32)))
    assert all(client is found[0] for client in found)


def test_a_forgotten_client_is_made_anew() -> None:
    first = aws.s3()
    aws.forget_clients()
    assert aws.s3() is not first


def test_an_invocation_is_never_sent_twice_by_the_client() -> None:
    assert aws.lambda_().meta.config.retries["total_max_attempts"] == 1  # type: ignore[attr-defined]
    assert aws.dynamodb().meta.config.retries["total_max_attempts"] > 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", [aws.dynamodb, aws.s3, aws.lambda_, aws.ssm, aws.stepfunctions, aws.events])
def test_every_client_gives_up_in_time(make: object) -> None:
    config = make().meta.config  # type: ignore[operator]
    assert config.connect_timeout <= 5
    assert config.read_timeout <= aws.INVOKE_READ_SECONDS


@pytest.mark.parametrize(("endpoint", "style"), [("http://127.0.0.1:1", "path"), ("", "virtual")])
def test_a_stand_in_for_aws_is_asked_by_path(endpoint: str, style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert aws.s3().meta.config.s3["addressing_style"] == style  # type: ignore[attr-defined]


def test_loading_keeps_no_client_and_asks_nobody_for_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    aws.load()
    assert aws._clients == {}
