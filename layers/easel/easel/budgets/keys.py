"""Easel keys: their format, the headers that carry them, and the stored items.

A key consists of `ek_`, 30 random characters and a checksum of 6 characters. So secret scanners recognise it, and a
typo is found without a read of the table. The table stores only the key's SHA-256, as part of the item's id. A key has
178 random bits, so it needs no salt and no slow hash. Similar keys have unrelated hashes, so the time of a read does
not reveal how much of a guessed key is right.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import time
import zlib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from easel.common import pasted
from easel.errors import AccessDenied, AccessRefused, KeyRequired
from easel.store import table
from easel.store.listing import Listing
from easel.store.payer import Payer
from easel.store.table import Item

PREFIX = "ek_"
RANDOM_LENGTH, CHECKSUM_LENGTH = 30, 6
"""Numbers of characters after the prefix."""
LOCAL_KEY = "local"
"""The key of `make run`. A deployment never stores it, because `make key` creates random keys only."""
ALL = Listing("keys")
"""The listing of all keys in the table's index."""
LIMITS = ("day", "month", "minute", "at_once")
"""The limits that a key may have."""
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


class Key(NamedTuple):
    """A stored key. Times are seconds since the epoch. None means no limit."""

    id: str
    """SHA-256 of the key. It may be stored and logged."""
    name: str
    created: float
    day: int | None = None
    """Pictures a day."""
    month: int | None = None
    """Pictures a month."""
    minute: int | None = None
    """Calls a minute."""
    at_once: int | None = None
    """Calls in progress at the same time."""
    models: tuple[str, ...] = ("*",)
    """Patterns such as `gitee/*` or `flux-1-*`. One of them must match `provider/model` or the model id."""
    batches: bool = False
    until: float | None = None
    """When the key expires."""
    revoked: float | None = None

    def may_use(self, provider: str, model: str) -> bool:
        """Return True if a pattern of the key matches the model."""
        return any(fnmatchcase(f"{provider}/{model}", each) or fnmatchcase(model, each) for each in self.models)

    def check(self, now: float) -> None:
        """Raise `AccessRefused` if the key is revoked or expired."""
        if self.revoked is not None:
            raise AccessRefused(f"the key {self.name!r} was revoked; ask the owner of this deployment for another one")
        if self.until is not None and self.until <= now:
            text = f"the key {self.name!r} expired on {_date(self.until)}; ask the owner of this deployment to renew it"
            raise AccessRefused(text)

    def check_model(self, provider: str, model: str) -> None:
        """Raise `AccessDenied` if the key may not use the model."""
        if not self.may_use(provider, model):
            allowed = ", ".join(self.models)
            text = f"the key {self.name!r} may not use {provider}/{model}; it may use: {allowed}"
            raise AccessDenied(text[:500], provider=provider, field="model")

    def item(self) -> dict[str, Any]:
        """Return the key as an item of the job table, without its counters."""
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
    def from_item(cls, item: Item) -> Key:
        """Return the key in an item of the table."""
        times: dict[str, Any] = {name: float(item[name]["N"]) for name in ("until", "revoked") if name in item}
        limits: dict[str, Any] = {name: int(item[name]["N"]) for name in LIMITS if name in item}
        return cls(
            id=Payer.parse(item["id"]["S"]).id,
            name=item["name"]["S"],
            created=float(item["made"]["N"]),
            models=tuple(pattern["S"] for pattern in item["models"]["L"]),
            batches=item["batches"]["BOOL"],
            **limits,
            **times,
        )


def make() -> str:
    """Return a new random key. The caller stores its `id_of`."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM_LENGTH))
    return f"{PREFIX}{body}{_checksum(body)}"


def id_of(text: str) -> str:
    """Return the id of a key: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def required(headers: Mapping[str, str]) -> str:
    """Return the id of the key in a call that requires one. Raise the errors of `key_of_headers`."""
    key_id = key_of_headers(headers, required=True)
    assert key_id
    return key_id


def key_of_headers(headers: Mapping[str, str], *, required: bool) -> str | None:
    """Return the id of the key in `X-Easel-Key` or in `Authorization: Bearer`, or None without a key.

    If no key is required, a Bearer value that does not look like a key is ignored, since it may be a provider's token.

    Args:
        headers: request headers, with lower-case names.
        required: True if the call requires a key.

    Raises:
        KeyRequired: a key is required and missing.
        AccessRefused: the key is malformed.
    """
    name, text = "X-Easel-Key", pasted.token(headers.get("x-easel-key", ""))
    if not text:
        bearer = pasted.bearer(headers.get("authorization", ""))
        if required or bearer.startswith(PREFIX) or bearer == LOCAL_KEY:
            name, text = "Authorization", bearer
    if text:
        return id_of(_validated(text, name))
    if required:
        raise KeyRequired(
            "this call requires an Easel key: send it as Authorization: Bearer ek_…, or in the header X-Easel-Key; "
            "the owner of this deployment creates keys with `make key`",
            field="Authorization",
        )
    return None


def get(key_id: str) -> Key:
    """Return the stored key, by a consistent read. Raise `AccessRefused` if it is unknown, revoked or expired."""
    key = Key.from_item(read_item(key_id))
    key.check(time.time())
    return key


def read_item(key_id: str) -> Item:
    """Return the item with the key's permissions. Raise `AccessRefused` for an unknown key."""
    with table.translated_errors("try again"):
        item = table.get(Payer.of_key(key_id).item_id)
    if not item:
        raise AccessRefused("this deployment does not know the Easel key; check that it is of this deployment")
    return item


def with_counters(items: Iterable[Item]) -> list[Item]:
    """Return items of keys, each merged with its counters. Raise DynamoDB's errors."""
    found = list(items)
    payers = [Payer.parse(item["id"]["S"]) for item in found]
    counters = {item["id"]["S"]: item for item in table.get_many([payer.counters_id for payer in payers])}
    return [
        {**counters.get(payer.counters_id, earlier_counters(item)), **limits_of(item)}
        for payer, item in zip(payers, found, strict=True)
    ]


def limits_of(item: Item) -> Item:
    """Return a key's item without the counters that an earlier version stored in it."""
    return {name: value for name, value in item.items() if "#" not in name and name != "running"}


def earlier_counters(item: Item) -> Item:
    """Return the counters of days and months that an earlier version stored in a key's item."""
    return {name: value for name, value in item.items() if name.startswith(("day#", "month#"))}


def _validated(text: str, header: str) -> str:
    """Return the key in a header's value. Raise `AccessRefused` if it is malformed."""
    body, checksum = text[len(PREFIX) : -CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
    well_formed = text.startswith(PREFIX) and len(body) == RANDOM_LENGTH and text.isascii() and text.isprintable()
    if text != LOCAL_KEY and not (well_formed and hmac.compare_digest(checksum, _checksum(body))):
        raise AccessRefused(
            f"the header {header} has an invalid Easel key: a key is ek_ and {RANDOM_LENGTH + CHECKSUM_LENGTH} "
            f"characters, of which the last {CHECKSUM_LENGTH} are a checksum; copy the whole key again",
            field=header,
        )
    return text


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits


def _date(when: float) -> str:
    return time.strftime("%Y-%m-%d at %H:%M UTC", time.gmtime(when))
