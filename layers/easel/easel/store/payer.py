"""Payers: the accounts on which pictures are counted, and their items in the job table.

Each payer has an item with its counters. An Easel key has two items: `key#…` has the key's permissions, and no function
may write it (see the template's KeysPolicy); `use#…` has its counters.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Self


class PayerKind(StrEnum):
    """Kinds of payers. Their values are stored in the table."""

    KEY = "key"
    """An Easel key. The payer's id is the key's id."""
    ANONYMOUS = "anonymous"
    """A network address that calls without a key or a token. The payer's id is a hash of the address."""
    ADDRESS = "address"
    """A network address that calls with a provider's token. The payer's id is a hash of the address."""
    DEPLOYMENT = "everybody"
    """The deployment, which counts all callers' pictures. It has no id."""


class Payer(NamedTuple):
    """An account on which pictures are counted."""

    kind: PayerKind
    id: str = ""

    @classmethod
    def of_key(cls, key_id: str) -> Self:
        """Return the payer for the Easel key with that id."""
        return cls(PayerKind.KEY, key_id)

    @classmethod
    def parse(cls, item_id: str) -> Self:
        """Return the payer with this `item_id`. Raise `ValueError` for an unknown kind."""
        kind, _, payer_id = item_id.partition("#")
        return cls(PayerKind(kind), payer_id)

    @property
    def item_id(self) -> str:
        """The payer's kind and id, as jobs store them. For a key, also the id of the item with its permissions."""
        return f"{self.kind}#{self.id}" if self.id else str(self.kind)

    @property
    def counters_id(self) -> str:
        """The id of the item that holds the payer's counters."""
        return f"use#{self.id}" if self.kind is PayerKind.KEY else self.item_id


DEPLOYMENT = Payer(PayerKind.DEPLOYMENT)
