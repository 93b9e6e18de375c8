"""Source pictures: which bytes are accepted, and where they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel.errors import CallerError, InternalError, InvalidParams
from easel.store import source_images
from tests.harness.source_pictures import PICTURE, in_format

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud


def test_formats_that_providers_accept_are_accepted() -> None:
    for data in (PICTURE, in_format("JPEG"), in_format("WEBP"), in_format("JPEG") + b"a film"):
        assert source_images.validated(data).data == data


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "must be a picture in PNG, JPEG, WebP; the bytes are no picture"),
        (b"<svg xmlns='x'></svg>", "the bytes are an SVG picture"),
        (in_format("AVIF"), "the bytes are AVIF picture"),
        (PICTURE[:-30], "the PNG is broken or truncated; send it again"),
        (PICTURE[:60] + b"?" + PICTURE[61:], "the PNG is broken: its checksums are wrong; send it again"),
        (PICTURE[:16] + bytes(8) + PICTURE[24:], "the PNG is broken"),
        (PICTURE[:16] + b"\0\1\0\0" * 2 + PICTURE[24:], "it has 65536 x 65536"),
        (bytes(source_images.MAX_BYTES + 1), "must have at most 10 MB; make it smaller"),
    ],
)
def test_an_invalid_source_picture_error_has_its_reason(data: bytes, text: str) -> None:
    with pytest.raises(CallerError) as caught:
        source_images.validated(data)
    code = "PAYLOAD_TOO_LARGE" if len(data) > source_images.MAX_BYTES else "INVALID_PARAMS"
    assert (caught.value.code, caught.value.field) == (code, "image")
    assert text in caught.value.message


def test_a_picture_is_stored_once_under_its_digest(cloud: Cloud) -> None:
    picture = source_images.validated(PICTURE)
    for _ in range(2):
        source_images.store({picture.key: PICTURE})
    assert cloud.stored() == [picture.key]
    assert source_images.load(picture.key) == picture


@pytest.mark.usefixtures("cloud")
def test_an_expired_picture_must_be_sent_again() -> None:
    with pytest.raises(InvalidParams, match="after a day; send it again"):
        source_images.load("sources/gone.png")


def test_a_failing_bucket_is_an_internal_error(cloud: Cloud) -> None:
    key = source_images.validated(PICTURE).key
    with (
        cloud.refusing("s3.PutObject", "AccessDenied", 403),
        pytest.raises(InternalError, match="nothing was generated"),
    ):
        source_images.store({key: PICTURE})
    with cloud.refusing("s3.GetObject", "InternalError", 500), pytest.raises(InternalError, match="could not read"):
        source_images.load(key)
