"""The caller's own words in a provider's text, which must not decide what the text means."""

from __future__ import annotations

import re
from collections.abc import Callable

from easel.common.texts import words
from easel.store.records import GenerationRequest

PIECE = 8
"""Characters at the start of a prompt that count as the prompt, where a provider repeats only its start."""
LONGEST_PIECE = 4000
MOST_PIECES = 50


def without_prompt(text: str, request: GenerationRequest, has_meaning: Callable[[str], bool]) -> str:
    """Removes the prompts from a text, where they have words that would mean something as the provider's.

    Other prompts stay: to remove the prompt "a" would break every word of the text.
    """
    for piece in _pieces(request):
        if not has_meaning(piece):
            continue
        lower, searched = piece.lower(), text.lower()
        lengths = range(len(piece), min(len(piece), PIECE) - 1, -1)
        length = next((number for number in lengths if lower[:number] in searched), 0)
        if length:
            text = re.sub(re.escape(piece[:length]), " ", text, flags=re.I)
    return text


def _pieces(request: GenerationRequest) -> list[str]:
    """The prompts, whole and in parts: a provider that quotes a text escapes its quotes and line breaks."""
    written = [text for text in (request.prompt, request.negative_prompt) if text]
    parts = [part for text in written for part in re.split(r"[\"'\\\r\n\t]+", text)[:MOST_PIECES]]
    plain = (words(text[:LONGEST_PIECE], LONGEST_PIECE) for text in (*written, *parts))
    return [text for text in dict.fromkeys(plain) if text]
