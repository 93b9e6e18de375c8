"""Easel keys: what one looks like, how a call shows one, and what the deployment knows of it.

A key is `ek_`, 30 random characters and 6 of a checksum, so that scanners of leaked secrets find it and a typo is told
without a look-up. The deployment stores the key's SHA-256 alone, in the id of the key's item. With 178 random bits it
needs no salt and no slow hash; and since the hash of a wrong key has nothing to do with that of a right one, the time
of a look-up tells nothing about how much of a guess is right.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from easel.common import aws
from easel.errors import AccessDenied, AccessRefused, KeyRequired
from easel.store import table
from easel.store.listing import Listing
from easel.store.payer import Payer

PREFIX = "ek_"
RANDOM, CHECKSUM = 30, 6
"""Characters of a key after the prefix."""
LOCAL = "local"
"""The key of `make run`. No deployment has it, since `make key` makes random ones only."""
ALL = Listing("keys")
"""All keys, in the table's index."""
LIMITS = ("day", "month", "minute", "at_once")
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


@dataclass(frozen=True, kw_only=True)
class Key:
    """What is known of a key; times are seconds since the epoch, a limit of None is none."""

    id: str
    """The SHA-256 of the key; it may be stored and logged."""
    name: str
    created: float
    day: int | None = None
    """Pictures a day."""
    month: int | None = None
    """Pictures a month."""
    minute: int | None = None
    """Calls a minute."""
    at_once: int | None = None
    """Calls whose pictures are being made at one moment."""
    models: tuple[str, ...] = ("*",)
    """Patterns, such as `gitee/*` or `flux-1-*`; one of them must fit `provider/model`, or the model."""
    batches: bool = False
    until: float | None = None
    """When the key expires."""
    revoked: float | None = None

    def may_use(self, provider: str, model: str) -> bool:
        return any(fnmatchcase(f"{provider}/{model}", one) or fnmatchcase(model, one) for one in self.models)

    def check(self, now: float) -> None:
        """Raises `AccessRefused` for a key that is not valid any more."""
        if self.revoked is not None:
            raise AccessRefused(f"the key {self.name!r} was revoked; ask the owner of this deployment for another one")
        if self.until is not None and self.until <= now:
            text = f"the key {self.name!r} expired on {_date(self.until)}; ask the owner of this deployment to renew it"
            raise AccessRefused(text)

    def check_model(self, provider: str, model: str) -> None:
        """Raises `AccessDenied` for a model that the key may not use."""
        if not self.may_use(provider, model):
            allowed = ", ".join(self.models)
            text = f"the key {self.name!r} may not use {provider}/{model}; it may use: {allowed}"
            raise AccessDenied(text[:500], provider=provider, field="model")

    def item(self) -> dict[str, Any]:
        """The key as an item of the job table, without what is counted of it."""
        texts: dict[str, Any] = {"id": Payer.of_key(self.id).item_id, "owner": ALL.owner, "name": self.name}
        numbers = {"made": self.created, "until": self.until, "revoked": self.revoked}
        numbers |= {name: getattr(self, name) for name in LIMITS}
        return {
            **{name: {"S": text} for name, text in texts.items()},
            **{name: {"N": f"{number:.15g}"} for name, number in numbers.items() if number is not None},
            "models": {"L": [{"S": pattern} for pattern in self.models]},
            "batches": {"BOOL": self.batches},
        }

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Key:
        moments: dict[str, Any] = {name: float(item[name]["N"]) for name in ("until", "revoked") if name in item}
        limits: dict[str, Any] = {name: int(item[name]["N"]) for name in LIMITS if name in item}
        return cls(
            id=Payer.parse(item["id"]["S"]).id,
            name=item["name"]["S"],
            created=float(item["made"]["N"]),
            models=tuple(pattern["S"] for pattern in item["models"]["L"]),
            batches=item["batches"]["BOOL"],
            **limits,
            **moments,
        )


def make() -> str:
    """A new key."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM))
    return f"{PREFIX}{body}{_checksum(body)}"


def id_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def required(headers: Mapping[str, str]) -> str:
    """The id of the key that a call has to show; raises as `given` does."""
    found = given(headers, required=True)
    assert found
    return found


def given(headers: Mapping[str, str], *, required: bool) -> str | None:
    """The id of the key that a call shows, in `X-Easel-Key` or as `Authorization: Bearer`; None where it shows none.

    Where no key is required, a Bearer that does not look like one is somebody else's affair.

    Args:
        headers: with lower-case names.
        required: whether the call needs a key.

    Raises:
        KeyRequired: there is no key, and one is required.
        AccessRefused: what stands there cannot be a key.
    """
    name, text = "X-Easel-Key", headers.get("x-easel-key", "").strip()
    if not text:
        scheme, _, rest = headers.get("authorization", "").strip().partition(" ")
        bearer = rest.strip() if scheme.lower() == "bearer" else ""
        if required or bearer.startswith(PREFIX) or bearer == LOCAL:
            name, text = "Authorization", bearer
    if text:
        return id_of(_checked(text, name))
    if required:
        raise KeyRequired(
            "this call needs an Easel key: send it as Authorization: Bearer ek_…, or in the header X-Easel-Key; "
            "the owner of this deployment makes keys with `make key`",
            field="Authorization",
        )
    return None


def get(key_id: str) -> Key:
    """The key as it is now; raises `AccessRefused` for one that is unknown, revoked or expired."""
    key = Key.from_item(read_item(key_id))
    key.check(time.time())
    return key


def read_item(key_id: str) -> Mapping[str, Any]:
    """The key's item, with what is counted of it; raises `AccessRefused` where there is none."""
    wanted: Any = {"id": {"S": f"key#{key_id}"}}
    with table.translated_errors("try again"):
        found = aws.dynamodb().get_item(TableName=table.name(), Key=wanted, ConsistentRead=True).get("Item")
    if not found:
        raise unknown()
    return found


def unknown() -> AccessRefused:
    return AccessRefused("this deployment does not know that Easel key; it is mistyped, or another deployment's")


def _checked(text: str, header: str) -> str:
    body, checksum = text[len(PREFIX) : -CHECKSUM], text[-CHECKSUM:]
    shaped = text.startswith(PREFIX) and len(body) == RANDOM and text.isascii() and text.isprintable()
    if text != LOCAL and not (shaped and hmac.compare_digest(checksum, _checksum(body))):
        raise AccessRefused(
            f"the header {header} holds no Easel key: one is ek_ and {RANDOM + CHECKSUM} characters, of which the last "
            f"{CHECKSUM} must fit the rest; copy it again as a whole",
            field=header,
        )
    return text


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits


def _date(when: float) -> str:
    return time.strftime("%Y-%m-%d at %H:%M UTC", time.gmtime(when))
