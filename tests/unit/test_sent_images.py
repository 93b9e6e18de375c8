"""The source pictures of a call: valid values, models that accept them, and what the job's record stores."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from easel import catalog
from easel.batch import manifest
from easel.errors import CallerError
from easel.front_door import v1_format
from easel.front_door.validation import validate
from easel.store import source_images
from easel.store.records import ValidatedRequest
from tests.harness.source_pictures import DATA_LINK, PICTURE, in_format

GITEE = catalog.provider("gitee")
LINK = "https://example.com/cat.png"
KEY = source_images.validated(PICTURE).key
OWN = f"http://127.0.0.1:8080/api/images/{'0' * 44}.png"


def edited(image: Any, model: str = "qwen-image-2.0", **fields: Any) -> ValidatedRequest:
    return validate({"prompt": "with a hat", "model": model, "image": image, **fields}, GITEE)


@pytest.mark.parametrize(
    ("image", "addresses"),
    [
        (LINK, (LINK,)),
        (f"  {LINK} ", (LINK,)),
        (OWN, (OWN,)),
        (DATA_LINK, (KEY,)),
        (DATA_LINK.partition(",")[2], (KEY,)),
        (base64.urlsafe_b64encode(PICTURE).decode().rstrip("="), (KEY,)),
        ([LINK, DATA_LINK, DATA_LINK], (LINK, KEY, KEY)),
        ([], ()),
        (None, ()),
    ],
)
def test_links_are_kept_and_pictures_become_keys(image: Any, addresses: tuple[str, ...]) -> None:
    valid = edited(image)
    assert valid.request.images == addresses
    assert valid.images == ({KEY: PICTURE} if KEY in addresses else {})


def test_the_record_and_its_repr_contain_no_picture() -> None:
    valid = edited(DATA_LINK)
    encoded = DATA_LINK[50:90]
    assert encoded not in str(valid.request.to_json())
    assert encoded not in repr(valid)
    assert str(PICTURE)[20:40] not in repr(valid)


@pytest.mark.parametrize(
    ("image", "model", "text"),
    [
        (LINK, "z-image-turbo", "z-image-turbo of Gitee AI does not accept source pictures; these models do: gitee/"),
        (None, "Qwen-Image-Edit", "required; Qwen-Image-Edit of Gitee AI only edits pictures, and cannot generate one"),
        ([LINK] * 2, "Qwen-Image-Edit", "Qwen-Image-Edit of Gitee AI accepts at most 1; got 2"),
        ("http://127.0.0.1/cat.png", "qwen-image-2.0", "must be an http(s) link to a picture at a public address"),
        ("https://example.com/" + "a" * 2048, "qwen-image-2.0", "got a text of 2068 characters"),
        ("", "qwen-image-2.0", 'got ""'),
        ("a cat!", "qwen-image-2.0", 'got "a cat!"'),
        (7, "qwen-image-2.0", "got 7"),
        ([7], "qwen-image-2.0", "got [7]"),
        ("data:image/png;base64,%%%", "qwen-image-2.0", "must be an http(s) link"),
        ("data:text/plain,hello", "qwen-image-2.0", "the bytes are no picture"),
        (base64.b64encode(in_format("AVIF")).decode(), "qwen-image-2.0", "the bytes are AVIF picture"),
    ],
)
def test_an_invalid_source_is_refused_by_name(image: Any, model: str, text: str) -> None:
    with pytest.raises(CallerError) as caught:
        edited(image, model)
    assert (caught.value.code, caught.value.field) == ("INVALID_PARAMS", "image")
    assert text in caught.value.message


def test_a_call_without_a_size_leaves_it_to_the_model() -> None:
    sizes: list[dict[str, Any]] = [{}, {"size": "auto"}, {"size": "1024x768"}, {"width": 512}]
    requests = [edited(LINK, **size).request for size in sizes]
    assert [(each.width, each.height) for each in requests] == [(0, 0), (0, 0), (1024, 768), (512, 1024)]
    assert edited(None).request.width == 1024


def test_a_line_of_a_batch_accepts_only_links() -> None:
    line = {"prompt": "with a hat", "model": "gitee/qwen-image-2.0"}
    assert manifest.validate({**line, "image": LINK})[0].request.images == (LINK,)
    assert v1_format.validate({**line, "image": LINK})[0].request.images == (LINK,)
    for read in (manifest.validate, v1_format.validate):
        with pytest.raises(CallerError, match="must be a link in a line of a batch"):
            read({**line, "image": DATA_LINK})
