"""Texts use plain words, without the turns of phrase in `tests.harness.plain_words`."""

from __future__ import annotations

from functools import cache

from tests.harness import plain_words
from tests.harness.plain_words import ALLOWED, Use


@cache
def uses() -> list[Use]:
    return list(plain_words.uses())


def test_every_text_uses_plain_words() -> None:
    old = [use for use in uses() if (use.file, use.phrase) not in ALLOWED]
    assert not old, "\n" + "\n".join(map(str, old))


def test_every_exception_is_still_needed() -> None:
    used = {(use.file, use.phrase) for use in uses()}
    assert [each for each in ALLOWED if each not in used] == []
