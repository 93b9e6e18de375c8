"""Headers of a webhook, as defined by Standard Webhooks 1.0.0. The package `standardwebhooks` signs.

The secrets are in the SSM parameter `/{stack}/webhook-secret`, which `make webhook-secret` writes: the newest secret,
and earlier ones with their expiry times.
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from easel.providers import ssm_parameters
from easel.store import webhooks


def headers(event_id: str, body: bytes, now: float) -> Mapping[str, str]:
    """Return the headers of an attempt, signed with each valid secret, the newest first.

    Raise `LookupError` if the deployment has no valid secret, and `InternalError` if SSM does not respond.
    """
    values = ssm_parameters.secrets(webhooks.PARAMETER)
    valid = [secret for secret, name in values.items() if webhooks.secret_expires(name) > now]
    if not valid:
        raise LookupError("the deployment has no webhook secret; its owner creates one with `make webhook-secret`")
    stamp = datetime.fromtimestamp(int(now), UTC)
    try:
        signatures = [Webhook(secret).sign(event_id, stamp, body.decode()) for secret in valid]
    except (ValueError, EmptyWebhookSecretError) as error:
        raise LookupError("the webhook secret is invalid; its owner replaces it with `make webhook-secret`") from error
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": " ".join(signatures),
    }
