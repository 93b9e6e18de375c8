"""A provider's text that contains the token in any spelling is withheld."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from easel.common.token_redaction import WITHHELD, chunk_contains_token, contains_token, redacted
from tests.harness.token_disguises import DISGUISES

TOKEN = "zq7x-made+up/for&disguises-0918273645-qzj7"


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_text_with_a_disguised_token_is_withheld(disguise: str) -> None:
    text = f"the key ({DISGUISES[disguise](TOKEN)}) is bad"
    assert redacted(text, TOKEN) == WITHHELD
    assert chunk_contains_token(text.encode(), TOKEN)


def test_a_text_without_the_token_is_unchanged() -> None:
    for text in (
        *("nothing to hide", "wait ... then try again", "a token ****", "", WITHHELD, "3 of 14 days"),
        "Invalid API key. Check https://huggingface.co/settings/tokens and docs/providers/huggingface.md",
        "request id 7f9c24e5-1b2a-4c3d-9e8f-001122334455, trace MDAtNGJmOTJmMzU3N2IzNGRhNmEzY2U5MjlkMGUwZTQ3MzYtMDA=",
        "您已达到最大当日免费 API 使用次数，请明日再试或购买资源包",
    ):
        assert redacted(text, TOKEN) == redacted(text, None) == text
    assert redacted("a cat", "a") == "a cat"  # too short for a secret


@settings(deadline=None, max_examples=30)  # on a busy machine an example may take any time
@given(st.text(st.characters(categories=["Nd", "No", "Sm", "Zs", "Cf"]), max_size=40))
def test_a_text_of_any_digits_is_searched(digits: str) -> None:
    assert redacted(f"x {digits}", TOKEN) != WITHHELD


def test_a_shortened_text_discloses_nothing() -> None:
    assert redacted("x" * 600, TOKEN) == "x" * 499 + "…"
    assert redacted("x" * 600 + TOKEN, TOKEN) == "x" * 499 + "…"


def test_a_providers_name_in_a_token_is_not_secret() -> None:
    text = "ModelScope takes no more calls"
    assert redacted(text, "modelscope-token-7q9z", public="modelscope") == text
    assert redacted(text + " of modelscope-token-7q", "modelscope-token-7q9z", public="modelscope") == WITHHELD


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet=st.sampled_from("abcX+/&-_."), min_size=6, max_size=40), st.text(max_size=30), st.integers(0))
def test_any_eight_characters_of_any_token_are_withheld(token: str, before: str, at: int) -> None:
    at %= max(1, len(token) - 7)
    assert contains_token(f"{before}{token[at : at + 8]}", token) or len(token[at : at + 8]) < min(8, len(token))


def test_a_large_file_is_searched_for_long_runs() -> None:
    noise = bytes(range(256)) * 100
    assert chunk_contains_token(noise + TOKEN.encode("utf-16-le") + noise, TOKEN, 8)
    assert not chunk_contains_token(noise, TOKEN)
