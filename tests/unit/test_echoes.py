"""The caller's own words are removed from a provider's text, and no others are."""

from __future__ import annotations

import pytest

from easel.providers.echoes import without_prompt
from easel.store.records import GenerationRequest


@pytest.mark.parametrize(
    ("prompt", "text", "left"),
    [
        ("a quota", "bad: a quota", "bad: "),
        ("a  quota", "bad: A Quota!", "bad:  !"),
        ("my quota of cats and dogs", "bad: my quota of cats…", "bad:  …"),
        ('the "quota" sign', 'bad: the \\"quota\\" sign', 'bad: the \\" \\" sign'),
        ("a cat", "bad: a cat", "bad: a cat"),
        ("quota", "nothing of it", "nothing of it"),
    ],
)
def test_a_prompt_with_a_meaning_is_removed(prompt: str, text: str, left: str) -> None:
    request = GenerationRequest(provider="gitee", model="z-image-turbo", prompt=prompt)
    found = without_prompt(text, request, lambda piece: "quota" in piece)
    assert " ".join(found.split()) == " ".join(left.split())
