"""What is sent to a Space, and what is read from its answer."""

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


def sent(model: str, place: int = 0, **fields: Any) -> dict[str, Any]:
    """The arguments for a model's first Space, or for the one at another place of the catalog's list."""
    asked = request(model, **fields)
    return arguments_of(spaces_of(asked)[place], asked)


def test_each_space_gets_the_arguments_that_its_endpoint_names() -> None:
    assert sent("z-image-turbo") == {
        "prompt": "a cat",
        "height": 768,
        "width": 1024,
        "num_inference_steps": 8,
        "seed": 7,
        "randomize_seed": False,
    }
    assert sent("qwen-image-fast") == {
        "prompt": "a cat",
        "seed": 7,
        "randomize_seed": False,
        "aspect_ratio": "4:3",
        "guidance_scale": 1.0,
        "num_inference_steps": 8,
    }
    assert sent("ovis-image") == {
        "prompt": "a cat",
        "img_height": 768,
        "img_width": 1024,
        "seed": 7,
        "steps": 8,
        "guidance_scale": 5.0,
    }
    assert sent("flux-1-schnell") == {
        "prompt": "a cat",
        "seed": 7,
        "randomize_seed": False,
        "width": 1024,
        "height": 768,
        "num_inference_steps": 8,
    }


def test_every_space_in_the_catalog_has_known_arguments() -> None:
    for model in HUGGINGFACE.models:
        for place in range(len(model.spaces)):
            arguments = sent(model.id, place)
            assert "a cat" in arguments.values()
            assert None not in arguments.values()


def test_a_second_space_gets_arguments_of_its_own() -> None:
    assert sent("z-image-turbo", 1) == {
        "prompt": "a cat",
        "resolution": "1152x864 ( 4:3 )",
        "seed": 7,
        "steps": 8,
        "shift": 3.0,
        "random_seed": False,
        "gallery_images": [],
    }


@pytest.mark.parametrize(("steps", "spaces"), [(16, 2), (17, 1)])
def test_a_space_that_takes_fewer_steps_is_left_out(steps: int, spaces: int) -> None:
    assert len(spaces_of(request("flux-1-schnell", steps=steps))) == spaces


def test_a_warning_names_the_second_space_that_drew() -> None:
    first, second = spaces_of(request("z-image-turbo"))
    assert warnings_of(first, first) == ()
    (warning,) = warnings_of(second, first)
    assert warning == (
        "the Space mrfakename-z-image-turbo.hf.space did not take the call, or one shortly before; "
        "another Space tongyi-mai-z-image-turbo.hf.space drew the picture"
    )


def test_a_warning_names_no_private_address() -> None:
    first, second = (
        space.model_copy(update={"url": f"http://127.0.0.1:{number}"})
        for number, space in enumerate(spaces_of(request("z-image-turbo"))[:2])
    )
    assert warnings_of(second, first) == (
        "the Space did not take the call, or one shortly before; another Space drew the picture",
    )


def test_callers_do_not_see_the_password_of_a_spaces_url() -> None:
    assert address_of("https://user:secret@x.hf.space/space") == "https://x.hf.space/space"


def test_the_upscaler_gets_the_picture_and_the_factor() -> None:
    asked = GenerationRequest(provider="huggingface", model="upscaler", source_url="https://x.test/1.png", scale=3)
    image = {"path": "https://x.test/1.png"}
    arguments = arguments_of(spaces_of(asked)[0], asked, image)
    assert arguments["img"] == image
    assert arguments["outscale"] == 3


def test_a_prompt_that_looks_like_a_field_stays_a_prompt() -> None:
    assert sent("z-image-turbo", prompt="{seed}")["prompt"] == "{seed}"


def test_a_space_that_moved_is_found_by_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_SPACE_URLS", '{"upscaler": "http://127.0.0.1:7860/", "ovis-image": "https://x.hf.space"}')
    upscale = GenerationRequest(provider="huggingface", model="upscaler", source_url="https://x.test/1.png", scale=2)
    assert spaces_of(upscale)[0].url == "http://127.0.0.1:7860"
    assert spaces_of(request("ovis-image"))[0].url == "https://x.hf.space"
    assert spaces_of(request("z-image-turbo"))[0].url == SPACE


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [
        (1024, 1024, "1:1"),
        (512, 512, "1:1"),
        (1920, 1080, "16:9"),
        (1080, 1920, "9:16"),
        (1024, 768, "4:3"),
        (768, 1024, "3:4"),
        (1500, 1000, "3:2"),
        (1000, 1500, "2:3"),
        (2048, 256, "16:9"),
        (256, 2048, "9:16"),
        (1100, 1000, "1:1"),
    ],
)
def test_a_size_is_sent_as_the_nearest_ratio(width: int, height: int, ratio: str) -> None:
    assert sent("qwen-image-fast", width=width, height=height)["aspect_ratio"] == ratio


def test_turned_sizes_get_turned_ratios() -> None:
    space = spaces_of(request("qwen-image-fast"))[0]
    chance = random.Random(1)
    for _ in range(500):
        width, height = chance.randint(256, 2048), chance.randint(256, 2048)
        one, other = nearest_ratio(space.ratios, width, height), nearest_ratio(space.ratios, height, width)
        assert one
        assert other == ":".join(reversed(one.split(":")))


@pytest.mark.parametrize(
    ("value", "seed"),
    [
        (7, 7),
        (7.0, 7),
        (0, 0),
        ("7", 7),
        ("Seed used for generation: 42", 42),
        ("The seed used for generation was 2147483647", 2147483647),
        (4294967295, 4294967295),
        ("Seed used for generation: 4294967295", 4294967295),
        ("no number", None),
        ("9" * 5000, None),
        (7.5, None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        (None, None),
        ([7], None),
    ],
)
def test_a_seed_is_read_from_a_number_or_a_text(value: Any, seed: int | None) -> None:
    assert read_seed(value) == seed


@pytest.mark.parametrize(
    ("output", "seed"), [(FILE, None), ((FILE, 7), 7), ((FILE, "Seed used for generation: 7"), 7), ((FILE, None), None)]
)
def test_a_picture_is_read_from_one_output_or_several(output: Any, seed: int | None) -> None:
    picture = read_output(output, SPACE, None)
    assert picture.url == FILE["url"]
    assert picture.seed == seed
    assert picture.origin == SPACE
    assert picture.headers == {}


@pytest.mark.parametrize(
    "shown",
    [
        [FILE, FILE],
        [{"image": FILE, "caption": None}, {"image": FILE, "caption": "b"}],
        [[FILE, "a caption"]],
        {"__type__": "update", "value": FILE},
        {"__type__": "update", "visible": True, "value": [{"image": FILE, "caption": None}]},
    ],
    ids=str,
)
def test_a_gallery_a_list_and_an_update_are_read(shown: Any) -> None:
    picture = read_output((shown, 7), SPACE, None)
    assert (picture.url, picture.seed) == (FILE["url"], 7)
    assert read_output(shown, SPACE, None).url == FILE["url"]


def test_a_space_that_ignores_the_seed_adds_a_warning() -> None:
    told = {model.id: warnings_of(model.spaces[0], model.spaces[0]) for model in HUGGINGFACE.models}
    assert [model for model, warnings in told.items() if warnings] == ["ovis-image"]
    assert "cannot be repeated" in told["ovis-image"][0]


@pytest.mark.parametrize("link", ["HTTPS://X.hf.space/1.webp", "http://x.hf.space/1.webp"])
def test_a_link_is_known_by_its_scheme_in_any_case(link: str) -> None:
    assert read_output({**FILE, "url": link}, SPACE, None).url == link


@pytest.mark.parametrize("text", ["data:image/png;base64,iVBORw0KGgo", "iVBORw0KGgo="])
def test_an_old_space_answers_with_the_picture_itself(text: str) -> None:
    for output in (text, (text, 7), [text], {"url": text} if text.startswith("data:") else text):
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
        None,
        (),
        [],
        (None, 7),
        "a text",
        7,
        {},
        {"url": "file:///etc/passwd"},
        {"url": 7, "path": None},
        {"url": "http://[::1"},
        {"url": "javascript:1", "path": ""},
        float("nan"),
        object(),
    ],
)
def test_an_output_without_a_picture_is_drawn_once(output: Any) -> None:
    with pytest.raises(NoPicture) as caught:
        read_output(output, SPACE, None)
    assert "returned no picture" in caught.value.message
    assert caught.value.upstream == ("a text" if output == "a text" else None)
    assert (caught.value.tries, caught.value.drawn) == (1, True)


@pytest.mark.parametrize(
    "output", [(None, FILE, 7), (7, FILE), ("a text, seed 7", [FILE]), ({"url": "x"}, {}, FILE, 7)]
)
def test_a_picture_is_read_from_a_later_output(output: Any) -> None:
    picture = read_output(output, SPACE, None)
    assert (picture.url, picture.seed) == (FILE["url"], 7)


def enlarged(url: str) -> GenerationRequest:
    return GenerationRequest(provider="huggingface", model=catalog.UPSCALER, source_url=url, scale=4)


@pytest.mark.parametrize("host", ["https://api.example", "http://127.0.0.1:8080", "https://x.execute-api.test/stage"])
def test_a_link_to_a_picture_of_our_own_is_known_by_its_path(host: str) -> None:
    assert enlarged(f"{host}/api/images/{JOB_ID}.webp").source_pictures == [f"{JOB_ID}.webp"]


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example/api/images/short.webp",
        f"https://api.example/api/images/{JOB_ID}.svg",
        f"https://api.example/api/images/{JOB_ID}.webp/more",
        f"https://api.example/api/images/../{JOB_ID}.webp",
        f"https://api.example/?x=/api/images/{JOB_ID}.webp",
        f"https://api.example/api/images/{JOB_ID.upper()}.webp",
        "https://api.example/cat.png",
    ],
)
def test_any_other_link_is_not_ours(url: str) -> None:
    assert enlarged(url).source_pictures == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/cat.png",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/cat.png",
        "http://10.1.2.3/cat.png",
        "http://LOCALHOST/cat.png",
        "http://app.localhost/cat.png",
        "HTTP://localhost./cat.png",
        "http://127.1/cat.png",
        "http://0x7f000001/cat.png",
        "http://2130706433/cat.png",
        "http://127.0.0.1./cat.png",
    ],
)
def test_a_link_to_a_private_address_is_never_requested(url: str) -> None:
    asked = GenerationRequest(provider="huggingface", model="upscaler", source_url=url, scale=2)
    with pytest.raises(InvalidParams) as caught, source_of(asked):
        pass
    assert caught.value.field == "url"


def test_a_public_link_is_passed_on_as_a_file() -> None:
    asked = GenerationRequest(provider="huggingface", model="upscaler", source_url="https://8.8.8.8/a.png", scale=2)
    with source_of(asked) as image:
        assert image == {"path": "https://8.8.8.8/a.png", "meta": {"_type": "gradio.FileData"}}


def status(code: Status, **fields: Any) -> StatusUpdate:
    blank = {"rank": None, "queue_size": None, "eta": None, "success": None, "time": None, "progress_data": None}
    return StatusUpdate(code=code, **{**blank, **fields})


def unit(index: Any = None, length: Any = None, progress: Any = None) -> ProgressUnit:
    return ProgressUnit(index=index, length=length, unit="steps", progress=progress, desc=None)


@pytest.mark.parametrize(
    ("update", "progress"),
    [
        (status(Status.STARTING), Progress()),
        (status(Status.IN_QUEUE, rank=0, eta=3.14159), Progress(queue_position=1, eta_seconds=3.1)),
        (status(Status.IN_QUEUE, rank=4), Progress(queue_position=5)),
        (status(Status.IN_QUEUE, rank=-1, eta=-1), Progress()),
        (status(Status.IN_QUEUE, rank="x", eta=float("nan")), Progress()),
        (status(Status.PROCESSING), Progress()),
        (status(Status.FINISHED, rank=0), Progress()),
        (status(Status.PROGRESS, progress_data=[unit(1, 4)]), Progress(percent=25)),
        (status(Status.PROGRESS, progress_data=[unit(progress=0.5)]), Progress(percent=50)),
        (status(Status.PROGRESS, progress_data=[unit(1, 2), unit(2, 4)]), Progress(percent=75)),
        (status(Status.PROGRESS, progress_data=[unit(9, 4)]), Progress(percent=100)),
        (status(Status.PROGRESS, progress_data=[unit(3, 0)]), Progress()),
        (status(Status.PROGRESS, progress_data=[unit("x", "y")]), Progress()),
        (status(Status.PROGRESS, progress_data=[]), Progress()),
    ],
)
def test_a_status_is_read_as_progress(update: StatusUpdate, progress: Progress) -> None:
    assert read_status(update) == progress


def test_a_constant_in_the_catalog_passes_as_it_is() -> None:
    space = Space(url=SPACE, endpoint="/x", arguments={"a": 0.5, "b": "no {seed} here", "c": "{seed}", "d": None})
    assert arguments_of(space, request("z-image-turbo")) == {"a": 0.5, "b": "no {seed} here", "c": 7, "d": None}
