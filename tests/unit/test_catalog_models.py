"""The catalog against the specification's facts, which are repeated here."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import pytest
from pydantic import ValidationError

from easel import catalog
from easel.catalog import Model, Range, Sides, lookup
from easel.errors import InvalidModel, InvalidProvider, NotFound

# provider: name, header, required, image format, where to get a token
PROVIDERS = {
    "gitee": ("Gitee AI", "X-API-Key", True, "PNG", "https://ai.gitee.com"),
    "huggingface": ("HuggingFace", "X-HF-Token", False, "WebP", "https://huggingface.co/settings/tokens"),
    "modelscope": ("ModelScope", "X-MS-Token", True, "PNG", "https://modelscope.cn"),
}

# (provider, model): name, negative prompt, steps (min, max, default), guidance (min, max, default)
Row = tuple[str, bool, tuple[float, float, float], tuple[float, float, float] | None]
MODELS: dict[tuple[str, str], Row] = {
    ("gitee", "z-image-turbo"): ("Z-Image Turbo", True, (1, 20, 9), None),
    ("gitee", "Qwen-Image"): ("Qwen Image", True, (4, 50, 20), None),
    ("gitee", "flux-1-schnell"): ("FLUX.1 Schnell", False, (1, 50, 8), (0, 50, 7.5)),
    ("gitee", "FLUX_1-Krea-dev"): ("FLUX.1 Krea", False, (1, 50, 20), (0, 20, 4.5)),
    ("gitee", "FLUX.1-dev"): ("FLUX.1", False, (1, 50, 20), (0, 20, 4.5)),
    ("huggingface", "z-image-turbo"): ("Z-Image Turbo", False, (1, 20, 9), None),
    ("huggingface", "qwen-image-fast"): ("Qwen Image Fast", False, (4, 28, 8), None),
    ("huggingface", "ovis-image"): ("Ovis Image", False, (1, 50, 24), None),
    ("huggingface", "flux-1-schnell"): ("FLUX.1 Schnell", False, (1, 50, 8), None),
    ("modelscope", "Tongyi-MAI/Z-Image-Turbo"): ("Z-Image Turbo", True, (1, 20, 9), None),
    ("modelscope", "black-forest-labs/FLUX.2-dev"): ("FLUX.2", True, (1, 50, 24), (1, 10, 3.5)),
    ("modelscope", "black-forest-labs/FLUX.1-Krea-dev"): ("FLUX.1 Krea", True, (1, 50, 24), (1, 20, 3.5)),
    ("modelscope", "MusePublic/489_ckpt_FLUX_1"): ("FLUX.1", True, (1, 50, 24), (1, 20, 3.5)),
}

SPACES = {
    "z-image-turbo": "https://mrfakename-z-image-turbo.hf.space",
    "qwen-image-fast": "https://mcp-tools-qwen-image-fast.hf.space",
    "ovis-image": "https://aidc-ai-ovis-image-7b.hf.space",
    "flux-1-schnell": "https://black-forest-labs-flux-1-schnell.hf.space",
    "upscaler": "https://tuan2308-upscaler.hf.space",
}

# The Spaces' endpoints and argument names (docs/providers/huggingface.md#endpoints).
ARGUMENTS = {
    "z-image-turbo": "/generate_image prompt height width num_inference_steps seed randomize_seed",
    "qwen-image-fast": "/generate_image prompt seed randomize_seed aspect_ratio guidance_scale num_inference_steps",
    "ovis-image": "/generate prompt img_height img_width seed steps guidance_scale",
    "flux-1-schnell": "/infer prompt seed randomize_seed width height num_inference_steps",
    "upscaler": "/realesrgan img model_name denoise_strength face_enhance outscale",
}


def numbers(limits: Range | None) -> tuple[float, float, float] | None:
    return (limits.min, limits.max, limits.default) if limits else None


def spaces() -> dict[str, catalog.Space | None]:
    huggingface = catalog.provider("huggingface")
    return {model.id: model.space for model in huggingface.models} | {"upscaler": huggingface.upscaler}


def test_the_providers_are_the_specifications_in_its_order() -> None:
    found = {
        provider.id: (
            provider.name,
            provider.auth_header,
            provider.auth_required,
            provider.image_format,
            provider.token_url,
        )
        for provider in catalog.providers().values()
    }
    assert list(found.items())[: len(PROVIDERS)] == list(PROVIDERS.items())  # any other comes after them


def test_the_models_are_the_specifications_in_its_order() -> None:
    found: dict[tuple[str, str], Row] = {}
    for provider in catalog.providers().values():
        for model in provider.models:
            steps = (model.steps.min, model.steps.max, model.steps.default)
            found[provider.id, model.id] = (model.name, model.negative_prompt, steps, numbers(model.guidance))
    assert [entry for entry in found.items() if entry[0] in MODELS] == list(MODELS.items())
    others = [name for name in found if name not in MODELS]
    assert all(catalog.provider(provider).model(model).edits for provider, model in others)


def test_the_spaces_are_the_specifications() -> None:
    assert {name: space.url for name, space in spaces().items() if space} == SPACES


def test_the_spaces_are_called_by_their_own_argument_names() -> None:
    found = {name: {space.endpoint, *space.arguments} for name, space in spaces().items() if space}
    assert found == {name: set(words.split()) for name, words in ARGUMENTS.items()}


def test_every_default_lies_within_its_range() -> None:
    for provider in catalog.providers().values():
        for model in provider.models:
            assert model.steps.default in model.steps, model.id
            assert model.guidance is None or model.guidance.default in model.guidance, model.id


def test_a_family_has_at_most_one_model_of_each_provider() -> None:
    families: dict[str, list[str]] = defaultdict(list)
    for provider in catalog.providers().values():
        for model in provider.models:
            families[model.family].append(provider.id)
    assert families["z-image-turbo"] == ["gitee", "huggingface", "modelscope"]
    assert families["flux-1-schnell"] == ["gitee", "huggingface"]
    assert families["flux-1-krea"] == ["gitee", "modelscope"]
    assert all(len(set(members)) == len(members) for members in families.values())


def test_the_first_model_is_a_providers_default() -> None:
    assert catalog.provider("gitee").model(None).id == "z-image-turbo"
    assert catalog.provider("modelscope").model(None).id == "Tongyi-MAI/Z-Image-Turbo"


def test_an_unknown_model_is_answered_with_the_providers_own() -> None:
    with pytest.raises(InvalidModel) as caught:
        catalog.provider("gitee").model("flux")
    assert caught.value.field == "model"
    for model in catalog.provider("gitee").models:
        assert model.id in caught.value.message
    assert "ovis-image" not in caught.value.message


def test_an_unknown_provider_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InvalidProvider, match="gitee, huggingface, modelscope"):
        catalog.provider("openai")
    with pytest.raises(NotFound, match="gitee, huggingface, modelscope"):
        catalog.described_provider("openai")


def test_a_hostile_name_comes_back_cut_short() -> None:
    with pytest.raises(InvalidModel) as caught:
        catalog.provider("gitee").model("x" * 10_000)
    assert len(caught.value.message) < 400


def test_features_read_as_the_interface_promises() -> None:
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


def test_a_model_needs_an_id_a_name_and_steps_only() -> None:
    model = Model(id="new", name="New", steps=Range(min=1, max=10, default=5))
    steps = {"min": 1, "max": 10, "default": 5}
    assert model.features() == {"negativePrompt": False, "steps": steps, "seed": True, "edits": False}


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
def test_a_wrong_catalog_is_refused_by_name(old: str, new: str, place: str) -> None:
    assert old in CATALOG
    with pytest.raises(ValidationError) as refused:
        lookup.read(CATALOG.replace(old, new, 1))
    assert place in str(refused.value).splitlines()[1]


def test_every_space_argument_is_a_constant_or_a_known_field() -> None:
    known = {"prompt", "width", "height", "steps", "seed", "ratio", "image", "scale"}
    for name, space in spaces().items():
        assert space
        for value in space.arguments.values():
            named = re.fullmatch(r"\{(.*)\}", value) if isinstance(value, str) else None
            assert named is None or named[1] in known, (name, value)


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


def test_a_space_of_the_setting_keeps_the_catalogs_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = catalog.provider("huggingface")
    first, second = provider.model("z-image-turbo").spaces
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps({"z-image-turbo": [second.url, first.url]}))
    assert provider.spaces("z-image-turbo") == (second, first)


def test_another_space_of_the_setting_may_be_a_copy_of_any(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = catalog.provider("huggingface")
    known = provider.model("z-image-turbo").spaces
    monkeypatch.setenv("HF_SPACE_URLS", '{"z-image-turbo": "https://my-copy.hf.space"}')
    copies = provider.spaces("z-image-turbo")
    assert {space.url for space in copies} == {"https://my-copy.hf.space"}
    assert [space.endpoint for space in copies] == [space.endpoint for space in known]


@pytest.mark.parametrize(
    ("side", "nearest"), [(1024, 1024), (256, 512), (700, 704), (2048, 2048), (2047, 2048), (543, 512), (545, 576)]
)
def test_the_nearest_side_is_allowed_and_a_whole_number_of_steps(side: int, nearest: int) -> None:
    sides = Sides(min=512, max=2048, step=64)
    assert sides.nearest(side) == nearest
    assert nearest in sides
    assert (side in sides) == (side == nearest)


def test_a_side_off_the_step_never_passes_the_maximum() -> None:
    assert Sides(min=100, max=1000, step=64).nearest(1000) == 996
    assert Sides(min=100, max=1000, step=64).nearest(5000) == 996


def test_sides_without_a_step_are_any_whole_numbers() -> None:
    assert Sides().nearest(701) == 701


@pytest.mark.parametrize("wrong", ["{ min = 0 }", "{ min = 3000 }", "{ step = 0 }", "{ min = 256.5 }"])
def test_sides_that_cannot_be_are_refused(wrong: str) -> None:
    text = CATALOG.replace('name = "Oil"', f'name = "Oil"\nsides = {wrong}')
    assert text != CATALOG
    with pytest.raises(ValidationError, match="sides"):
        lookup.read(text)


# What the providers take, as far as it is known (docs/providers/gitee.md#sizes, docs/providers/modelscope.md#request).
API_SIDES = {
    "gitee": Sides(min=256, max=2048, step=8),
    "modelscope": Sides(min=256, max=1024, step=8),
    "modelscope Tongyi-MAI/Z-Image-Turbo": Sides(min=512, max=2048, step=8),
    "modelscope Qwen/Qwen-Image-2.1": Sides(min=256, max=2048, step=16),
    "modelscope Qwen/Qwen-Image-Edit-2509": Sides(min=256, max=1664, step=8),
    **dict.fromkeys(["gitee qwen-image-2.0", "gitee qwen-image-2.0-pro"], Sides(min=512, max=2048, step=16)),
}


def test_the_models_take_the_sides_that_their_providers_document() -> None:
    for provider in (catalog.provider("gitee"), catalog.provider("modelscope")):
        for model in provider.models:
            assert model.sides == API_SIDES.get(f"{provider.id} {model.id}", API_SIDES[provider.id])


def test_every_model_takes_the_usual_size() -> None:
    for provider in catalog.providers().values():
        assert all(1024 in model.sides for model in provider.models)


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
def test_a_name_with_its_provider_in_front_is_read(name: str, model: tuple[str, str] | None) -> None:
    match = catalog.qualified(name)
    assert (match and (match[0].id, match[1].id)) == model


def test_free_models_are_the_cheapest_then_those_of_low_price() -> None:
    named = [(provider.id, model.id) for provider, model in catalog.by_cost(catalog.providers().values())]
    assert named[0] == ("huggingface", "z-image-turbo")
    assert [name for provider, name in named if provider == "modelscope"] == [
        "Tongyi-MAI/Z-Image-Turbo", "black-forest-labs/FLUX.1-Krea-dev", "black-forest-labs/FLUX.2-dev",
        "MusePublic/489_ckpt_FLUX_1", "Qwen/Qwen-Image-2.1",
    ]  # fmt: skip


def test_models_that_need_a_picture_are_apart_from_those_that_draw() -> None:
    editing = [model for _, model in catalog.by_cost(catalog.providers().values(), edits=True)]
    assert editing
    assert all(model.edits for model in editing)
    assert not any(model.needs_image for _, model in catalog.by_cost(catalog.providers().values()))
    assert all(model.id in catalog.editing_models() for model in editing)
