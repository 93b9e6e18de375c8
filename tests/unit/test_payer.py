"""Payers and the ids of their items, which tables and jobs of earlier versions contain."""

from __future__ import annotations

import pytest

from easel.store.payer import DEPLOYMENT, Payer, PayerKind

ITEM_IDS = {
    "key#abc": Payer.of_key("abc"),
    "anonymous#abc": Payer(PayerKind.ANONYMOUS, "abc"),
    "address#abc": Payer(PayerKind.ADDRESS, "abc"),
    "everybody": DEPLOYMENT,
}


@pytest.mark.parametrize("item_id", ITEM_IDS)
def test_a_payer_is_written_and_read_as_an_item_id(item_id: str) -> None:
    payer = ITEM_IDS[item_id]
    assert (payer.item_id, payer.counters_id) == (item_id, item_id.replace("key#", "use#"))
    assert Payer.parse(item_id) == payer


@pytest.mark.parametrize("item_id", ["", "tokens#gitee", "abc"])
def test_other_item_ids_are_not_payers(item_id: str) -> None:
    with pytest.raises(ValueError, match="is not a valid PayerKind"):
        Payer.parse(item_id)
