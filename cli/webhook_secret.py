"""`make webhook-secret`: make the secret that signs webhooks, or replace it.

The new secret is printed for the receivers. The previous secret stays valid for a day. During that day, each webhook
has both signatures. STACK is the name of a deployed stack, reached with the owner's AWS credentials; the default is the
local stack.
"""

import os
import time
from collections.abc import Mapping, MutableMapping

from cli.keys import connect
from easel.common import aws
from easel.providers import ssm_parameters
from easel.store import webhooks
from local.access import new_webhook_secret
from local.terminal import run

OVERLAP_SECONDS = 24 * 3600


def parameter_value(new: str, stored: Mapping[str, str], now: float) -> str:
    """Return the parameter's value: the new secret, and the valid earlier ones with their expiry times.

    `stored` has the current secrets with their names, as `ssm_parameters.secrets` returns them.
    """
    ends = {secret: min(webhooks.secret_expires(name), now + OVERLAP_SECONDS) for secret, name in stored.items()}
    valid = [f"{webhooks.UNTIL}{int(end)}={secret}" for secret, end in ends.items() if end > now]
    return ",".join([new, *valid])


def main(environment: MutableMapping[str, str]) -> list[str]:
    """Store a new secret. Return the lines to print."""
    connect(environment)
    stored, new = ssm_parameters.secrets(webhooks.PARAMETER), new_webhook_secret()
    path = f"{environment['PARAMETERS_PATH']}/{webhooks.PARAMETER}"
    value = parameter_value(new, stored, time.time())
    aws.ssm().put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)
    lines = [new, "Receivers verify webhooks with this secret; docs/webhooks.md shows how. It is not shown again."]
    return [*lines, "The previous secret stays valid for 24 hours."] if stored else lines


if __name__ == "__main__":
    run("make webhook-secret", lambda: main(os.environ))
