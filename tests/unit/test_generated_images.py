"""An adapter's picture is fetched, validated and stored, with warnings for the caller."""

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
from tests.unit.test_generation import png

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


DATA_LINK = f"data:image/png;base64,{base64.urlsafe_b64encode(png()).decode().rstrip('=')}"


def keep(**fields: Any) -> tuple[Result, tuple[str, ...]]:
    """Store a picture of a job that has a warning. Return the result and all warnings."""
    picture = GeneratedImage(**{"origin": ORIGIN, "data": png(), **fields})
    job = jobs.new(REQUEST, ("a warning",))
    return generated_images.fetch_and_store(job, picture, TOKEN, Http("gitee"), Deadline(HANGS_SECONDS), time.time())


def test_a_picture_is_stored_with_the_requests_seed(cloud: Cloud) -> None:
    result, warnings = keep()
    assert (result.format, result.width, result.height, result.seed, result.url) == ("PNG", 64, 48, 42, "")
    assert cloud.object(result.key)["Body"] == png()
    assert warnings == ("a warning",)


def test_the_providers_seed_and_warnings_are_kept() -> None:
    result, warnings = keep(seed=7, data=png(32, 32), warnings=("the size is the Space's own", f"used {TOKEN}"))
    assert result.seed == 7
    assert warnings[:2] == ("a warning", "the size is the Space's own")
    assert warnings[-1] == "the picture is 32 x 32 pixels; 64 x 48 was requested"
    assert TOKEN not in str(warnings)
    with pytest.raises(ProviderError, match="not a picture"):
        keep(data=b"<html>")


@pytest.mark.usefixtures("marking")
def test_without_the_bucket_the_link_is_kept_with_a_warning(cloud: Cloud) -> None:
    with cloud.refusing("s3.PutObject", "AccessDenied", 403):
        result, warnings = keep(url=URL)
    assert (result.key, result.url, result.is_marked) == ("", URL, False)
    assert "will expire" in warnings[-1]


@pytest.mark.parametrize("url", [None, f"{URL}?key={TOKEN}", DATA_LINK], ids=["none", "with the token", "data"])
def test_without_bucket_and_link_storing_is_an_error(url: str | None, cloud: Cloud) -> None:
    with cloud.refusing("s3.PutObject", "AccessDenied", 403), pytest.raises(InternalError, match="not be stored"):
        keep(url=url, data=None if url == DATA_LINK else png())


def test_a_picture_in_a_data_link_is_stored_unchanged(cloud: Cloud) -> None:
    result, _ = keep(data=None, url=DATA_LINK)
    assert cloud.object(result.key)["Body"] == png()
    assert result.url == ""


@pytest.fixture
def marking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MARKS", "metadata")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("marking")
def test_a_marked_picture_is_stored_and_recovered_as_marked(cloud: Cloud) -> None:
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
