"""Image formats: no input makes the parser of a file raise."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from easel.common import image_formats


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).save(buffer, kind)
    return buffer.getvalue()


PICTURES = {
    kind.name: picture({"WebP": "WEBP", "HEIC": "AVIF"}.get(kind.name, kind.name)) for kind in image_formats.FORMATS
}
PICTURES["HEIC"] = PICTURES["AVIF"][:4] + PICTURES["AVIF"][4:64].replace(b"avif", b"heic") + PICTURES["AVIF"][64:]


@pytest.mark.parametrize("kind", image_formats.FORMATS, ids=lambda kind: kind.name)
def test_a_file_has_one_format_and_ends_with_its_last_byte(kind: image_formats.Format) -> None:
    data = PICTURES[kind.name]
    assert [each for each in image_formats.FORMATS if each.begins(data)] == [kind]
    assert image_formats.detect(data) is kind
    assert kind.end(data) == len(data)
    assert image_formats.read_size(data) == (64, 48)
    assert image_formats.unsupported_name(data) is None


@given(data=st.data(), name=st.sampled_from(sorted(PICTURES)))
@settings(max_examples=100, deadline=None)
def test_a_damaged_file_is_parsed_without_an_error(data: st.DataObject, name: str) -> None:
    file = bytearray(PICTURES[name])
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, min(len(file) - 1, 300)))
        file[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=8))
    damaged = bytes(file[: data.draw(st.integers(0, len(file)))])
    kind = image_formats.detect(damaged)
    image_formats.unsupported_name(damaged)
    if kind:
        width, height = image_formats.read_size(damaged)
        assert isinstance(image_formats.is_whole(damaged, kind), bool)
        assert isinstance(image_formats.has_trailing_data(damaged, kind), bool)
        assert (width, height) == (-1, -1) or isinstance(width, int)


@given(start=st.sampled_from([file[:64] for file in PICTURES.values()]), rest=st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_random_bytes_after_a_valid_start_raise_nothing(start: bytes, rest: bytes) -> None:
    if kind := image_formats.detect(start + rest):
        image_formats.read_size(start + rest)
        image_formats.is_whole(start + rest, kind)
        image_formats.has_trailing_data(start + rest, kind)
