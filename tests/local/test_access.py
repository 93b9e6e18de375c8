"""`local.access`: `make run` gives its stack the key `local`, and invented tokens only for emulated providers."""

from unittest.mock import Mock

import pytest

from easel.budgets import keys
from easel.budgets.keys import Key
from local import access
from local.settings import PROVIDERS


@pytest.mark.parametrize("live", [False, True])
def test_no_invented_token_is_sent_to_a_real_provider(live: bool) -> None:
    services = {"ssm": Mock(), "dynamodb": Mock()}
    access.store_credentials(services.__getitem__, "jobs", live)
    put = [call.kwargs for call in services["ssm"].put_parameter.call_args_list]
    tokens = [] if live else [f"/easel/tokens/{provider}" for provider in PROVIDERS]
    assert [each["Name"] for each in put] == ["/easel/webhook-secret", *tokens]
    assert all(each["Type"] == "SecureString" for each in put)


def test_the_key_local_may_do_everything() -> None:
    database = Mock()
    access.store_credentials({"ssm": Mock(), "dynamodb": database}.__getitem__, "jobs", True)
    stored = database.put_item.call_args.kwargs
    key = Key.from_item(stored["Item"])
    assert (stored["TableName"], key.id, key.batches, key.day) == ("jobs", keys.id_of("local"), True, None)
    assert keys.key_of_headers({"authorization": "Bearer local"}, required=True) == key.id
