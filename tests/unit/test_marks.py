"""Marks: two programs can read them in a marked picture, and the rest of the provider's file is unchanged."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pyexiv2  # type: ignore[import-untyped]
import pytest
from PIL import Image, ImageSequence

from easel.common import image_formats
from easel.providers import marks, xmp_containers
from easel.settings import settings
from easel.store import images
from easel.store.records import GenerationRequest, Job
from tests.harness.picture_shapes import (
    PRODUCER,
    SHAPES,
    XMP,
    animated,
    drawn,
    jpeg_with,
    png_chunk,
    png_with,
    webp_chunk,
    webp_with,
    xmp_chunk,
)

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a secret cat", width=64, height=48, steps=9, seed=42
)
JOB = Job(id="01a2f3c4d5e6f708192a3b4c5d6e7f80ab12", request=REQUEST, created=0, deadline=1)
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
PAIR = {"ContentPropagator": "a team", "PropagateID": JOB.id}


@pytest.fixture(autouse=True)
def propagator(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MARKS", "metadata")
    monkeypatch.setenv("MARKS_PROPAGATOR", "a team")
    settings.cache_clear()
    yield
    settings.cache_clear()


class Marked(NamedTuple):
    data: bytes
    reason: str


def mark(data: bytes, request: GenerationRequest = REQUEST) -> Marked:
    marked = marks.marked(data, images.inspect(data, "gitee"), JOB.replace(request=request), 42)
    return Marked(marked.data[:], marked.reason)


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    image = pyexiv2.ImageData(data)
    try:
        yield image
    finally:
        image.close()


def exiv2(data: bytes) -> dict[str, str]:
    """Return what exiv2 reads, with the prefixes that it knows or has seen."""
    with opened(data) as image:
        return dict(image.read_xmp())


def pillow(data: bytes) -> str:
    image = Image.open(io.BytesIO(data))
    packet = image.info["xmp"]
    return packet.decode() if isinstance(packet, bytes) else packet


def frames(data: bytes) -> list[tuple[str, tuple[int, int], bytes]]:
    image = Image.open(io.BytesIO(data))
    return [(frame.mode, frame.size, frame.tobytes()) for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("shape", SHAPES)
def test_two_programs_read_the_marks_of_every_shape(shape: str) -> None:
    plain = SHAPES[shape]
    data, reason = mark(plain)
    assert reason == ""
    read = exiv2(data)
    assert read["Xmp.iptcExt.DigitalSourceType"] == f"{SOURCE_TYPES}trainedAlgorithmicMedia"
    assert read["Xmp.iptcExt.AISystemUsed"] == "Z-Image Turbo (Gitee AI)"
    facts = {name.rpartition(".")[2]: value for name, value in read.items() if ".easel." in name}
    sides = dict(zip(("Width", "Height"), map(str, Image.open(io.BytesIO(plain)).size), strict=True))
    model = {"Provider": "gitee", "Model": "z-image-turbo"}
    assert facts == {**model, "Job": JOB.id, "Steps": "9", "Seed": "42", **sides}
    assert json.loads(aigc_of(data)).items() >= {"Label": "1", **PAIR}.items()
    packet = pillow(data)
    assert f"{SOURCE_TYPES}trainedAlgorithmicMedia" in packet
    assert JOB.id in packet
    assert "secret" not in packet


@pytest.mark.parametrize("shape", SHAPES)
def test_pixels_and_the_providers_metadata_stay(shape: str) -> None:
    plain = SHAPES[shape]
    data, _ = mark(plain)
    assert frames(data) == frames(plain)
    images.inspect(data, "gitee")
    kind = image_formats.detect(data)
    assert kind
    container = xmp_containers.CONTAINERS[kind.name]
    kept = [bytes(part.body) for part in container.parts(memoryview(plain)) if not is_changed(part, container)]
    assert [bytes(part.body) for part in container.parts(memoryview(data)) if not is_changed(part, container)] == kept
    with opened(data) as image, opened(plain) as before:
        assert image.read_exif() == before.read_exif()
        assert image.read_comment() == before.read_comment()


def is_changed(part: xmp_containers.Part, container: xmp_containers.Container) -> bool:
    return part.kind == b"VP8X" or container.packet(part) is not None


@pytest.mark.parametrize("shape", [name for name in SHAPES if "xmp" in name])
def test_a_providers_packet_is_kept_byte_for_byte(shape: str) -> None:
    data, _ = mark(SHAPES[shape])
    start, end = XMP.split(b"</rdf:RDF>")
    assert start in data
    assert end in data
    assert exiv2(data)["Xmp.dc.format"] == "image/x-test"
    assert data.count(b"<x:xmpmeta") == 1


def aigc_of(data: bytes) -> str:
    return next(value for name, value in exiv2(data).items() if name.endswith(".AIGC"))


@pytest.mark.parametrize("shape", [name for name in SHAPES if "aigc" in name])
def test_the_producers_fields_are_kept_and_ours_added(shape: str) -> None:
    text = aigc_of(mark(SHAPES[shape]).data)
    assert text.startswith(PRODUCER)
    assert json.loads(text) == {**json.loads(PRODUCER + "}"), **PAIR}


def test_a_complete_or_broken_mark_is_kept() -> None:
    for present in ('{"Label":"1","ContentPropagator":"another","PropagateID":""}', "no JSON", "[1]", "[" * 100_000):
        assert marks.aigc(present, "1", "Gitee AI", JOB.id) is None


@pytest.mark.parametrize(
    "present",
    ["{}", '{"Label":"1", "PropagateID" : null }', '{"ContentPropagator":"","x":"\\"ContentPropagator\\":\\"\\""}'],
)
def test_our_fields_are_added_to_any_form_of_a_mark(present: str) -> None:
    text = marks.aigc(present, "1", "Gitee AI", JOB.id)
    assert text
    assert json.loads(text) == {**json.loads(present), **PAIR}


def test_easels_own_mark_has_all_fields_of_the_standard() -> None:
    reserved = {"ReservedCode1": "", "ReservedCode2": ""}
    produced = {"Label": "1", "ContentProducer": "Gitee AI", "ProduceID": JOB.id, **reserved, **PAIR}
    assert json.loads(aigc_of(mark(drawn("PNG")).data)) == produced


def test_the_providers_source_type_is_kept() -> None:
    typed = (
        b"<rdf:Description rdf:about='' xmlns:i='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'>"
        b"<i:DigitalSourceType>a provider's own</i:DigitalSourceType></rdf:Description></rdf:RDF>"
    )
    data, _ = mark(drawn("JPEG", xmp=XMP.replace(b"</rdf:RDF>", typed)))
    assert exiv2(data)["Xmp.iptcExt.DigitalSourceType"] == "a provider's own"


def test_marks_of_another_easel_job_are_replaced() -> None:
    again = marks.marked(mark(drawn("PNG")).data, images.ImageInfo("PNG", 16, 12), JOB.replace(id="b" * 36), 7)
    read = exiv2(again.data[:])
    assert (read["Xmp.easel.Job"], read["Xmp.easel.Seed"]) == ("b" * 36, "7")


OWN = "https://easel.test/api/images/01a2f3c4d5e6f708192a3b4c5d6e7f80ab12.png"


@pytest.mark.parametrize(
    ("fields", "term", "label"),
    [
        ({"images": ("sources/1.png",)}, "compositeWithTrainedAlgorithmicMedia", "1"),
        ({"scale": 4, "source_url": "https://example.com/photo.png"}, "algorithmicallyEnhanced", "2"),
        ({"scale": 4, "source_url": OWN}, "trainedAlgorithmicMedia", "1"),
    ],
    ids=["edited", "a photo upscaled", "a picture of Easel's upscaled"],
)
def test_edited_and_upscaled_pictures_are_marked_as_such(fields: dict[str, Any], term: str, label: str) -> None:
    read = exiv2(mark(drawn("PNG"), REQUEST.replace(**fields)).data)
    assert read["Xmp.iptcExt.DigitalSourceType"] == SOURCE_TYPES + term
    assert json.loads(read["Xmp.TC260.AIGC"])["Label"] == label
    assert read.get("Xmp.easel.Scale") == (str(fields["scale"]) if "scale" in fields else None)


LONG = XMP.replace(b"a cat", b"a" * 65_000)
UNMARKED = {
    "png-c2pa": (png_with(png_chunk(b"caBX", b"a manifest")), "C2PA"),
    "jpeg-c2pa": (jpeg_with(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x20jumb\0\0\0\x1ejumdc2pa\0\x11\0\x10c2pa\0"), "C2PA"),
    "webp-c2pa": (webp_with(webp_chunk(b"C2PA", b"a manifest")), "C2PA"),
    "not well-formed": (png_with(xmp_chunk(XMP[:-60])), "not well-formed"),
    "utf-16": (png_with(xmp_chunk(XMP.decode().encode("utf-16"))), "not well-formed"),
    "a DTD": (png_with(xmp_chunk(b'<!DOCTYPE x [<!ENTITY a "aa">]>' + XMP[56:])), "DTD"),
    "no RDF": (png_with(xmp_chunk(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")), "no rdf:RDF"),
    "two packets": (png_with(xmp_chunk(XMP), xmp_chunk(XMP)), "several"),
    "an ImageMagick profile": (png_with(png_chunk(b"tEXt", b"Raw profile type xmp\0\n")), "ImageMagick"),
    "a bomb": (png_with(xmp_chunk(XMP + b" " * 2_000_000, compressed=True)), "too large"),
    "broken compression": (
        png_with(png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0no zlib")),
        "cannot be decompressed",
    ),
    "no room": (jpeg_with(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + LONG), "too large for a JPEG"),
    "many parts": (png_with(png_chunk(b"eaSl", b"") * 21_000), "too many"),
    "gif": (drawn("GIF", "P"), "GIF"),
    "gif-animated": (animated("GIF"), "GIF"),
    "avif": (drawn("AVIF", speed=10), "AVIF"),
    "bmp": (drawn("BMP"), "BMP"),
}


@pytest.mark.parametrize("name", UNMARKED)
def test_a_picture_that_cannot_be_marked_is_unchanged(name: str, caplog: pytest.LogCaptureFixture) -> None:
    plain, reason = UNMARKED[name]
    with caplog.at_level("WARNING"):
        data, said = mark(plain)
    assert data is plain
    assert reason in said
    assert "picture not marked" in caplog.text


def test_no_fault_of_marking_loses_a_picture(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(xmp_containers, "rewritten", lambda *_: 1 / 0)
    plain = drawn("PNG")
    assert mark(plain) == (plain, "Easel failed to write the mark")
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("shape", [name for name, data in SHAPES.items() if len(data) < 5000])
def test_a_damaged_file_never_makes_marking_fail(shape: str) -> None:
    chance, plain = random.Random(7), SHAPES[shape]
    info = images.inspect(plain, "gitee")
    for _ in range(10):
        damaged = bytearray(plain)
        for _ in range(3):
            damaged[chance.randrange(12, len(damaged))] = chance.randrange(256)
        data, reason = marks.marked(bytes(damaged), info, JOB, 42)
        assert (data[:] == damaged) == bool(reason)
