"""Hugging Face Spaces: the arguments that are sent, and how outputs are read."""

from __future__ import annotations

import random
from typing import Any

import pytest
from gradio_client.utils import ProgressUnit, Status, StatusUpdate  # type: ignore[import-untyped]

from easel import catalog
from easel.catalog import Space
from easel.errors import InvalidParams, NoPicture
from easel.providers.adapter import Adapter
from easel.store.records import GenerationRequest, Progress
from huggingface import (
    HuggingFace,
    address_of,
    arguments_of,
    nearest_ratio,
    read_output,
    read_seed,
    source_of,
    spaces_of,
    warnings_of,
)
from space_progress import read_status

SPACE = "https://mrfakename-z-image-turbo.hf.space"
FILE = {
    "path": "/tmp/gradio/0a/image.webp",
    "url": f"{SPACE}/--replicas/x1/gradio_api/file=/tmp/gradio/0a/image.webp",
    "size": None,
    "orig_name": "image.webp",
    "mime_type": None,
    "is_stream": False,
    "meta": {"_type": "gradio.FileData"},
}
HUGGINGFACE = catalog.provider("huggingface")
JOB_ID = "019a2b3c4d5e" + "0123456789abcdef01234567"

adapter: Adapter = HuggingFace()


def request(model: str, **fields: Any) -> GenerationRequest:
    given = {"prompt": "a cat", "width": 1024, "height": 768, "steps": 8, "seed": 7, **fields}
    return GenerationRequest(provider="huggingface", model=model, **given)


def upscale(url: str, scale: int = 4) -> GenerationRequest:
    return GenerationRequest(provider="huggingface", model=catalog.UPSCALER, source_url=url, scale=scale)


def sent(model: str, place: int = 0, **fields: Any) -> dict[str, Any]:
    """Return the arguments for a model's first Space, or for the Space at the given index in the catalog."""
    asked = request(model, **fields)
    return arguments_of(spaces_of(asked)[place], asked)


NAMED = {"prompt": "a cat", "seed": 7}
SIZED = {**NAMED, "width": 1024, "height": 768, "num_inference_steps": 8, "randomize_seed": False}
ARGUMENTS = {
    ("z-image-turbo", 0): SIZED,
    ("z-image-turbo", 1): NAMED
    | {"resolution": "1152x864 ( 4:3 )", "steps": 8, "shift": 3.0, "random_seed": False, "gallery_images": []},
    ("qwen-image-fast", 0): NAMED
    | {"randomize_seed": False, "aspect_ratio": "4:3", "guidance_scale": 1.0, "num_inference_steps": 8},
    ("ovis-image", 0): NAMED | {"img_height": 768, "img_width": 1024, "steps": 8, "guidance_scale": 5.0},
    ("flux-1-schnell", 0): SIZED,
}


@pytest.mark.parametrize(("model", "place"), ARGUMENTS)
def test_each_space_gets_the_arguments_of_its_endpoint(model: str, place: int) -> None:
    assert sent(model, place) == ARGUMENTS[model, place]


def test_every_space_in_the_catalog_has_known_arguments() -> None:
    for model in HUGGINGFACE.models:
        for place in range(len(model.spaces)):
            arguments = sent(model.id, place)
            assert "a cat" in arguments.values()
            assert None not in arguments.values()


def test_only_a_complete_argument_in_braces_is_replaced() -> None:
    arguments = {"a": 0.5, "b": "no {seed} here", "c": "{seed}", "d": None, "e": "{prompt}"}
    space = Space(url=SPACE, endpoint="/x", arguments=arguments)
    sent = arguments_of(space, request("z-image-turbo", prompt="{seed}"))
    assert sent == {"a": 0.5, "b": "no {seed} here", "c": 7, "d": None, "e": "{seed}"}


def test_the_upscaler_gets_the_picture_and_the_factor() -> None:
    asked, image = upscale("https://x.test/1.png", scale=3), {"path": "https://x.test/1.png"}
    arguments = arguments_of(spaces_of(asked)[0], asked, image)
    assert (arguments["img"], arguments["outscale"]) == (image, 3)


@pytest.mark.parametrize(("steps", "spaces"), [(16, 2), (17, 1)])
def test_a_space_with_too_few_steps_is_skipped(steps: int, spaces: int) -> None:
    assert len(spaces_of(request("flux-1-schnell", steps=steps))) == spaces


def test_a_setting_moves_a_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_SPACE_URLS", '{"upscaler": "http://127.0.0.1:7860/", "ovis-image": "https://x.hf.space"}')
    asked = (upscale("https://x.test/1.png"), request("ovis-image"), request("z-image-turbo"))
    assert [spaces_of(each)[0].url for each in asked] == ["http://127.0.0.1:7860", "https://x.hf.space", SPACE]


def test_a_warning_names_the_second_space_that_generated() -> None:
    first, second = spaces_of(request("z-image-turbo"))
    refused, drew = "the Space mrfakename-z-image-turbo.hf.space", "another Space tongyi-mai-z-image-turbo.hf.space"
    late = "did not accept this call or a recent one;"
    assert warnings_of(first, first) == ()
    assert warnings_of(second, first) == (f"{refused} {late} {drew} generated the picture",)
    first, second = (first.model_copy(update={"url": f"http://127.0.0.1:{number}"}) for number in range(2))
    assert warnings_of(second, first) == (f"the Space {late} another Space generated the picture",)


def test_a_space_that_ignores_the_seed_adds_a_warning() -> None:
    warnings = {model.id: warnings_of(model.spaces[0], model.spaces[0]) for model in HUGGINGFACE.models}
    assert [model for model in warnings if warnings[model]] == ["ovis-image"]
    assert "cannot be reproduced" in warnings["ovis-image"][0]


def test_callers_do_not_see_the_password_of_a_spaces_url() -> None:
    assert address_of("https://user:secret@x.hf.space/space") == "https://x.hf.space/space"


RATIOS = {
    (512, 512): "1:1", (1100, 1000): "1:1", (1920, 1080): "16:9", (1080, 1920): "9:16", (1024, 768): "4:3",
    (768, 1024): "3:4", (1500, 1000): "3:2", (1000, 1500): "2:3", (2048, 256): "16:9", (256, 2048): "9:16",
}  # fmt: skip


def test_a_size_is_sent_as_the_nearest_ratio() -> None:
    assert {size: sent("qwen-image-fast", width=size[0], height=size[1])["aspect_ratio"] for size in RATIOS} == RATIOS


def test_swapped_sizes_get_swapped_ratios() -> None:
    ratios, chance = spaces_of(request("qwen-image-fast"))[0].ratios, random.Random(1)
    for _ in range(100):
        width, height = chance.randint(256, 2048), chance.randint(256, 2048)
        one, other = nearest_ratio(ratios, width, height), nearest_ratio(ratios, height, width)
        assert one
        assert other == ":".join(reversed(one.split(":")))


@pytest.mark.parametrize(
    ("value", "seed"),
    [
        (7, 7),
        (7.0, 7),
        (0, 0),
        (4294967295, 4294967295),
        ("Seed used for generation: 42", 42),
        ("Seed used for generation: 4294967295", 4294967295),
        *((value, None) for value in ("no number", "9" * 5000, 7.5, True, float("nan"), float("inf"), None, [7])),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_seed_is_read_from_a_number_or_a_text(value: Any, seed: int | None) -> None:
    assert read_seed(value) == seed


@pytest.mark.parametrize(
    ("output", "seed"),
    [
        (FILE, None),
        ((FILE, 7), 7),
        ((FILE, "Seed used for generation: 7"), 7),
        ((FILE, None), None),
        *(((None, FILE, 7), 7), ((7, FILE), 7), (("seed 7", [FILE]), 7), (({"url": "x"}, {}, FILE, 7), 7)),
        ([FILE, FILE], None),
        ([{"image": FILE, "caption": None}, {"image": FILE, "caption": "b"}], None),
        ([[FILE, "a caption"]], None),
        ({"__type__": "update", "value": FILE}, None),
        (({"__type__": "update", "visible": True, "value": [{"image": FILE, "caption": None}]}, 7), 7),
    ],
    ids=str,
)
def test_a_picture_is_read_from_any_shape_of_output(output: Any, seed: int | None) -> None:
    picture = read_output(output, SPACE, None)
    assert (picture.url, picture.seed, picture.origin, picture.headers) == (FILE["url"], seed, SPACE, {})


@pytest.mark.parametrize("link", ["HTTPS://X.hf.space/1.webp", "http://x.hf.space/1.webp", "data:image/png;base64,iV"])
def test_a_link_is_known_by_its_scheme_in_any_case(link: str) -> None:
    assert read_output({**FILE, "url": link}, SPACE, None).url == link


@pytest.mark.parametrize("text", ["data:image/png;base64,iVBORw0KGgo", "iVBORw0KGgo="])
def test_an_old_space_returns_the_picture_itself(text: str) -> None:
    for output in (text, (text, 7), [text]):
        assert read_output(output, SPACE, None).url == text


def test_a_file_without_a_link_is_fetched_by_its_path() -> None:
    picture = read_output({**FILE, "url": None, "path": "/tmp/a b/%2e.webp"}, SPACE, None)
    assert picture.url == f"{SPACE}/gradio_api/file=/tmp/a%20b/%252e.webp"


def test_the_picture_is_fetched_with_the_hidden_token() -> None:
    picture = read_output(FILE, SPACE, "hf_secret")
    assert picture.headers == {"x-hf-authorization": "Bearer hf_secret"}
    assert "hf_secret" not in repr(picture)


@pytest.mark.parametrize(
    "output",
    [
        *(None, (), [], (None, 7), "a text", 7, {}, float("nan"), object()),
        *({"url": "file:///etc/passwd"}, {"url": 7, "path": None}, {"url": "http://[::1"}),
        {"url": "javascript:1", "path": ""},
    ],
    ids=lambda output: type(output).__name__,
)
def test_an_output_without_a_picture_is_not_retried(output: Any) -> None:
    with pytest.raises(NoPicture, match="returned no picture") as caught:
        read_output(output, SPACE, None)
    assert caught.value.upstream == ("a text" if output == "a text" else None)
    assert (caught.value.max_attempts, caught.value.drawn) == (1, True)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        (f"https://api.example/api/images/{JOB_ID}.webp", True),
        (f"http://127.0.0.1:8080/api/images/{JOB_ID}.webp", True),
        (f"https://x.execute-api.test/stage/api/images/{JOB_ID}.webp", True),
        ("https://api.example/api/images/short.webp", False),
        (f"https://api.example/api/images/{JOB_ID}.svg", False),
        (f"https://api.example/api/images/{JOB_ID}.webp/more", False),
        (f"https://api.example/api/images/../{JOB_ID}.webp", False),
        (f"https://api.example/?x=/api/images/{JOB_ID}.webp", False),
        (f"https://api.example/api/images/{JOB_ID.upper()}.webp", False),
    ],
)
def test_a_link_to_easels_own_picture_is_known_by_its_path(url: str, own: bool) -> None:
    assert upscale(url).source_pictures == ([f"{JOB_ID}.webp"] if own else [])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/cat.png", "http://169.254.169.254/latest/", "http://LOCALHOST/a"])
def test_a_link_to_a_private_address_is_never_requested(url: str) -> None:
    """`test_public_urls.py` covers every spelling of a private address."""
    with pytest.raises(InvalidParams) as caught, source_of(upscale(url)):
        pass
    assert caught.value.field == "url"


def test_a_public_link_is_passed_on_as_a_file() -> None:
    with source_of(upscale("https://8.8.8.8/a.png")) as image:
        assert image == {"path": "https://8.8.8.8/a.png", "meta": {"_type": "gradio.FileData"}}


def status(code: Status = Status.IN_QUEUE, bars: list[ProgressUnit] | None = None, **fields: Any) -> StatusUpdate:
    blank = {"rank": None, "queue_size": None, "eta": None, "success": None, "time": None}
    return StatusUpdate(code=code, **{**blank, **fields, "progress_data": bars})


def bar(index: Any = None, length: Any = None, progress: Any = None) -> ProgressUnit:
    return ProgressUnit(index=index, length=length, unit="steps", progress=progress, desc=None)


@pytest.mark.parametrize(
    ("update", "progress"),
    [
        (status(rank=0, eta=3.14159), Progress(queue_position=1, eta_seconds=3.1)),
        (status(rank=4), Progress(queue_position=5)),
        (status(rank=-1, eta=-1), Progress()),
        (status(rank="x", eta=float("nan")), Progress()),
        (status(Status.PROCESSING), Progress()),
        (status(Status.FINISHED, rank=0), Progress()),
        (status(bars=[bar(1, 4)]), Progress(percent=25)),
        (status(bars=[bar(progress=0.5)]), Progress(percent=50)),
        (status(bars=[bar(1, 2), bar(2, 4)]), Progress(percent=75)),
        (status(bars=[bar(9, 4)]), Progress(percent=100)),
        (status(bars=[bar(3, 0)]), Progress()),
        (status(bars=[bar("x", "y")]), Progress()),
        (status(bars=[]), Progress()),
    ],
)
def test_a_status_is_read_as_progress(update: StatusUpdate, progress: Progress) -> None:
    assert read_status(update) == progress
