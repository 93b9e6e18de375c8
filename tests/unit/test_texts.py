"""What a provider said: its message without web pages, markup and control characters, and without the token."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from easel.common.texts import code, is_loading, is_refusal, message, plain_text, redact, short_message, words

TOKEN = "gitee+key/for pictures&0123456789"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Server is busy", "Server is busy"),
        ("<html><head><title>502</title></head><body><h1>Bad gateway</h1>nginx/secret-host</body></html>", ""),
        ("<!DOCTYPE html>\nsecret-host", ""),
        ("\ufeff  <p>secret-host", ""),
        ("Bad gateway</h1><hr>secret-host", ""),
        ("&lt;html&gt;secret-host", ""),
        ("<?xml version='1.0'?><Error>secret-host</Error>", ""),
        ('{"message": "<html>secret-host"}', ""),
        ('{"error": {"message": "no cats"}}', "no cats"),
        ('{"error": "no cats", "host": "secret-host"}', "no cats"),
        ('{"detail": [{"msg": "too long", "input": "secret-host"}]}', "too long"),
        ('{"output": {"error": "no cats"}}', "no cats"),
        ('{"errors": "{\\"message\\": \\"no cats\\"}"}', "no cats"),
        ('{"other": "secret-host"}', ""),
        ('{"message": 5}', ""),
        ('{"broken": "secret-host', ""),
        ("[" * 100_000, ""),
        ('"a text"', "a text"),
        ("\x89PNG\0\0", ""),
        (b"\xff\xfe".decode("utf-8", "replace"), ""),
        ("", ""),
    ],
)
def test_a_message_is_shown_and_nothing_else(raw: str, text: str) -> None:
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


@example('"\n:"')  # no JSON by the letter, since a text in it breaks the line
@given(st.text(alphabet=st.sampled_from('<>&;/{}[]":, \nabhtml')))
def test_what_is_shown_is_shown_again_when_a_job_is_read(raw: str) -> None:
    assert short_message(short_message(raw)) in (short_message(raw), "")


def test_the_words_of_a_page_can_still_be_read_to_judge_it() -> None:
    assert words("<style>.paused{}</style><h1>Space is building</h1>") == "Space is building"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"error": {"code": "400"}}, "400"),
        ({"errors": {"code": 422}}, "422"),
        ({"code": "Moderation_Blocked"}, "moderation_blocked"),
        ({"output": {"code": "X"}}, "x"),
        ({"output": {"error": {"code": 5}}}, "5"),
        ({"error": "text"}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_a_code_is_found_in_each_envelope(body: Any, found: str) -> None:
    assert code(body) == found


def test_nothing_is_found_in_what_is_nested_without_end() -> None:
    body: Any = "deep"
    for _ in range(100):
        body = {"error": body}
    assert (message(body), code(body)) == ("", "")


def test_refusals_and_loading_are_told_by_whole_words() -> None:
    assert is_refusal("", "content_policy_violation")
    assert is_refusal("the prompt was flagged as unsafe")
    assert not is_refusal("the queue is moderately full and the names are case-insensitive")
    assert not is_refusal("names are case-sensitive")
    assert is_refusal("the prompt holds sensitive words")
    assert is_loading("Model Qwen/Qwen-Image is currently loading")
    assert not is_loading("downloading the picture failed")


@pytest.mark.parametrize(
    "told",
    [
        TOKEN,
        TOKEN.upper(),
        TOKEN[: len(TOKEN) // 2],
        TOKEN[len(TOKEN) // 2 :],
        TOKEN[5:14],
        f"{TOKEN[:4]}…{TOKEN[-4:]}",
        f"{TOKEN[:4]}...{TOKEN[-4:]}",
        f"{TOKEN[:4]}****{TOKEN[-4:]}",
        f"{TOKEN[:4]} [***] {TOKEN[-4:]}",
        f"{TOKEN[:8]}********",
        f"****{TOKEN[-4:]}",
        quote(TOKEN, safe=""),
        json.dumps(TOKEN)[1:-1],
        TOKEN.replace("&", "&amp;"),
        base64.b64encode(TOKEN.encode()).decode(),
        base64.urlsafe_b64encode(f"Bearer {TOKEN}".encode()).decode(),
        base64.b64encode(f"u:{TOKEN}".encode()).decode(),
        TOKEN.encode().hex(),
        TOKEN * 3,
    ],
)
def test_no_form_of_the_token_is_left(told: str) -> None:
    left = redact(f"the key ({told}) is bad", TOKEN)
    assert "[token]" in left
    assert len(left) <= len("the key () is bad") + len("[token]") * 3 + 8
    assert not any(TOKEN[at : at + 4] in left for at in range(len(TOKEN) - 4))


@pytest.mark.parametrize("text", ["nothing to hide", "wait ... then try again", "a token ****", "", "[token] is bad"])
def test_a_text_without_the_token_stays_as_it_is(text: str) -> None:
    assert redact(text, TOKEN) == text
    assert redact(text, None) == text


def test_what_is_too_short_to_be_a_secret_is_not_cut_out() -> None:
    assert redact("a cat", "a") == "a cat"


@given(
    st.text(alphabet=st.sampled_from("abcX+/&-_."), min_size=6, max_size=40), st.text(max_size=30), st.text(max_size=30)
)
def test_a_token_of_any_letters_is_cut_out_wherever_it_stands(token: str, before: str, after: str) -> None:
    left = redact(f"{before}{token}{after}", token)
    assert all(token[at : at + 8] not in left for at in range(max(1, len(token) - 7)))
