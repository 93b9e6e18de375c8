"""`make usage`: the ledger of all keys, as a table and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ledger
from cli import usage as command
from easel.budgets import keys
from easel.store import jobs
from easel.store.payer import Payer
from easel.store.records import GenerationRequest, Result
from local.errors import LocalError
from tests.harness.easel_keys import give_key
from tests.harness.functions import Context

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(provider="modelscope", model="Tongyi-MAI/Z-Image-Turbo", prompt="a cat")
RESULT = Result(key="images/x.png", format="PNG", width=512, height=512, seed=42, seconds=1.5)


@pytest.fixture(autouse=True)
def counted(cloud: Cloud, noon: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key and a caller with a token have generated one picture each."""
    monkeypatch.setattr(command, "connect", lambda environment: None)
    records = []
    for number, payers in enumerate(([Payer.of_key(keys.id_of(give_key(cloud)))], [])):
        ended = jobs.new(REQUEST, payers=payers).replace(status="succeeded", finished=noon, result=RESULT)
        records.append({"dynamodb": {"SequenceNumber": str(number), "NewImage": jobs.as_item(ended)}})
    ledger.handler({"Records": records}, Context("easel-ledger", 60))


def test_the_owner_sees_every_caller_and_the_sum() -> None:
    rows = [line.split() for line in command.main({})]
    assert [row[1] for row in rows[1:3]] == ["alice", "tokens"]
    assert rows[1][-3:] == ["0.0000", "1", "magicubes"]
    assert rows[3] == ["SUM", "succeeded", "2", "0.0000"]
    assert len(command.main({"FROM": "2027-01-16", "TO": "2027-01-16"})) == 2


def test_a_file_gets_the_same_as_csv(tmp_path: Path) -> None:
    file = tmp_path / "usage.csv"
    assert command.main({"CSV": str(file)}) == [f"{file}: 2 lines, from 2026-12-17 to 2027-01-15"]
    assert file.read_text("utf-8").count("\n") == 3


@pytest.mark.parametrize(("name", "text"), [("FROM", "today"), ("TO", "2020-02-30"), ("FROM", "2030-01-01")])
def test_an_invalid_day_is_named(name: str, text: str) -> None:
    with pytest.raises(LocalError, match=r"FROM|TO|from and to"):
        command.main({name: text})
