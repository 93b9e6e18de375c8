"""A provider's message without web pages, markup and control characters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from easel.common.provider_text import code, letters, message, plain_text, short_message, unescaped, words

SECRETS = [
    *("<html><title>502</title><h1>Bad gateway</h1>nginx/secret-host</html>", "<!DOCTYPE html>\nsecret-host"),
    *("\ufeff  <p>secret-host", "Bad gateway</h1><hr>secret-host", "&lt;html&gt;secret-host", "", "[" * 100_000),
    *("<?xml version='1.0'?><Error>secret-host</Error>", '{"message": "<html>secret-host"}', "\x89PNG\0\0"),
    *('{"other": "secret-host"}', '{"message": 5}', '{"broken": "secret-host', b"\xff\xfe".decode("utf-8", "replace")),
]
"""Answers without a message for callers."""


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Server is busy", "Server is busy"),
        ('{"error": {"message": "no cats"}}', "no cats"),
        ('{"error": "no cats", "host": "secret-host"}', "no cats"),
        ('{"detail": [{"msg": "too long", "input": "secret-host"}]}', "too long"),
        ('{"output": {"error": "no cats"}}', "no cats"),
        ('{"errors": "{\\"message\\": \\"no cats\\"}"}', "no cats"),
        ('"a text"', "a text"),
        *((raw, "") for raw in SECRETS),
    ],
    ids=lambda text: text[:40],
)
def test_only_a_message_is_passed_on(raw: str, text: str) -> None:
    assert short_message(raw) == text


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("quota used up. <a href='https://x.test'>Subscribe</a> to PRO", "quota used up. Subscribe to PRO"),
        ("3 < 4 and 5 > 4", "3 4"),
        ("bell\x07 and\r\nline\ttab", "bell and line tab"),
        ("right-to-left \u202eoverride and \ud800 surrogate", "right-to-left override and surrogate"),
        ("尚未绑定到任何资源包", "尚未绑定到任何资源包"),
    ],
)
def test_a_text_loses_markup_and_control_characters(raw: str, plain: str) -> None:
    assert plain_text(raw) == plain


def test_a_text_is_cut_short() -> None:
    assert plain_text("x" * 501) == "x" * 499 + "…"
    assert plain_text("x" * 500) == "x" * 500
    assert len(words("<p>word</p>" * 100_000)) <= 500


@given(st.text(alphabet=st.sampled_from("<>&;/!- \nabscriptlgt#x3")))
def test_no_text_keeps_a_bracket_or_a_control_character(raw: str) -> None:
    for plain in (plain_text(raw), words(raw)):
        assert not set(plain) & set("<>")
        assert plain.isprintable()


@example('"\n:"')  # a line break inside a JSON string makes the JSON invalid
@given(st.text(alphabet=st.sampled_from('<>&;/{}[]":, \nabhtml')))
def test_a_cleaned_text_is_unchanged_by_cleaning_again(raw: str) -> None:
    assert short_message(short_message(raw)) in (short_message(raw), "")


def test_the_words_of_a_page_can_still_be_classified() -> None:
    assert words("<style>.paused{}</style><h1>Space is building</h1>") == "Space is building"


def test_a_code_is_read_from_each_envelope() -> None:
    bodies: list[Any] = [
        *({"error": {"code": "400"}}, {"errors": {"code": 422}}, {"code": "Moderation_Blocked"}),
        *({"output": {"code": "X"}}, {"output": {"error": {"code": 5}}}, {"error": "text"}, [], None),
    ]
    assert [code(body) for body in bodies] == ["400", "422", "moderation_blocked", "x", "5", "", "", ""]


def test_deeply_nested_answers_are_not_read() -> None:
    body: Any = "deep"
    for _ in range(100):
        body = {"error": body}
    assert (message(body), code(body)) == ("", "")


def test_long_texts_are_cut_before_they_are_searched() -> None:
    page = f"<style>{'x' * 20_000}</style><!-- {'y' * 9_000} --><h1>Space is paused</h1>{'z' * 30_000}"
    assert words(page).startswith("Space is paused z")
    assert short_message(json.dumps({"message": "no cats", "input": "x" * 100_000})) == ""


def test_escapes_are_decoded() -> None:
    for raw in ("\\u0061 cat", "\\x61 cat", "\\141 cat", "\\a\\ncat", "a\\tcat", "a cat"):
        assert unescaped(raw) == "a cat"


def test_letters_drop_case_width_and_marks() -> None:
    assert letters("A-b C\u200bd\N{FULLWIDTH DIGIT ONE} 余额\N{SUPERSCRIPT TWO}!") == "abcd1余额2"
