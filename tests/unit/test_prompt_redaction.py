"""The caller's own words are cut out of a provider's text, and no others are."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from easel.providers.prompt_redaction import PromptText


@pytest.mark.parametrize(
    ("prompt", "text", "left"),
    [
        ("a quota", "bad: a quota", "bad: …"),
        ("a  quota", "bad: A Quota!", "bad: …!"),
        ("my quota of cats and dogs", "bad: my quota of cats…", "bad: ……"),
        ('the "quota" sign', 'bad: the \\"quota\\" sign', "bad: …"),
        ("a cat", "bad: a cat", "bad: …"),
        ("a", "bad: a cat has a quota", "bad: … cat has … quota"),
        ("quota", "quota exceeded", "… exceeded"),
        ("quota", "quotas exceeded", "quotas exceeded"),
        ("余额", "余额不足", "余额不足"),
        ("画一个余额不足的牌子", "参数无效: 画一个余额不足", "参数无效: …"),
        ("quota", "nothing of it", "nothing of it"),
        ("a tall building at night", "Space is building", "Space is building"),
        ("fault=balance", "insufficient balance (1008)", "insufficient balance (1008)"),
        ("my quota", "my quota exceeded the length", "… exceeded the length"),
        ("11:04", "try again in 11:04:05", "try again in 11:04:05"),
        ("", "bad", "bad"),
    ],
)
def test_a_prompt_is_cut_out_and_nothing_else(prompt: str, text: str, left: str) -> None:
    assert PromptText([prompt]).redact(text) == left


@pytest.mark.parametrize(
    "prompt",
    [
        *("quota exceeded", "Quota\n exceeded", "quota%20exceeded", "quota+exceeded", "quota&#32;exceeded"),
        *("\\u0071uota exceeded", "\N{FULLWIDTH LATIN SMALL LETTER Q}uota exceeded", json.dumps("quota exceeded")),
        *(quote("quota exceeded"), "a sign that says quota exceeded in red"),
    ],
)
def test_the_callers_phrases_are_known_in_every_spelling(prompt: str) -> None:
    assert PromptText(["a cat", prompt]).contains("quota exceeded")


def test_a_phrase_that_the_caller_did_not_write_is_the_providers() -> None:
    assert not PromptText(["a quota", "exceeded"]).contains("quota exceeded")
    assert PromptText(["quota_exceeded"]).is_exactly("quota_exceeded")
    assert not PromptText(["a sign: quota_exceeded"]).is_exactly("quota_exceeded")
