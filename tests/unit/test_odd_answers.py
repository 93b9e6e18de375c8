"""Odd values next to a valid picture: odd metadata is dropped, an odd picture is a provider's error."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from gradio_client.utils import ProgressUnit, Status, StatusUpdate  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

import gitee
import modelscope
from easel import catalog
from easel.common.deadline import Deadline
from easel.errors import UpstreamError
from easel.providers import downloads
from easel.providers.adapter import Run
from easel.providers.http import Http, Reply, parsed
from easel.store.records import GenerationRequest
from huggingface import INVALID_SEED, read_output
from space_progress import read_status

BASE = "https://provider.test/v1"
REQUEST = GenerationRequest(provider="modelscope", model="Tongyi-MAI/Z-Image-Turbo", prompt="a cat")
LINK = "https://gitee-ai.su.bcebos.com/cat.png"
DATA = b"\x89PNG\r\n\x1a\n" + bytes(60)

ODD_NUMBERS = st.sampled_from(
    ["1" * 400, "-" + "9" * 400, "1" * 5000, "1e400", "-1e999", "NaN", "Infinity", "1." + "3" * 500, "1e-400", "0.0"]
)
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=30)
ODD_TEXTS = ANY_TEXT.map(json.dumps) | st.sampled_from(
    ['"\\ud800"', '"\\udfff x"', '"\\u0000"', '"\\ud83d\\ude00"', f'"{"x" * 5000}"', '"a\\nb"', '""']
)
ODD = st.recursive(
    ODD_NUMBERS | ODD_TEXTS | st.sampled_from(["null", "true", "false", "7", "[]", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")
        | st.dictionaries(ODD_TEXTS, inner, max_size=3).map(
            lambda items: "{" + ",".join(f"{key}:{value}" for key, value in items.items()) + "}"
        )
    ),
    max_leaves=6,
)
"""JSON with numbers and texts that the standard allows and nobody expects."""
ODD_VALUES = ODD.map(lambda text: json.loads(text, strict=False) if len(text) < 4000 else text)
NAMES = ("created", "usage", "time_taken", "request_id", "model", "seed", "error", "errors", "outputs")
BESIDE = st.dictionaries(st.sampled_from(NAMES), ODD, max_size=5)
examples = settings(max_examples=50, deadline=None)


def answer(provider: str, beside: dict[str, str], **fields: Any) -> Reply:
    parts = [f'"{name}":{value}' for name, value in beside.items()]
    parts += [f"{json.dumps(name)}:{json.dumps(value)}" for name, value in fields.items()]
    return Reply(provider, 200, {}, ("{" + ",".join(parts) + "}").encode("utf-8", "surrogatepass"))


@given(ODD)
@examples
def test_parsed_json_can_be_stored_and_sent(text: str) -> None:
    try:
        value = parsed(text.encode("utf-8", "surrogatepass"))
    except ValueError:  # a name or a text that is not UTF-8
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@given(BESIDE)
@examples
def test_a_picture_is_kept_with_any_odd_metadata(beside: dict[str, str]) -> None:
    inline = [{"b64_json": base64.b64encode(DATA).decode()}]
    assert gitee.read_picture(answer("gitee", beside, data=inline), BASE).data == DATA
    assert gitee.read_picture(answer("gitee", beside, data=[{"url": LINK}]), BASE).url == LINK
    reply = answer("modelscope", beside, task_status="SUCCEED", output_images=[LINK])
    assert modelscope.picture_url(reply) == LINK
    modelscope.span(1.0, 2.0, modelscope.seconds_taken(reply))


@given(st.lists(ODD_VALUES, max_size=4))
@examples
def test_a_spaces_picture_is_kept_with_any_odd_metadata(beside: list[Any]) -> None:
    picture = read_output(({"path": "/tmp/1.webp", "url": LINK}, *beside), BASE, None)
    assert picture.url == LINK
    assert picture.seed is None or abs(picture.seed) <= 10**18
    assert all(isinstance(warning, str) for warning in picture.warnings)


@pytest.mark.parametrize(
    "seed", [10**400, -(10**400), float("inf"), float("nan"), 1e300], ids=lambda seed: str(seed)[:5]
)
def test_an_odd_seed_is_dropped_with_a_warning(seed: float) -> None:
    picture = read_output(({"url": LINK}, seed), BASE, None)
    assert (picture.seed, picture.warnings) == (None, (INVALID_SEED,))
    assert read_output(({"url": LINK}, 7), BASE, None).warnings == ()


@given(ODD_VALUES)
@examples
def test_an_odd_output_is_a_picture_or_a_provider_error(output: Any) -> None:
    for shape in (output, {"url": output}, {"path": output}, [output, output], {"image": {"path": output}}):
        try:
            picture = read_output(shape, BASE, None)
        except UpstreamError:
            continue
        assert (picture.url or "").encode()


HUGE = 10**400
NUMBERS = st.one_of(st.none(), st.floats(), st.integers(), st.sampled_from([HUGE, -HUGE, True, "7", [], 0, 0.0]))


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_odd_progress_does_not_end_the_job(rank: Any, eta: Any, index: Any, length: Any, share: Any) -> None:
    unit = ProgressUnit(index=index, length=length, unit="steps", progress=share, desc=None)
    status = StatusUpdate(
        code=Status.IN_QUEUE, rank=rank, queue_size=1, eta=eta, success=None, time=None, progress_data=[unit], log=None
    )
    progress = read_status(status)
    assert progress.percent is None or 0 <= progress.percent <= 100
    assert len(str(progress.queue_position)) < 20


@pytest.mark.parametrize(
    "task", ['"\\ud800"', "1" * 400, '"' + "x" * 100_000 + '"', '"a/../b?c#d"', '"\\u0000"', "1e400", '"%"']
)
def test_an_odd_task_id_is_a_provider_error(task: str) -> None:
    reply = Reply("modelscope", 200, {}, f'{{"task_id": {task}}}'.encode())
    adapter = modelscope.ModelScope(BASE, Http("modelscope"))
    with pytest.raises(UpstreamError):
        adapter._poll(modelscope.task_id(reply), None, Run(Deadline(0.0)), REQUEST)


LINKS = st.one_of(
    ANY_TEXT,
    ANY_TEXT.map(lambda text: f"https://gitee-ai.su.bcebos.com/{text}"),
    ANY_TEXT.map(lambda text: f"https://{text}.bcebos.com/x.png"),
    st.sampled_from(
        [
            *("https://x.bcebos.com:99999/", "https://[::1", "http://x.bcebos.com:0/", "https://", "//x", "data:"),
            f"https://{'a' * 70}.bcebos.com/",
        ]
    ),
)


@given(LINKS)
@examples
def test_an_odd_link_is_a_provider_error(link: str) -> None:
    with pytest.raises(UpstreamError):
        downloads.fetch(link, catalog.provider("gitee"), (BASE,), Http("gitee"), Deadline(0.0), {})
