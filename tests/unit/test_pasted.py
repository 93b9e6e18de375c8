"""Tokens, keys and names as people paste them."""

from __future__ import annotations

import pytest

from easel.common import pasted

TOKEN = "token-for-tests"


@pytest.mark.parametrize(
    "text",
    [
        *(TOKEN, f" {TOKEN}\r\n", f"Bearer {TOKEN}", f"bearer  {TOKEN}", f"BEARER: {TOKEN}", f"Bearer Bearer {TOKEN}"),
        *(
            f'"{TOKEN}"',
            f"'{TOKEN}'",
            f"“{TOKEN}”",
            f"`{TOKEN}`",
            f"<{TOKEN}>",
            f'"Bearer {TOKEN}"',
            f"Bearer '{TOKEN}'",
        ),
        *(
            f"＂{TOKEN}＂",
            f"「{TOKEN}」",
            f"({TOKEN})",
            f"{TOKEN};",
            f"{TOKEN}%0A",
            f"{TOKEN}，",
            f"\u3000{TOKEN}\u00a0",
        ),
        *(f"Token: {TOKEN}", f"Token {TOKEN}", f"token={TOKEN}", f"API key: {TOKEN}", f"X-API-Key: {TOKEN}"),
        *(f"Authorization: Bearer {TOKEN}", f"Ｂｅａｒｅｒ　{TOKEN}", f"api_key＝{TOKEN}", f"access_token：{TOKEN}"),
        *(f"{TOKEN}\\n", f"\ufeff{TOKEN}\u200b", f'"Bearer\u00a0{TOKEN}\n"', f"“{TOKEN}”".encode().decode("latin-1")),
    ],
)
def test_what_stands_around_a_token_is_left_out(text: str) -> None:
    assert pasted.token(text) == TOKEN
    assert pasted.bearer(text) == TOKEN


@pytest.mark.parametrize("text", ["", "  ", '""', "Bearer", "Bearer ", '"Bearer "', "\\n"])
def test_nothing_around_nothing_is_no_token(text: str) -> None:
    assert pasted.token(text) == pasted.bearer(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "bearer-of-news",
        "token-of-mine",
        "token",
        "key:",
        "with:colon",
        "tök",
        "a b",
        'a"b',
        "a\nb",
        "notBearer x",
        "x" * 5000,
    ],
)
def test_a_token_itself_stays_as_it_is(text: str) -> None:
    assert pasted.token(text) == text


@pytest.mark.parametrize("header", ["Basic YWJj", "Digest a=b", "AWS4-HMAC-SHA256 Credential=a, b=c"])
def test_another_scheme_holds_no_bearer(header: str) -> None:
    assert pasted.bearer(header) == ""


def test_several_tokens_after_bearer_stay_together() -> None:
    assert pasted.bearer('Bearer "gitee:a, hf:b"') == "gitee:a, hf:b"
    assert pasted.bearer("Bearer two words") == "two words"


def test_names_fold_to_letters_and_digits() -> None:
    assert pasted.folded(" Gitee-AI ") == "giteeai"
    assert pasted.folded("提示词:") == "提示词"
