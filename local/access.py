"""Set up a new deployment like its owner: store an Easel key and tokens for the providers."""

import time
from collections.abc import Callable
from typing import Any

from local.deploy import STACK
from local.settings import PROVIDERS

KEY = "local"


def give(client: Callable[[str], Any], table: str, live: bool, stack: str = STACK) -> None:
    """Store the key `local`, and tokens that the emulators accept unless real providers would receive them.

    `client` returns a boto3 client for a service. `table` is the name of the stack's job table.
    """
    from easel.budgets.keys import Key, id_of

    key = Key(id=id_of(KEY), name=KEY, created=time.time(), batches=True)
    client("dynamodb").put_item(TableName=table, Item=key.item())
    for provider in [] if live else PROVIDERS:
        client("ssm").put_parameter(Name=f"/{stack}/tokens/{provider}", Value=KEY, Type="SecureString", Overwrite=True)
