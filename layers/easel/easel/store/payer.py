"""Who pays for a picture, and the items of the job table that belong to each payer.

A payer's counters are an item. An Easel key has two: `key#…` says what it allows, and no function may write it (see the
template's KeysPolicy); `use#…` counts what is used of it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Self


class PayerKind(StrEnum):
    """The kinds of payers. Their values are stored in the table."""

    KEY = "key"
    """An Easel key; its id is that of the key."""
    ANONYMOUS = "anonymous"
    """An address that calls without a key and without a provider's token; its id is a hash of the address."""
    ADDRESS = "address"
    """An address that calls with a provider's token; its id is a hash of the address."""
    DEPLOYMENT = "everybody"
    """The deployment, which counts the pictures of all callers; it has no id."""


class Payer(NamedTuple):
    """One who pays for pictures."""

    kind: PayerKind
    id: str = ""

    @classmethod
    def of_key(cls, key_id: str) -> Self:
        """Return the Easel key of that id, as a payer."""
        return cls(PayerKind.KEY, key_id)

    @classmethod
    def parse(cls, item_id: str) -> Self:
        """Return the payer whose `item_id` this is; raise `ValueError` for an unknown kind."""
        kind, _, payer_id = item_id.partition("#")
        return cls(PayerKind(kind), payer_id)

    @property
    def item_id(self) -> str:
        """The payer's kind and id, as jobs store them. A key's item of this id says what the key allows."""
        return f"{self.kind}#{self.id}" if self.id else str(self.kind)

    @property
    def counters_id(self) -> str:
        """The id of the item that holds the payer's counters."""
        return f"use#{self.id}" if self.kind is PayerKind.KEY else self.item_id


DEPLOYMENT = Payer(PayerKind.DEPLOYMENT)
