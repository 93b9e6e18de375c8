"""Pictures in an answer itself: every spelling of base64 gives the same bytes."""

from __future__ import annotations

import base64
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easel.errors import ProviderError
from easel.providers import inline_images

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
def test_no_text_raises_anything_else(text: str) -> None:
    inline_images.is_inline(text)
    with suppress(ProviderError):
        assert inline_images.decode(text, "gitee")
