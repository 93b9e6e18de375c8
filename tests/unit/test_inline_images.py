"""Inline pictures in an answer: every spelling of base64 gives the same bytes."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easel.common import contents
from easel.errors import ProviderError
from easel.providers import inline_images

if TYPE_CHECKING:
    from collections.abc import Callable

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2
PLAIN = base64.b64encode(PNG).decode()
LINES = base64.encodebytes(PNG).decode()
SAFE = base64.urlsafe_b64encode(PNG).decode()
FORMS = {
    "plain": PLAIN,
    "lines": LINES,
    "windows-lines": LINES.replace("\n", "\r\n"),
    "url-safe": SAFE,
    "unpadded": PLAIN.rstrip("="),
    "url-safe-unpadded": SAFE.rstrip("="),
    "data": f"data:image/png;base64,{PLAIN}",
    "data-lines": f"data:image/png;base64,\n{LINES}",
    "data-upper-case": f"DATA:IMAGE/PNG;BASE64,{PLAIN}",
    "data-parameters": f"data:image/png;charset=utf-8;base64,{PLAIN}",
    "data-without-type": f"data:;base64,{PLAIN}",
    "data-url-safe": f"data:image/png;base64,{SAFE.rstrip('=')}",
    "data-escaped": f"data:image/png;base64,{quote(PLAIN, safe='')}",
    "data-percent": f"data:image/png,{quote(PNG)}",
    "spaces-around": f"  {PLAIN}\n",
    "data-spaces-around": f" data:image/png;base64,{PLAIN} ",
}


def escaped_by_gson(text: str) -> str:
    return json.dumps(text).replace("=", "\\u003d").replace("/", "\\/")


@pytest.mark.parametrize("form", FORMS)
def test_every_spelling_gives_the_same_bytes(form: str) -> None:
    assert inline_images.is_inline(FORMS[form])
    assert inline_images.decode(FORMS[form], "gitee") == PNG


@pytest.mark.parametrize("text", ["https://gitee-ai.su.bcebos.com/x.png", "", "a cat", "data", "AAAA" * 50, "/file=x"])
def test_a_link_is_not_a_picture(text: str) -> None:
    assert not inline_images.is_inline(text)


@pytest.mark.parametrize(
    "text", ["%%%", "AAAAA", "AB=C", f"{PLAIN}!", "data:image/png;base64", "data:image/png;base64,%%", "=", "\ud800"]
)
def test_broken_base64_is_the_providers_error(text: str) -> None:
    with pytest.raises(ProviderError, match="base64 is broken"):
        inline_images.decode(text, "gitee")


@given(st.text(alphabet="ABab01+/-_=%,;: \n\ud800data", max_size=60))
def test_no_text_raises_another_error(text: str) -> None:
    inline_images.is_inline(text)
    with suppress(ProviderError):
        assert inline_images.decode(text, "gitee")


LARGE_FORMS = {name: form for name, form in FORMS.items() if "escaped" not in name and "percent" not in name}


@pytest.mark.parametrize("form", LARGE_FORMS)
@pytest.mark.parametrize("piece", [7, 64, 10_000])
@pytest.mark.parametrize("escape", [json.dumps, escaped_by_gson], ids=["json", "gson"])
def test_an_inline_picture_is_read_in_pieces(
    form: str, piece: int, escape: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "PIECE_BYTES", piece)
    answer = f'{{"created": 7, "data": [{{"b64_json": {escape(LARGE_FORMS[form].strip())}, "seed": 1}}]}}'.encode()
    assert inline_images.in_answer(answer, "gitee") == PNG


@pytest.mark.parametrize("fields", ['"url": "data:image/png;base64,{}"', '"output_images": ["{}"]', '"b64_json":"{}"'])
def test_a_picture_is_found_by_the_name_of_its_field(fields: str) -> None:
    assert inline_images.in_answer(f"{{{fields.format(PLAIN)}}}".encode(), "gitee") == PNG


@pytest.mark.parametrize(
    "answer",
    [
        '{"url": "https://x.example/y.png"}',
        '{"b64_json": ""}',
        '{"b64_json": null}',
        '{"output_images": ["https://x"]}',
    ],
)
def test_an_answer_without_a_picture_has_none(answer: str) -> None:
    assert inline_images.in_answer(answer.encode(), "gitee") is None


@pytest.mark.parametrize(
    "text", [PLAIN[:-8] + "====", PLAIN[:40] + "==" + PLAIN[40:], PLAIN[:50] + "!" + PLAIN[50:], "AAAAA"]
)
@pytest.mark.parametrize("piece", [16, 10_000])
@pytest.mark.parametrize("end", ['"}', ""], ids=["whole", "cut"])
def test_broken_base64_in_an_answer_is_the_providers_error(
    text: str, piece: int, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "PIECE_BYTES", piece)
    with pytest.raises(ProviderError, match="base64 is broken"):
        inline_images.in_answer(f'{{"b64_json": "{text}{end}'.encode(), "gitee")
