"""`make webhook-secret` creates or replaces the secret. The previous secret stays valid for a day."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook

import webhook_signature
from cli import webhook_secret as command
from easel.common import aws
from easel.providers import ssm_parameters
from local.access import new_webhook_secret

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

ENVIRONMENT = {"PARAMETERS_PATH": "/easel"}


@pytest.fixture(autouse=True)
def _local(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "connect", lambda environment: None)
    ssm = cloud.client("ssm")
    ssm.delete_parameters(Names=["/easel/webhook-secret"])
    ssm_parameters.forget()


def test_the_previous_secret_stays_valid_for_a_day() -> None:
    first = command.main(dict(ENVIRONMENT))
    ssm_parameters.forget()
    second = command.main(dict(ENVIRONMENT))
    ssm_parameters.forget()
    assert first[0] != second[0]
    assert (len(first), len(second)) == (2, 3)
    now = time.time()
    headers = dict(webhook_signature.headers("evt_1", b"{}", now))
    for lines in (first, second):
        Webhook(lines[0]).verify(b"{}", headers)
    assert (
        len(webhook_signature.headers("evt_1", b"{}", now + command.OVERLAP_SECONDS)["webhook-signature"].split()) == 1
    )
    kind = aws.ssm().get_parameter(Name="/easel/webhook-secret")["Parameter"]["Type"]
    assert kind == "SecureString"


def test_an_expired_secret_is_dropped() -> None:
    value = command.parameter_value("whsec_c=", {"whsec_b=": "", "whsec_a=": "until 100"}, now=100.0)
    assert value == f"whsec_c=,until {100 + command.OVERLAP_SECONDS}=whsec_b="


def test_a_secrets_length_is_allowed_by_the_standard() -> None:
    prefix, _, encoded = new_webhook_secret().partition("_")
    assert prefix == "whsec"
    assert 24 <= len(base64.b64decode(encoded)) <= 64
    assert new_webhook_secret() != new_webhook_secret()
