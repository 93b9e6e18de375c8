"""The caller's own words in a provider's text, which must not decide what the text means.

A provider that refuses a request may repeat the prompt: quoted, escaped, cut short, in capitals, with other spaces. So
texts are compared by their letters and digits alone, without case.

A phrase that the caller wrote completely decides nothing, even if the provider wrote it too: a prompt rests no token.
A phrase that shares only some words with the prompt is the provider's, unless its other words may stand behind any
prompt, as in "{prompt} exceeded the length".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

from easel.common.provider_text import letters, letters_and_places, unescaped
from easel.store.records import GenerationRequest

RUN = 8
"""Letters of more than one word in a row, shared by a text and a prompt, that count as the caller's. A CJK character
counts as two, and is a word."""
LONG_RUN = 16
"""Letters of one word that count as the caller's."""
QUOTES = ("'", '"', "`", "“", "‘")
OPENING = (*QUOTES, ":", "(", ",", "；", "：")
"""What may stand before a quoted text."""
GOES_ON = r"\s+\w"
GRAM = 4
LONGEST = 8000
"""Characters of a caller's text that are compared."""
CUT = "\N{HORIZONTAL ELLIPSIS}"
"""Takes the place of the caller's words. It is in no phrase of a provider's."""


class PromptText:
    """The texts that a caller wrote, as the one who reads a provider's text needs them."""

    def __init__(self, texts: Iterable[str]) -> None:
        with_words = (text[:LONGEST] for text in texts if any(map(str.isalpha, text)))  # numbers are a provider's times
        spellings = (spelling for text in with_words for spelling in _spellings(text))
        self._texts = [text for text in dict.fromkeys(map(letters, spellings)) if text]
        self._last: tuple[str, list[range]] = "", []
        self._grams = {text[at : at + GRAM] for text in self._texts for at in range(len(text) - GRAM + 1)}

    def echoed(self, phrase: str, text: str) -> bool:
        """Return whether a phrase in a text echoes the caller's words, or continues such an echo that was cut short.

        Words in common that are only a part of the phrase are chance: the provider wrote the rest. They are an echo if
        the text begins as the caller's does, and continues after the phrase.
        """
        return any(self._echoed_as_written(phrase, spelling) for spelling in dict.fromkeys(_spellings(text)))

    def _echoed_as_written(self, phrase: str, text: str) -> bool:
        matches = [range(*match.span()) for match in re.finditer(re.escape(phrase), text)]
        return bool(matches) and all(self._begin(match, text) or self._hides(match, text) for match in matches)

    def _begin(self, match: range, text: str) -> bool:
        first, _, rest = text[match.start : match.stop].partition(" ")
        begun = any(own.startswith(letters(first)) for own in self._texts) and _may_follow(rest)
        before, behind = text[: match.start].rstrip(), text[match.stop :]
        return begun and before[-1:] in ("", *OPENING) and bool(re.match(GOES_ON, behind))

    def _hides(self, match: range, text: str) -> bool:
        """Whether the caller wrote a match: all of it, or its start, in an echo that began before it."""
        echoes = [echo for echo in self._ranges(text) if _overlap(echo, match)]
        rest = "".join(text[place] for place in match if not any(place in echo for echo in echoes))
        if not letters(rest):
            return bool(echoes)
        return any(echo.start < match.start and self._is_edge(text, echo) for echo in echoes) and _may_follow(rest)

    def _is_edge(self, text: str, echo: range) -> bool:
        """Whether an echo begins or ends as a caller's text does: providers repeat the whole, or cut one end."""
        run = letters(text[echo.start : echo.stop])
        return any(own.startswith(run[:RUN]) or own.endswith(run[-RUN:]) for own in self._texts)

    def finds(self, pattern: str, text: str, *, alone: bool = False) -> re.Match[str] | None:
        """The first match of a pattern, in any case of its letters, in what the provider wrote; None without one.

        Words in common that are only a part of the match are chance, as in `echoed`: unless they are quoted, or stand
        for the whole text. With `alone`, for an error that rests nothing, they may also be all of the match, or go on
        behind it.
        """
        if found := re.search(pattern, self.redact(text), re.I):
            return found
        matches = re.finditer(pattern, text, re.I) if self._texts else ()
        return next((match for match in matches if self._is_chance(range(*match.span()), text, alone)), None)

    def _is_chance(self, match: range, text: str, alone: bool) -> bool:
        """Whether the caller's words in a match are there by chance."""
        echoes = [echo for echo in self._ranges(text) if _overlap(echo, match)]
        reaches_in = any(echo.start < match.start for echo in echoes)
        return not ((reaches_in or not alone) and self._hides(match, text)) and not any(
            _is_quoted(echo, text) or letters(text) == letters(text[echo.start : echo.stop]) for echo in echoes
        )

    def is_exactly(self, text: str) -> bool:
        """Whether a text is a whole text of the caller's."""
        return letters(text) in self._texts

    def redact(self, text: str) -> str:
        """Returns a provider's text without the caller's words."""
        kept, end = [], 0
        for echo in self._ranges(text):
            kept += [text[end : echo.start], CUT]
            end = echo.stop
        return "".join([*kept, text[end:]])

    def _ranges(self, text: str) -> list[range]:
        """Where the caller's words stand in a text. The last text is kept, since many patterns look at it."""
        read, echoes = self._last
        if read != text and self._texts:
            plain, places = letters_and_places(text)
            found = self._echoes(plain, places, text)
            echoes = [range(places[first], places[last] + 1) for first, last in found]
            self._last = text, echoes
        return echoes

    def _echoes(self, plain: str, places: list[int], text: str) -> Iterator[tuple[int, int]]:
        """The first and the last letter of each echo, from left to right."""
        at = 0
        while at < len(plain):
            end = at
            while plain[end : end + GRAM] in self._grams:
                end += 1
            last = self._last_letter(plain, at, end + GRAM - 2, places, text) if end > at else at
            if end > at and (self._is_whole(plain, at, last, places, text) or _is_echo(places, at, last, text)):
                yield at, last
                at = last + 1
            elif length := self._short_text(plain, at, places, text):
                yield at, at + length - 1
                at += length
            else:
                at = max(end, at + 1)

    def _last_letter(self, plain: str, first: int, last: int, places: list[int], text: str) -> int:
        """The end of an echo, without a last word of which the caller wrote only the start, such as in/appropriate."""
        after = places[last] + 1
        cut = after < len(text) and text[after].isalnum() and not _is_boundary(text, after)
        if not cut or any(plain[first : last + 1].endswith(own[-RUN:]) for own in self._texts):
            return last
        while last > first and not _is_boundary(text, places[last]):
            last -= 1
        return max(first, last - 1)

    def _short_text(self, plain: str, at: int, places: list[int], text: str) -> int:
        """The length of a caller's whole text that begins here, where it is shorter than a run; else 0."""
        lengths = {len(each) for each in self._texts if _weight(each) < RUN and plain.startswith(each, at)}
        return max((n for n in lengths if self._is_whole(plain, at, at + n - 1, places, text)), default=0)

    def _is_whole(self, plain: str, first: int, last: int, places: list[int], text: str) -> bool:
        """Whether these letters are a caller's whole text, and no part of a longer word."""
        before, after = places[first] - 1, places[last] + 1
        inside = (before >= 0 and text[before].isalnum()) or (after < len(text) and text[after].isalnum())
        return plain[first : last + 1] in self._texts and not inside


NO_PROMPT = PromptText(())


def of_request(request: GenerationRequest | None) -> PromptText:
    """The words of a request's prompts."""
    return PromptText((request.prompt, request.negative_prompt)) if request else NO_PROMPT


def _overlap(echo: range, match: range) -> bool:
    return echo.start < match.stop and match.start < echo.stop


def _may_follow(rest: str) -> bool:
    """Whether the rest of a phrase may stand behind any prompt: one word, or two characters, that name no allowance."""
    allowance = re.search(r"quota|balance|cube|credit|gpu|额|余|包|魔粒|免费", rest)
    cjk = sum(map(_is_cjk, rest))
    words = sum(not _is_cjk(word[0]) for word in re.findall(r"\w+", rest))
    return cjk + 2 * words <= 2 and not allowance


def _is_quoted(echo: range, text: str) -> bool:
    """Whether an echo stands behind a quotation mark; or behind a colon, and the text does not go on with a word."""
    before = text[: echo.start].rstrip()[-1:]
    return before in QUOTES or (before in OPENING and not re.match(GOES_ON, text[echo.stop :]))


def _spellings(text: str) -> Iterator[str]:
    """A caller's text as written, and as a provider's software may have read it before it repeats it."""
    yield text
    for decode in (html.unescape, unquote_plus, unescaped):
        yield decode(text)
    yield html.unescape(unescaped(unquote_plus(text)))


def _is_echo(places: list[int], first: int, last: int, text: str) -> bool:
    """Whether a shared run is long enough: one common word, such as "building", is in many prompts."""
    words = _word_ends(places, first, last, text)
    run = text[places[first] : places[last] + 1]
    if not words:
        return _weight(letters(run)) >= LONG_RUN
    begins = places[first] == 0 or _is_boundary(text, places[first])
    whole = letters(run) if begins else letters(text[words[0] : places[last] + 1])
    return _weight(whole) >= RUN


def _word_ends(places: list[int], first: int, last: int, text: str) -> list[int]:
    """Where words begin within a run, but for its start."""
    return [place for place in places[first + 1 : last + 1] if _is_boundary(text, place)]


def _is_boundary(text: str, place: int) -> bool:
    """Whether a word begins at this place."""
    return _is_cjk(text[place]) or not text[place - 1].isalnum() or _is_cjk(text[place - 1])


def _is_cjk(character: str) -> bool:
    return character > "\u2e7f"


def _weight(text: str) -> int:
    return sum(2 if _is_cjk(character) else 1 for character in text)
