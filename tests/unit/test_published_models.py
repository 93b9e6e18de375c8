"""Providers' published models are compared with the catalog, with emulated lists and descriptions of Spaces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2
import pytest

import published_models
from easel import catalog
from easel.catalog import Provider, Space
from easel.common.deadline import Deadline
from easel.errors import ProviderUnreachable
from easel.errors.base import RETRY_ADVICE
from easel.providers.http import Http
from published_models import CheckResult
from tests.emulators import gitee, modelscope
from tests.emulators.server import Server
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from tests.harness.clock import Clock

Z_IMAGE = "Tongyi-MAI/Z-Image-Turbo"
HUGGINGFACE = catalog.provider("huggingface")


@pytest.fixture
def emulator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return the state of the emulator of the module that the test names."""
    module = request.param
    app = module.app(0)
    server = Server(app)
    provider = catalog.provider(module.__name__.rpartition(".")[2])
    monkeypatch.setenv(provider.url_setting, server.url + urlsplit(provider.base_url).path)
    yield app.state
    server.close()


def compared(provider: Provider) -> dict[str, tuple[str, str]]:
    with closing(Http(provider.id)) as http:
        comparisons = [comparison for _, comparison in published_models.comparisons(provider, http)]
        rows = [row for comparison in comparisons for row in comparison(Deadline(HANGS_SECONDS))]
    return {row.model: (row.finding, row.detail) for row in rows}


def with_price(provider_id: str, price: float) -> Provider:
    """Return the provider with a recorded price of its first model."""
    provider = catalog.provider(provider_id)
    first, *others = provider.models
    return provider.model_copy(update={"models": (first.model_copy(update={"price": price}), *others)})


@pytest.mark.parametrize("emulator", [gitee], indirect=True)
def test_gitees_list_is_compared_by_id_operation_and_price(emulator: Any) -> None:
    provider = with_price("gitee", 0.01)
    editing = [model.id for model in provider.models if model.edits]
    assert {finding for finding, _ in compared(provider).values()} == {"ok"}
    listed = emulator.published
    del listed["Qwen-Image"]
    listed["FLUX.1-Krea-dev"] = {**listed.pop("FLUX_1-Krea-dev"), "id": "FLUX.1-Krea-dev"}
    listed["flux-1-schnell"]["operations"][0]["path"] = "v1/async/images/generations-2"
    listed["z-image-turbo"]["operations"][0]["price"] = "0.1000"
    assert compared(provider) == {
        "z-image-turbo": ("price", "0.1 CNY per 次; the catalog records 0.01"),
        "Qwen-Image": ("gone", "not in the list of models"),
        "flux-1-schnell": ("arguments", "has no images/generations; it has v1/async/images/generations-2"),
        "FLUX_1-Krea-dev": ("renamed", "now listed as FLUX.1-Krea-dev"),
        **dict.fromkeys(["FLUX.1-dev", *editing], ("ok", "0.01 CNY per 次; the catalog records no price")),
    }


@pytest.mark.parametrize("emulator", [modelscope], indirect=True)
def test_modelscopes_services_are_compared_model_by_model(emulator: Any) -> None:
    provider = catalog.provider("modelscope")
    assert compared(provider)[Z_IMAGE] == ("ok", "1 magicubes")
    first, second, third, fourth, *editing = (model.id for model in provider.models)
    emulator.costs |= {first: 2, second: None}
    del emulator.costs[third]
    assert compared(provider) == {
        first: ("price", "2 magicubes; the catalog records 1"),
        second: ("gone", "no service offers it for calls"),
        third: ("gone", "ModelScope does not know it, or its list failed (HTTP 500)"),
        fourth: ("ok", "1 magicubes; the catalog records no price"),
        editing[0]: ("ok", "1 magicubes; the catalog records no price"),
        editing[1]: ("ok", "2 magicubes"),
    }


def test_modelscopes_list_is_at_the_website_of_its_api() -> None:
    assert published_models.website("https://api-inference.modelscope.ai/v1") == "https://modelscope.ai"
    assert published_models.website("http://127.0.0.1:9000/v1") == "http://127.0.0.1:9000"


SPACE = Space(
    url="https://x.hf.space",
    endpoint="/draw",
    arguments={"prompt": "{prompt}", "size": "{ratio}", "seed": "{seed}"},
    ratios={"1:1": (1024, 1024), "16:9": (1024, 576)},
)
SIZES = {"enum": ["1:1", "16:9", "4:3"]}


def parameter(name: str, default: bool = True, **facts: Any) -> dict[str, Any]:
    return {"parameter_name": name, "parameter_has_default": default, **facts}


PARAMETERS = [parameter("prompt", default=False), parameter("size", type=SIZES), parameter("seed")]


def described(**endpoints: list[dict[str, Any]]) -> dict[str, Any]:
    named = {f"/{name}": {"parameters": parameters, "returns": []} for name, parameters in endpoints.items()}
    return {"named_endpoints": named, "unnamed_endpoints": {}}


def space(answer: Callable[[httpx2.Request], httpx2.Response], *entries: Space) -> CheckResult:
    http = Http("huggingface", httpx2.MockTransport(answer))
    return published_models.space(HUGGINGFACE, "oil", entries or (SPACE,), http, Deadline(60))


@pytest.mark.parametrize(
    ("description", "finding", "detail"),
    [
        (described(draw=PARAMETERS), "ok", "/draw(prompt, size, seed)"),
        (described(draw_1=PARAMETERS), "ok", "/draw_1(prompt, size, seed)"),
        (described(draw=[*PARAMETERS, parameter("style")]), "ok", "/draw(prompt, size, seed)"),
        (described(paint=PARAMETERS), "renamed", "/draw is now /paint; Easel finds it by its arguments"),
        (described(draw=PARAMETERS[:2]), "arguments", "/draw no longer takes seed"),
        (described(draw=[*PARAMETERS, parameter("style", default=False)]), "arguments", "/draw needs style"),
        (
            described(draw=[PARAMETERS[0], parameter("size", type={"enum": ["1:1"]}), parameter("number")]),
            "arguments",
            "/draw no longer takes seed; size no longer takes 16:9",
        ),
        (described(reset=[]), "arguments", "has no /draw(prompt, size, seed); it has /reset()"),
        (described(), "arguments", "has no /draw(prompt, size, seed); it has none"),
    ],
)
def test_a_space_is_compared_by_endpoint_and_arguments(description: dict[str, Any], finding: str, detail: str) -> None:
    row = space(lambda _: httpx2.Response(200, json=description))
    assert row == CheckResult("huggingface", "oil", finding, f"x.hf.space: {detail}")


@pytest.mark.parametrize("status", [401, 404, 410, 302])
def test_a_space_that_moved_is_reported_as_gone(status: int) -> None:
    assert space(lambda _: httpx2.Response(status)).finding == "gone"


def test_one_of_a_spaces_entries_has_to_match() -> None:
    other = SPACE.model_copy(update={"endpoint": "/other", "arguments": {"text": "{prompt}"}})
    assert space(lambda _: httpx2.Response(200, json=described(draw=PARAMETERS)), other, SPACE).finding == "ok"


def test_a_sleeping_space_gets_time_to_wake(clock: Clock) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        awake = published_models.WAKE_PAUSES[0] in clock.slept
        return httpx2.Response(200, json=described(draw=PARAMETERS)) if awake else httpx2.Response(503)

    assert space(answer).finding == "ok"
    assert published_models.WAKE_PAUSES[1] not in clock.slept


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (httpx2.Response(503, text="<h1>This Space is paused</h1>"), "HTTP 503: This Space is paused"),
        (
            httpx2.Response(200, text="<html>"),
            f"HuggingFace answered HTTP 200 with a body that is not JSON; {RETRY_ADVICE}",
        ),
        (httpx2.Response(200, json=[]), "its response is not a JSON object"),
        (httpx2.Response(200, json={}), "named_endpoints is not a JSON object"),
        (
            httpx2.Response(200, json=described(paint=[{"parameter_name": ["odd"]}])),
            "its list cannot be read (TypeError)",
        ),
    ],
)
def test_a_space_that_cannot_be_read_is_unreachable(answer: httpx2.Response, detail: str, clock: Clock) -> None:
    assert space(lambda _: answer) == CheckResult("huggingface", "oil", "unreachable", f"x.hf.space: {detail}")


def test_an_unreadable_list_is_unreachable() -> None:
    error = ProviderUnreachable("Gitee AI hung up", provider="gitee")
    assert published_models.unreachable(catalog.provider("gitee"), ["a", "b"], error) == [
        CheckResult("gitee", "a", "unreachable", "Gitee AI hung up"),
        CheckResult("gitee", "b", "unreachable", "Gitee AI hung up"),
    ]


def test_every_space_of_the_catalog_is_compared() -> None:
    models = [model for models, _ in published_models.comparisons(HUGGINGFACE, Http("huggingface")) for model in models]
    spaces = {model.id: len(model.spaces) for model in HUGGINGFACE.models} | {catalog.UPSCALER: 1}
    assert {model: models.count(model) for model in models} == spaces
