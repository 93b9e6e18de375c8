"""The deployment's secrets are read from SSM and cached for a minute."""

from __future__ import annotations

import pytest

from easel.errors import InternalError
from easel.providers import ssm_parameters
from tests.harness.parameters import Parameters, parameters

__all__ = ["parameters"]  # a fixture


def test_values_are_trimmed_and_unique(parameters: Parameters) -> None:
    parameters.put("tokens/gitee", " one, two ,three,one,")
    assert list(ssm_parameters.secrets("tokens/gitee")) == ["one", "two", "three"]
    assert ssm_parameters.secrets("tokens/nobody") == {}


NAMED = [
    ("alice=one,two", {"one": "alice", "two": ""}),
    ('Team A = "one"\n魔搭=two', {"one": "Team A", "two": "魔搭"}),
    ("alice=one,alice=two", {"one": "alice", "two": ""}),
    ("alice=one,bob=one", {"one": "alice"}),
    ("2=one,token 7=two,Every=three", {"one": "", "two": "", "three": ""}),
    ("X-API-Key=one,token=two,api_key: three", {"one": "", "two": "", "three": ""}),
    ("abcdefghijklmnopqrstu=one", {"abcdefghijklmnopqrstu=one": ""}),
    ("padded==,a==b,=one", {"padded==": "", "a==b": "", "=one": ""}),
    ("alice=,alice=one=", {"alice=": "", "one=": "alice"}),
]


def test_a_token_may_have_a_name_before_it(parameters: Parameters) -> None:
    for text, values in NAMED:
        parameters.put("tokens/gitee", text)
        assert dict(ssm_parameters.secrets("tokens/gitee")) == values


def test_an_unreadable_parameter_is_an_error(parameters: Parameters) -> None:
    ssm_parameters.forget()
    denied = parameters.cloud.refusing("ssm.GetParameter", "AccessDeniedException")
    with denied, pytest.raises(InternalError, match="again"):
        ssm_parameters.secrets("tokens/gitee")
