"""The caller's own words are removed from a provider's text, and no others."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from easel.providers.prompt_redaction import PromptText


@pytest.mark.parametrize(
    ("prompt", "text", "left"),
    [
        ("a  quota", "bad: A Quota!", "bad: …!"),
        ("my quota of cats and dogs", "bad: my quota of cats…", "bad: ……"),
        ('the "quota" sign', 'bad: the \\"quota\\" sign', "bad: …"),
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
def test_only_the_prompt_is_removed(prompt: str, text: str, left: str) -> None:
    assert PromptText([prompt]).redact(text) == left


@pytest.mark.parametrize(
    "prompt",
    [
        *("quota exceeded", "Quota\n exceeded", "quota%20exceeded", "quota+exceeded", "quota&#32;exceeded"),
        *("\\u0071uota exceeded", "\N{FULLWIDTH LATIN SMALL LETTER Q}uota exceeded", json.dumps("quota exceeded")),
        *(quote("quota exceeded"), "a sign that says quota exceeded in red"),
    ],
)
def test_the_callers_phrases_are_found_in_every_spelling(prompt: str) -> None:
    assert PromptText(["a cat", prompt]).echoed("quota exceeded", "bad: quota exceeded")


PROVIDERS_PHRASES = [
    ("insufficient light", "insufficient balance", "Error: insufficient balance."),
    ("quota", "quota exceeded", "quota exceeded, come back tomorrow"),
    ("a sign with the word quota", "quota", "Free quota is used up"),
    ("your quota of joy", "exceeded your quota", "you exceeded your quota"),
    ("最大当日的太阳", "最大当日免费", "您已达到最大当日免费 api 使用次数"),
    ("余额", "余额不足", "余额不足"),
    ("a quota, exceeded", "quota exceeded for", "quota exceeded for this model"),
    ("sorry, you exceeded the speed limit", "exceeded your quota", "Sorry, you exceeded your quota today"),
    ("This model in a red dress", "model has been retired", "This model has been retired by its vendor"),
    ("balance of the force", "insufficient balance", "insufficient balance of the account"),
    ("magicubes", "insufficient magicube", "insufficient magicubes"),
    ("画账户余额表", "余额不足", "账户余额不足，请充值"),
]
CALLERS_PHRASES = [
    ("quota exceeded", "quota exceeded", "quota exceeded"),
    ("a sign: quota exceeded, in red", "quota exceeded", "cannot draw quota exceeded"),
    ("quota signs of the world", "quota exceeded", "quota exceeded the length that we take"),
    ("quota signs of the world", "quota exceeded", "bad prompt: 'quota exceeded the length'"),
    ("the whole quota exceeds", "quota exceeded", "the whole quota exceeded the length"),
    ("画一个余额不足的牌子", "余额不足", "参数无效: 画一个余额不足"),
    ("画账户余额", "余额不足", "画账户余额不足10个字符"),
    ("magicubes", "magicube", "cannot draw magicubes here"),
    ("You spent your current quota", "quota exceeded", "nt your current quota exceeded the length"),
    ("if you exceeded your quota", "exceeded your quota", "cannot draw if you exceeded your quota!"),
]


@pytest.mark.parametrize(
    ("prompt", "phrase", "text", "echoed"),
    [*((*row, False) for row in PROVIDERS_PHRASES), *((*row, True) for row in CALLERS_PHRASES)],
)
def test_a_phrase_is_the_callers_if_the_prompt_explains_it(prompt: str, phrase: str, text: str, echoed: bool) -> None:
    assert PromptText([prompt]).echoed(phrase, text) == echoed


def test_a_code_is_the_callers_only_as_a_whole() -> None:
    assert PromptText(["quota_exceeded"]).is_exactly("quota_exceeded")
    assert not PromptText(["a sign: quota_exceeded"]).is_exactly("quota_exceeded")


REFUSED, LONG = r"nsfw|content policy|prohibited", r"\bprompt\b.{1,30}\b(?:too long|exceed)"
PROVIDERS_TEXTS = [
    ("too long", LONG, "prompt is too long"),
    ("is too long for us", LONG, "the prompt is too long for us"),
    ("nsfw", REFUSED, "NSFW content detected"),
    ("nsfw", REFUSED, "Error: nsfw content"),
    ("content policy", REFUSED, "this violates our content policy"),
    ("our content policy?", REFUSED, "violates a content policy"),
    ("a nsfw sign", REFUSED, "'a nsfw sign' is prohibited"),
    ("", REFUSED, "nsfw"),
    ("The prompt of a poem", LONG, "The prompt is too long: at most 2000 characters"),
    ("Input data may contain in red", "inappropriate", "Input data may contain inappropriate content"),
]
CALLERS_TEXTS = [
    ("a cat, too long", LONG, "bad prompt: a cat, too long"),
    ("too long", LONG, "cannot read the prompt 'too long' here"),
    ("the prompt is too long, he said", LONG, "cannot draw the prompt is too long, he said for node 4"),
    ("nsfw", REFUSED, "nsfw"),
    ("nsfw", REFUSED, "node 4 failed at 'nsfw' just now"),
    ("a nsfw sign", REFUSED, "node 4 failed at A NSFW SIGN"),
    ("no content policy", REFUSED, "node 4 failed at no content policy"),
]


@pytest.mark.parametrize(
    ("prompt", "pattern", "text", "own"),
    [*((*row, True) for row in PROVIDERS_TEXTS), *((*row, False) for row in CALLERS_TEXTS)],
)
def test_a_pattern_is_the_providers_unless_in_the_prompt(prompt: str, pattern: str, text: str, own: bool) -> None:
    assert bool(PromptText([prompt]).finds(pattern, text, alone=True)) == own


def test_a_pattern_does_not_span_the_callers_words() -> None:
    assert not PromptText(["queue is full"]).finds("queue is full", "cannot draw queue is full now")
    assert PromptText(["your GPU quota"]).finds("exceeded your gpu quota", "You have exceeded your GPU quota (60s)")
