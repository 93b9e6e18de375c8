"""The catalog: how it is read, and how its models and providers are looked up.

test_documents.py compares its facts with docs/models.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from easel import catalog
from easel.catalog import Sides, lookup
from easel.errors import InvalidModel, InvalidProvider, NotFound


def test_a_family_has_at_most_one_model_per_provider() -> None:
    families: dict[str, list[str]] = defaultdict(list)
    for provider in catalog.providers().values():
        for model in provider.models:
            families[model.family].append(provider.id)
    assert families["z-image-turbo"] == ["gitee", "huggingface", "modelscope"]
    assert families["flux-1-schnell"] == ["gitee", "huggingface"]
    assert families["flux-1-krea"] == ["gitee", "modelscope"]
    assert all(len(set(members)) == len(members) for members in families.values())


@pytest.mark.parametrize("model", ["flux", "x" * 10_000], ids=["short", "long"])
def test_an_error_for_an_unknown_model_lists_the_providers(model: str) -> None:
    with pytest.raises(InvalidModel) as caught:
        catalog.provider("gitee").model(model)
    assert caught.value.field == "model"
    assert all(each.id in caught.value.message for each in catalog.provider("gitee").models)
    assert "ovis-image" not in caught.value.message
    assert len(caught.value.message) < 400
    assert catalog.provider("gitee").model(None).id == "z-image-turbo"  # the first one is the default


@pytest.mark.parametrize(
    ("look_up", "error"), [(catalog.provider, InvalidProvider), (catalog.described_provider, NotFound)]
)
def test_an_error_for_an_unknown_provider_lists_them(look_up: Callable[[str], object], error: type[Exception]) -> None:
    with pytest.raises(error, match="gitee, huggingface, modelscope"):
        look_up("openai")


def test_features_have_the_names_of_the_interface() -> None:
    gitee = catalog.provider("gitee")
    assert gitee.model("flux-1-schnell").features() == {
        "negativePrompt": False,
        "steps": {"min": 1, "max": 50, "default": 8},
        "guidanceScale": {"min": 0, "max": 50, "default": 7.5},
        "seed": True,
        "edits": False,
    }
    assert gitee.model("Qwen-Image").features() == {
        "negativePrompt": True,
        "steps": {"min": 4, "max": 50, "default": 20},
        "seed": True,
        "edits": False,
    }
    edits = gitee.model("Qwen-Image-Edit").features()
    assert (edits["edits"], edits["needsImage"], edits["maxImages"]) == (True, True, 1)
    assert not catalog.provider("huggingface").model("ovis-image").features()["seed"]  # its Space ignores it


CATALOG = """
[painter]
name = "Painter"
auth_header = "X-Painter"
auth_required = true
image_format = "PNG"
token_url = "https://painter.test"
url_setting = "PAINTER_URL"
concurrency = 2
quota_utc_offset = 8
image_hosts = [".painter.test"]

[[painter.models]]
id = "oil"
name = "Oil"
steps = { min = 1, max = 20, default = 9 }
negative_prompt = true
typical_seconds = 20
upstream = { style = "oil" }

[[painter.models.spaces]]
url = "https://oil.test"
endpoint = "/paint"
arguments = { text = "{prompt}" }
sides = { min = 512, max = 2048, step = 64 }
ratios = { "1:1" = [1024, 1024] }
"""


def test_a_catalog_is_read_into_models() -> None:
    (painter,) = lookup.read(CATALOG).values()
    (oil,) = painter.models
    assert (painter.id, painter.image_hosts) == ("painter", (".painter.test",))
    assert (oil.family, oil.upstream) == ("oil", {"style": "oil"})
    assert oil.space
    assert (oil.space.sides, oil.space.ratios) == (Sides(min=512, max=2048, step=64), {"1:1": (1024, 1024)})


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        *(("typical_seconds = 20", f"sides = {sides}", "painter.models.0.sides")
          for sides in ("{ min = 0 }", "{ min = 3000 }", "{ step = 0 }", "{ min = 256.5 }")),
        ('concurrency = 2', 'concurrency = 2\ncolour = "red"', "painter.colour"),
        ('name = "Oil"', 'name = "Oil"\nguidence = 3', "painter.models.0.guidence"),
        ("max = 20", "max = 20, maximum = 30", "painter.models.0.steps.maximum"),
        ("step = 64", "step = 64, steps = 2", "painter.models.0.spaces.0.sides.steps"),
        ('endpoint = "/paint"', 'endpoint = "/paint"\nargs = {}', "painter.models.0.spaces.0.args"),
        ('name = "Painter"', "", "painter.name"),
        ('name = "Painter"', 'name = ""', "painter.name"),
        ("auth_required = true", 'auth_required = "yes"', "painter.auth_required"),
        ('"PNG"', '"GIF"', "painter.image_format"),
        ("concurrency = 2", "concurrency = 0", "painter.concurrency"),
        ("concurrency = 2", 'concurrency = "2"', "painter.concurrency"),
        ("quota_utc_offset = 8", "quota_utc_offset = 24", "painter.quota_utc_offset"),
        ('"https://painter.test"', '"painter.test"', "painter.token_url"),
        ('[".painter.test"]', '".painter.test"', "painter.image_hosts"),
        ('[".painter.test"]', "[1]", "painter.image_hosts.0"),
        ('id = "oil"', "id = 3", "painter.models.0.id"),
        ("default = 9", 'default = "9"', "painter.models.0.steps.default"),
        ("default = 9", "default = nan", "painter.models.0.steps.default"),
        ("default = 9", "default = 21", "painter.models.0.steps"),
        ("negative_prompt = true", "needs_image = true", "painter.models.0"),
        ("negative_prompt = true", "negative_prompt = 1", "painter.models.0.negative_prompt"),
        ("typical_seconds = 20", "typical_seconds = 0", "painter.models.0.typical_seconds"),
        ('"/paint"', '"paint"', "painter.models.0.spaces.0.endpoint"),
        ("[1024, 1024]", "[1024]", "painter.models.0.spaces.0.ratios.1:1.1"),
    ],
)  # fmt: skip
def test_an_invalid_catalog_is_refused_by_name(old: str, new: str, place: str) -> None:
    assert old in CATALOG
    with pytest.raises(ValidationError) as refused:
        lookup.read(CATALOG.replace(old, new, 1))
    assert place in str(refused.value).splitlines()[1]


def test_settings_replace_the_urls_of_providers_and_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    gitee, spaces = catalog.provider("gitee"), catalog.provider("huggingface")
    monkeypatch.delenv("GITEE_BASE_URL", raising=False)
    assert gitee.url == gitee.base_url
    monkeypatch.setenv("GITEE_BASE_URL", "http://127.0.0.1:9000/v1/")
    assert gitee.url == "http://127.0.0.1:9000/v1"
    monkeypatch.setenv("HF_SPACE_URLS", '{"upscaler": "http://127.0.0.1:9001/"}')
    (upscaler,) = spaces.spaces(catalog.UPSCALER)
    assert upscaler.url == "http://127.0.0.1:9001"
    assert spaces.spaces("ovis-image") == spaces.model("ovis-image").spaces
    assert gitee.spaces("z-image-turbo") == ()


def test_a_configured_space_keeps_the_catalogs_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = catalog.provider("huggingface")
    first, second = provider.model("z-image-turbo").spaces
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps({"z-image-turbo": [second.url, first.url]}))
    assert provider.spaces("z-image-turbo") == (second, first)


def test_an_added_space_may_be_a_copy_of_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = catalog.provider("huggingface")
    known = provider.model("z-image-turbo").spaces
    monkeypatch.setenv("HF_SPACE_URLS", '{"z-image-turbo": "https://my-copy.hf.space"}')
    copies = provider.spaces("z-image-turbo")
    assert {space.url for space in copies} == {"https://my-copy.hf.space"}
    assert [space.endpoint for space in copies] == [space.endpoint for space in known]


STEPPED = Sides(min=512, max=2048, step=64)
UNEVEN = Sides(min=100, max=1000, step=64)
NEAREST = [
    *((STEPPED, side, nearest) for side, nearest in [(1024, 1024), (256, 512), (700, 704), (2048, 2048), (2047, 2048)]),
    *((STEPPED, side, nearest) for side, nearest in [(543, 512), (545, 576)]),
    *((UNEVEN, side, 996) for side in (1000, 5000)),
    (Sides(), 701, 701),
]


@pytest.mark.parametrize(("sides", "side", "nearest"), NEAREST)
def test_the_nearest_side_is_valid_and_on_the_step(sides: Sides, side: int, nearest: int) -> None:
    assert sides.nearest(side) == nearest
    assert nearest in sides
    assert (side in sides) == (side == nearest)


# What the providers accept, as far as is known (docs/providers/gitee.md#sizes, docs/providers/modelscope.md#request).
API_SIDES = {
    "gitee": Sides(min=256, max=2048, step=8),
    "modelscope": Sides(min=256, max=1024, step=8),
    "modelscope Tongyi-MAI/Z-Image-Turbo": Sides(min=512, max=2048, step=8),
    "modelscope Qwen/Qwen-Image-2.1": Sides(min=256, max=2048, step=16),
    "modelscope Qwen/Qwen-Image-Edit-2509": Sides(min=256, max=1664, step=8),
    **dict.fromkeys(["gitee qwen-image-2.0", "gitee qwen-image-2.0-pro"], Sides(min=512, max=2048, step=16)),
}


def test_models_accept_the_sides_of_their_providers() -> None:
    for provider in (catalog.provider("gitee"), catalog.provider("modelscope")):
        for model in provider.models:
            assert model.sides == API_SIDES.get(f"{provider.id} {model.id}", API_SIDES[provider.id])
            assert 1024 in model.sides


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("gitee/z-image-turbo", ("gitee", "z-image-turbo")),
        ("ms/flux-2", ("modelscope", "black-forest-labs/FLUX.2-dev")),
        ("modelscope/black-forest-labs/FLUX.2-dev", ("modelscope", "black-forest-labs/FLUX.2-dev")),
        ("black-forest-labs/FLUX.2-dev", None),
        ("z-image-turbo", None),
        ("gitee/ovis-image", None),
        ("/z-image-turbo", None),
        ("gitee/", None),
    ],
)
def test_a_model_name_may_start_with_its_provider(name: str, model: tuple[str, str] | None) -> None:
    match = catalog.qualified(name)
    assert (match and (match[0].id, match[1].id)) == model


def test_free_models_are_the_cheapest_then_low_prices() -> None:
    named = [(provider.id, model.id) for provider, model in catalog.by_cost(catalog.providers().values())]
    assert named[0] == ("huggingface", "z-image-turbo")
    assert [name for provider, name in named if provider == "modelscope"] == [
        "Tongyi-MAI/Z-Image-Turbo", "black-forest-labs/FLUX.1-Krea-dev", "black-forest-labs/FLUX.2-dev",
        "MusePublic/489_ckpt_FLUX_1", "Qwen/Qwen-Image-2.1",
    ]  # fmt: skip


def test_editing_models_are_separate_from_generating_ones() -> None:
    editing = [model for _, model in catalog.by_cost(catalog.providers().values(), edits=True)]
    assert editing
    assert all(model.edits for model in editing)
    assert not any(model.needs_image for _, model in catalog.by_cost(catalog.providers().values()))
    assert all(model.id in catalog.editing_models() for model in editing)
