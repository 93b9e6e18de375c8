"""What an owner gives a deployment before its first batch: an access key, and tokens of the providers."""

from typing import Any

from local.deploy import STACK
from local.settings import PROVIDERS

KEY = "local"


def give(ssm: Any, live: bool, stack: str = STACK) -> None:
    """Store the access key and, unless real providers would be asked with them, tokens that any emulator takes."""
    names = ["access-keys", *([] if live else [f"tokens/{provider}" for provider in PROVIDERS])]
    for name in names:
        ssm.put_parameter(Name=f"/{stack}/{name}", Value=KEY, Type="SecureString", Overwrite=True)
