"""An adapter's picture: fetched, checked and stored, with warnings for the caller."""

from __future__ import annotations

import base64
import io
import time
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from easel.common.deadline import Deadline
from easel.errors import InternalError, ProviderError
from easel.providers import generated_images
from easel.providers.adapter import GeneratedImage
from easel.providers.http import Http
from easel.settings import settings
from easel.store import images, jobs
from easel.store.records import GenerationRequest, Result
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.cloud import Cloud

TOKEN = "gitee-token-for-tests"
ORIGIN = "http://127.0.0.1:1"
URL = f"{ORIGIN}/cat.png"
REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9, seed=42
)

pytestmark = pytest.mark.usefixtures("cloud")


def png(width: int = 64, height: int = 48) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


def keep(**fields: Any) -> tuple[Result, tuple[str, ...]]:
    """The result and the warnings of a picture, whose job has a warning already."""
    picture = GeneratedImage(**{"origin": ORIGIN, "data": png(), **fields})
    job = jobs.new(REQUEST, ("a warning",))
    return generated_images.fetch_and_store(job, picture, TOKEN, Http("gitee"), Deadline(HANGS_SECONDS), time.time())


def test_a_picture_is_stored_with_the_requests_seed(cloud: Cloud) -> None:
    result, warnings = keep()
    assert (result.format, result.width, result.height, result.seed, result.url) == ("PNG", 64, 48, 42, "")
    assert cloud.object(result.key)["Body"] == png()
    assert warnings == ("a warning",)


def test_the_providers_seed_and_warnings_are_kept() -> None:
    result, warnings = keep(seed=7, warnings=("the size is the Space's own",))
    assert result.seed == 7
    assert warnings == ("a warning", "the size is the Space's own")


def test_another_size_than_requested_is_a_warning() -> None:
    _, warnings = keep(data=png(32, 32))
    assert warnings[-1] == "the picture is 32 x 32 pixels; 64 x 48 was asked for"


def test_the_token_is_cut_out_of_the_providers_warnings() -> None:
    _, warnings = keep(warnings=(f"used {TOKEN}",))
    assert TOKEN not in str(warnings)


def test_a_refusing_bucket_leaves_the_link_and_a_warning(cloud: Cloud) -> None:
    with cloud.refusing("s3.PutObject", "AccessDenied", 403):
        result, warnings = keep(url=URL)
    assert (result.key, result.url) == ("", URL)
    assert "will expire" in warnings[-1]


@pytest.mark.parametrize("url", [None, f"{URL}?key={TOKEN}"], ids=["no link", "a link with the token"])
def test_a_refusing_bucket_without_a_link_is_an_error(url: str | None, cloud: Cloud) -> None:
    with cloud.refusing("s3.PutObject", "AccessDenied", 403), pytest.raises(InternalError, match="not be stored"):
        keep(url=url)


def test_bytes_that_are_no_picture_are_the_providers_fault() -> None:
    with pytest.raises(ProviderError, match="not a picture"):
        keep(data=b"<html>")


@pytest.mark.parametrize("field", ["url", "data"])
def test_a_picture_in_a_link_is_stored_as_it_came(field: str, cloud: Cloud) -> None:
    encoded = base64.urlsafe_b64encode(png()).decode().rstrip("=")
    given = {"data": png()} if field == "data" else {"data": None, "url": f"data:image/png;base64,{encoded}"}
    result, _ = keep(**given)
    assert cloud.object(result.key)["Body"] == png()
    assert result.url == ""


def test_a_picture_in_a_link_is_no_link_for_the_caller(cloud: Cloud) -> None:
    url = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    with cloud.refusing("s3.PutObject", "AccessDenied", 403), pytest.raises(InternalError, match="could not be stored"):
        keep(data=None, url=url)


@pytest.fixture
def marking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MARKS", "metadata")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("marking")
def test_a_marked_picture_is_stored_and_recovered_as_such(cloud: Cloud) -> None:
    picture, job = GeneratedImage(origin=ORIGIN, data=png()), jobs.new(REQUEST)
    arguments = (job, picture, TOKEN, Http("gitee"), Deadline(HANGS_SECONDS), time.time())
    result, warnings = generated_images.fetch_and_store(*arguments)
    stored = cloud.object(result.key)["Body"]
    assert (result.is_marked, result.unmarked, warnings, result.size) == (True, "", (), len(stored))
    assert job.id.encode() in stored
    assert Image.open(io.BytesIO(stored)).tobytes() == Image.open(io.BytesIO(png())).tobytes()
    recovered = images.stored_result(job)
    assert recovered
    assert (recovered.is_marked, recovered.size) == (True, len(stored))


@pytest.mark.usefixtures("marking")
def test_a_picture_that_cannot_be_marked_has_a_warning(cloud: Cloud) -> None:
    buffer = io.BytesIO()
    Image.new("P", (64, 48)).save(buffer, "GIF")
    result, warnings = keep(data=buffer.getvalue())
    assert (result.is_marked, cloud.object(result.key)["Body"]) == (False, buffer.getvalue())
    assert warnings[-1] == f"the picture has no marks: {result.unmarked}"


@pytest.mark.usefixtures("marking")
def test_a_picture_that_is_only_linked_to_has_no_marks(cloud: Cloud) -> None:
    with cloud.refusing("s3.PutObject", "AccessDenied", 403):
        result, _ = keep(url=URL)
    assert not result.is_marked
