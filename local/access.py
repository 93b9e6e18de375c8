"""Set up a new deployment like its owner: store an Easel key, tokens for the providers, and a webhook secret."""

import base64
import secrets
import time
from collections.abc import Callable
from typing import Any

from local.deploy import STACK
from local.settings import PROVIDERS

KEY = "local"


def new_webhook_secret() -> str:
    """Return a secret as Standard Webhooks define it: 24 to 64 bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def store_credentials(client: Callable[[str], Any], table: str, live: bool, stack: str = STACK) -> None:
    """Store the key `local`, a webhook secret, and tokens that the emulators accept.

    Args:
        client: returns a boto3 client for a service.
        table: name of the stack's job table.
        live: true if the providers are real. The tokens are not stored then, because they would be sent to them.
        stack: name of the stack.
    """
    from easel.budgets.keys import Key, id_of
    from easel.store import webhooks

    key = Key(id=id_of(KEY), name=KEY, created=time.time(), batches=True)
    client("dynamodb").put_item(TableName=table, Item=key.item())
    values = {webhooks.PARAMETER: new_webhook_secret()}
    values |= {} if live else {f"tokens/{provider}": KEY for provider in PROVIDERS}
    for name, value in values.items():
        client("ssm").put_parameter(Name=f"/{stack}/{name}", Value=value, Type="SecureString", Overwrite=True)
