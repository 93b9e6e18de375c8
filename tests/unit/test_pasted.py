"""Tokens, keys and names as people paste them."""

from __future__ import annotations

import pytest

from easel.common import pasted

TOKEN = "token-for-tests"
AROUND = [
    "{}", " {}\r\n", "Bearer {}", "bearer  {}", "BEARER: {}", "Bearer Bearer {}", '"{}"', "'{}'", "“{}”", "`{}`",
    "<{}>", '"Bearer {}"', "Bearer '{}'", "＂{}＂", "「{}」", "({})", "{};", "{}%0A", "{}，", "\u3000{}\u00a0",
    "Token: {}", "Token {}", "token={}", "API key: {}", "X-API-Key: {}", "Authorization: Bearer {}", "Ｂｅａｒｅｒ　{}",
    "api_key＝{}", "access_token：{}", "{}\\n", "\ufeff{}\u200b", '"Bearer\u00a0{}\n"',
    "“{}”".encode().decode("latin-1"),
]  # fmt: skip
"""Texts around a token."""


@pytest.mark.parametrize("text", AROUND)
def test_text_around_a_token_is_removed(text: str) -> None:
    assert pasted.token(text.format(TOKEN)) == pasted.bearer(text.format(TOKEN)) == TOKEN


@pytest.mark.parametrize("text", ["", "  ", '""', "Bearer", "Bearer ", '"Bearer "', "\\n"])
def test_quotes_around_nothing_are_not_a_token(text: str) -> None:
    assert pasted.token(text) == pasted.bearer(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        *("bearer-of-news", "token-of-mine", "token", "key:", "with:colon", "tök", "a b", 'a"b', "a\nb", "notBearer x"),
        "x" * 5000,
    ],
)
def test_a_token_itself_is_unchanged(text: str) -> None:
    assert pasted.token(text) == text


def test_only_the_scheme_bearer_or_none_holds_a_token() -> None:
    for header in ("Basic YWJj", "Digest a=b", "AWS4-HMAC-SHA256 Credential=a, b=c"):
        assert pasted.bearer(header) == ""
    assert pasted.bearer('Bearer "gitee:a, hf:b"') == "gitee:a, hf:b"
    assert pasted.bearer("Bearer two words") == "two words"


def test_names_are_folded_to_letters_and_digits() -> None:
    assert [pasted.folded(name) for name in (" Gitee-AI ", "提示词:")] == ["giteeai", "提示词"]
