"""`local.access`: `make run` opens the batch routes with a key that it prints."""

from unittest.mock import Mock

import pytest

from local import access
from local.settings import PROVIDERS


@pytest.mark.parametrize(
    ("live", "names"),
    [
        (False, ["access-keys", *(f"tokens/{provider}" for provider in PROVIDERS)]),
        (True, ["access-keys"]),
    ],
)
def test_no_made_up_token_goes_to_a_real_provider(live: bool, names: list[str]) -> None:
    ssm = Mock()
    access.give(ssm, live)
    assert [call.kwargs["Name"] for call in ssm.put_parameter.call_args_list] == [f"/easel/{name}" for name in names]
    assert {call.kwargs["Type"] for call in ssm.put_parameter.call_args_list} == {"SecureString"}
