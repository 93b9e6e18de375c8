"""Find the caller's own words in a provider's text, so that they do not decide what the text means.

A provider that refuses a request may repeat the prompt: quoted, escaped, cut short, in capitals, with other spaces. So
texts are compared by letters and digits only, without case.

A phrase that the prompt contains as a whole is ignored, even if the provider wrote it, too: otherwise a prompt could
rest a token. A phrase that shares only some words with the prompt is the provider's. The exception is a phrase with a
rest that may follow any prompt, as in "{prompt} exceeded the length".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

from easel.common.provider_text import letters, letters_and_places, unescaped
from easel.store.records import GenerationRequest

MIN_RUN = 8
"""Minimum shared letters in a row, over several words, that count as the caller's. A CJK character is a word and counts
as two letters."""
MIN_WORD_RUN = 16
"""Minimum shared letters of one word that count as the caller's."""
QUOTES = ("'", '"', "`", "“", "‘")
BEFORE_QUOTED = (*QUOTES, ":", "(", ",", "；", "：")
"""Characters before a quoted text."""
NEXT_WORD = r"\s+\w"
GRAM_LENGTH = 4
MAX_TEXT = 8000
"""Maximum characters of a caller's text that are compared."""
REPLACEMENT = "\N{HORIZONTAL ELLIPSIS}"
"""Replaces the caller's words. No phrase of a provider contains it."""


class PromptText:
    """The texts that a caller wrote, prepared for comparison with providers' texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        with_words = (text[:MAX_TEXT] for text in texts if any(map(str.isalpha, text)))  # numbers may be times
        spellings = (spelling for text in with_words for spelling in _spellings(text))
        self._texts = [text for text in dict.fromkeys(map(letters, spellings)) if text]
        self._last: tuple[str, list[range]] = "", []
        self._grams = {text[at : at + GRAM_LENGTH] for text in self._texts for at in range(len(text) - GRAM_LENGTH + 1)}

    def echoed(self, phrase: str, text: str) -> bool:
        """Return whether a phrase in a text is, or continues, an echo of the caller's words.

        If only a part of the phrase is shared, the provider wrote it. The shared part is still an echo if the text
        begins as the caller's does, and continues after the phrase.
        """
        return any(self._echoed_as_written(phrase, spelling) for spelling in dict.fromkeys(_spellings(text)))

    def _echoed_as_written(self, phrase: str, text: str) -> bool:
        matches = [range(*match.span()) for match in re.finditer(re.escape(phrase), text)]
        return bool(matches) and all(self._begin(match, text) or self._hides(match, text) for match in matches)

    def _begin(self, match: range, text: str) -> bool:
        first, _, rest = text[match.start : match.stop].partition(" ")
        begun = any(own.startswith(letters(first)) for own in self._texts) and _may_follow(rest)
        before, behind = text[: match.start].rstrip(), text[match.stop :]
        return begun and before[-1:] in ("", *BEFORE_QUOTED) and bool(re.match(NEXT_WORD, behind))

    def _hides(self, match: range, text: str) -> bool:
        """Return whether the caller wrote the whole match, or its start in an echo that begins before the match."""
        echoes = [echo for echo in self._ranges(text) if _overlap(echo, match)]
        rest = "".join(text[place] for place in match if not any(place in echo for echo in echoes))
        if not letters(rest):
            return bool(echoes)
        return any(echo.start < match.start and self._is_edge(text, echo) for echo in echoes) and _may_follow(rest)

    def _is_edge(self, text: str, echo: range) -> bool:
        """Return whether an echo begins or ends as a caller's text does. Providers repeat all of it, or cut one end."""
        run = letters(text[echo.start : echo.stop])
        return any(own.startswith(run[:MIN_RUN]) or own.endswith(run[-MIN_RUN:]) for own in self._texts)

    def finds(self, pattern: str, text: str, *, alone: bool = False) -> re.Match[str] | None:
        """Return the first match of a pattern in what the provider wrote, ignoring case. None without a match.

        Shared words that are only a part of the match are the provider's, as in `echoed`, unless they are quoted or are
        the whole text. With `alone`, which is for errors that rest nothing, shared words may also be the whole match,
        or continue after it.
        """
        if found := re.search(pattern, self.redact(text), re.I):
            return found
        matches = re.finditer(pattern, text, re.I) if self._texts else ()
        return next((match for match in matches if self._is_chance(range(*match.span()), text, alone)), None)

    def _is_chance(self, match: range, text: str, alone: bool) -> bool:
        """Return whether the match shares words with the caller by chance."""
        echoes = [echo for echo in self._ranges(text) if _overlap(echo, match)]
        reaches_in = any(echo.start < match.start for echo in echoes)
        return not ((reaches_in or not alone) and self._hides(match, text)) and not any(
            _is_quoted(echo, text) or letters(text) == letters(text[echo.start : echo.stop]) for echo in echoes
        )

    def is_exactly(self, text: str) -> bool:
        """Return whether a text equals one of the caller's texts."""
        return letters(text) in self._texts

    def redact(self, text: str) -> str:
        """Return a provider's text without the caller's words."""
        kept, end = [], 0
        for echo in self._ranges(text):
            kept += [text[end : echo.start], REPLACEMENT]
            end = echo.stop
        return "".join([*kept, text[end:]])

    def _ranges(self, text: str) -> list[range]:
        """Return the ranges of the caller's words in a text. The last result is cached for the next pattern."""
        read, echoes = self._last
        if read != text and self._texts:
            plain, places = letters_and_places(text)
            found = self._echoes(plain, places, text)
            echoes = [range(places[first], places[last] + 1) for first, last in found]
            self._last = text, echoes
        return echoes

    def _echoes(self, plain: str, places: list[int], text: str) -> Iterator[tuple[int, int]]:
        """Yield the indexes of the first and the last letter of each echo, from left to right."""
        at = 0
        while at < len(plain):
            end = at
            while plain[end : end + GRAM_LENGTH] in self._grams:
                end += 1
            last = self._last_letter(plain, at, end + GRAM_LENGTH - 2, places, text) if end > at else at
            if end > at and (self._is_whole(plain, at, last, places, text) or _is_echo(places, at, last, text)):
                yield at, last
                at = last + 1
            elif length := self._short_text(plain, at, places, text):
                yield at, at + length - 1
                at += length
            else:
                at = max(end, at + 1)

    def _last_letter(self, plain: str, first: int, last: int, places: list[int], text: str) -> int:
        """Return an echo's last letter. Leave out a last word that the caller wrote in part, such as in/appropriate."""
        after = places[last] + 1
        cut = after < len(text) and text[after].isalnum() and not _is_boundary(text, after)
        if not cut or any(plain[first : last + 1].endswith(own[-MIN_RUN:]) for own in self._texts):
            return last
        while last > first and not _is_boundary(text, places[last]):
            last -= 1
        return max(first, last - 1)

    def _short_text(self, plain: str, at: int, places: list[int], text: str) -> int:
        """Return the length of a caller's whole text that begins here and is shorter than `MIN_RUN`, else 0."""
        lengths = {len(each) for each in self._texts if _weight(each) < MIN_RUN and plain.startswith(each, at)}
        return max((n for n in lengths if self._is_whole(plain, at, at + n - 1, places, text)), default=0)

    def _is_whole(self, plain: str, first: int, last: int, places: list[int], text: str) -> bool:
        """Return whether these letters are a caller's whole text, and not a part of a longer word."""
        before, after = places[first] - 1, places[last] + 1
        inside = (before >= 0 and text[before].isalnum()) or (after < len(text) and text[after].isalnum())
        return plain[first : last + 1] in self._texts and not inside


NO_PROMPT = PromptText(())


def prompt_of_request(request: GenerationRequest | None) -> PromptText:
    """Return the words of a request's prompts."""
    return PromptText((request.prompt, request.negative_prompt)) if request else NO_PROMPT


def _overlap(echo: range, match: range) -> bool:
    return echo.start < match.stop and match.start < echo.stop


def _may_follow(rest: str) -> bool:
    """Return whether a phrase's rest may follow any prompt: one word, or two CJK characters, without an allowance."""
    allowance = re.search(r"quota|balance|cube|credit|gpu|额|余|包|魔粒|免费", rest)
    cjk = sum(map(_is_cjk, rest))
    words = sum(not _is_cjk(word[0]) for word in re.findall(r"\w+", rest))
    return cjk + 2 * words <= 2 and not allowance


def _is_quoted(echo: range, text: str) -> bool:
    """Return whether an echo follows a quotation mark, or follows a colon and precedes no further word."""
    before = text[: echo.start].rstrip()[-1:]
    return before in QUOTES or (before in BEFORE_QUOTED and not re.match(NEXT_WORD, text[echo.stop :]))


def _spellings(text: str) -> Iterator[str]:
    """Yield a text as written, and as a provider's software may have decoded it."""
    yield text
    for decode in (html.unescape, unquote_plus, unescaped):
        yield decode(text)
    yield html.unescape(unescaped(unquote_plus(text)))


def _is_echo(places: list[int], first: int, last: int, text: str) -> bool:
    """Return whether a shared run is long enough. One common word, such as "building", is in many prompts."""
    words = _word_ends(places, first, last, text)
    run = text[places[first] : places[last] + 1]
    if not words:
        return _weight(letters(run)) >= MIN_WORD_RUN
    begins = places[first] == 0 or _is_boundary(text, places[first])
    whole = letters(run) if begins else letters(text[words[0] : places[last] + 1])
    return _weight(whole) >= MIN_RUN


def _word_ends(places: list[int], first: int, last: int, text: str) -> list[int]:
    """Return the places in a run at which words begin, without its start."""
    return [place for place in places[first + 1 : last + 1] if _is_boundary(text, place)]


def _is_boundary(text: str, place: int) -> bool:
    """Return whether a word begins at this place."""
    return _is_cjk(text[place]) or not text[place - 1].isalnum() or _is_cjk(text[place - 1])


def _is_cjk(character: str) -> bool:
    return character > "\u2e7f"


def _weight(text: str) -> int:
    return sum(2 if _is_cjk(character) else 1 for character in text)
