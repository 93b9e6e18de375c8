"""Overlays: how they change the built-in catalog, and how invalid ones are refused with the line."""

from __future__ import annotations

import tomllib

import pytest

from cli.catalog import line_of
from easel.catalog import Model, lookup, overlay
from easel.catalog.lookup import Catalog
from easel.catalog.overlay import OverlayInvalid

OWN = """# mine
[[gitee.models]]
id = "HiDream-I1"
name = "HiDream"
steps = { min = 1, max = 50, default = 20 }
sides = { min = 256, max = 2048, step = 8 }
alias = "hidream"

[[gitee.models]]
id = "z-image-turbo"
steps = { min = 1, max = 30, default = 12 }

[[gitee.models]]
id = "FLUX.1-dev"
off = true

[[modelscope.models]]
id = "me/my-lora"
name = "My LoRA"
steps = { min = 1, max = 50, default = 30 }
upstream = { model = "Qwen/Qwen-Image", loras = "me/my-lora" }

[[huggingface.models]]
id = "z-image-turbo"

[[huggingface.models.more_spaces]]
url = "https://me-z.hf.space/"
endpoint = "/draw"
arguments = { prompt = "{prompt}", w = "{width}" }

[[huggingface.models]]
id = "flux-1-schnell"

[[huggingface.models.spaces]]
url = "https://me-flux.hf.space"
endpoint = "/draw"

[huggingface.models.spaces.arguments]
prompt = "{prompt}"

[aliases]
fast = "gitee/hidream"
cheap = "cheapest"
sure = "auto/z-image-turbo"
"""


def model(catalog: Catalog, provider: str, model_id: str) -> Model:
    return catalog.providers[provider].model(model_id)


def test_an_overlay_adds_changes_and_removes_models() -> None:
    catalog, built_in = overlay.read(OWN), lookup.built_in()
    assert [each.id for each in catalog.providers["gitee"].models] == [
        *(each.id for each in built_in["gitee"].models if each.id != "FLUX.1-dev"),
        "HiDream-I1",
    ]
    z_image, before = model(catalog, "gitee", "z-image-turbo"), built_in["gitee"].model("z-image-turbo")
    assert z_image.steps.max == 30
    assert z_image.model_copy(update={"steps": before.steps}) == before
    assert model(catalog, "modelscope", "me/my-lora").upstream["loras"] == "me/my-lora"
    assert catalog.aliases == {"fast": "gitee/hidream", "cheap": "cheapest", "sure": "auto/z-image-turbo"}


def test_own_spaces_replace_or_follow_the_catalogs() -> None:
    catalog, built_in = overlay.read(OWN), lookup.built_in()
    own, further = (model(catalog, "huggingface", name).spaces for name in ("flux-1-schnell", "z-image-turbo"))
    assert [space.url for space in own] == ["https://me-flux.hf.space"]
    assert further[:-1] == built_in["huggingface"].model("z-image-turbo").spaces
    assert further[-1].url == "https://me-z.hf.space"


def test_the_setting_of_space_urls_does_not_affect_own_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = '{"z-image-turbo": "https://moved.test", "flux-1-schnell": "https://moved.test"}'
    monkeypatch.setenv("HF_SPACE_URLS", setting)
    provider = overlay.read(OWN).providers["huggingface"]
    assert [each.url for each in provider.spaces("flux-1-schnell")] == ["https://me-flux.hf.space"]
    assert {each.url for each in provider.spaces("z-image-turbo")[:-1]} == {"https://moved.test"}
    assert provider.spaces("z-image-turbo")[-1].url == "https://me-z.hf.space"


BROKEN = [  # the replaced text, its replacement, the number of the invalid line, the reason
    ("[[gitee.models]]\nid = \"HiDream-I1\"", "[[gitea.models]]\nid = \"HiDream-I1\"", 2, "gitea: unknown provider"),
    ('name = "HiDream"', "", 2, "gitee.models.0.name: required; Gitee AI has no model 'HiDream-I1'"),
    ('name = "HiDream"', "name = 3", 4, "should be a valid string, not 3"),
    ("default = 20 }", "default = 200 }", 5, "default: must lie from min, 1, to max, 50; it is 200"),
    ("step = 8 }", "step = 8, stpe = 8 }", 6, "gitee.models.0.sides.stpe: unknown key"),
    ("min = 256, max = 2048", "min = 64, max = 2048", 6, "must be from 256 to 2048"),
    ("min = 256, max = 2048", "min = 512, max = 256", 6, "min: must lie from 1 to max, 256; it is 512"),
    ("min = 256, max = 2048", "min = 256.5, max = 2048", 6, "should be a valid integer, not 256.5"),
    ("step = 8 }", "step = 0 }", 6, "should be greater than or equal to 1, not 0"),
    ("max = 50, default = 30", 'max = "50", default = 30', 20, "0.steps.max: should be a valid number, not '50'"),
    ("default = 12", "default = nan", 11, "should be a finite number, not nan"),
    ('off = true', 'off = true\nprice = -1', 16, "should be greater than or equal to 0, not -1"),
    ('endpoint = "/draw"\narguments', 'endpoint = "draw"\narguments', 28, "should match pattern '^/', not 'draw'"),
    ('w = "{width}" }', 'w = "{width}" }\nratios = { square = [1024] }', 30, "square"),
    ('id = "me/my-lora"', 'id = "me/my-lora"\nneeds_image = true', 17, "needs_image: allowed only with edits = true"),
    ('id = "me/my-lora"', 'id = " me/my-lora"', 18, "must be printable, without a comma or blanks around it"),
    ('alias = "hidream"', 'alias = ["hidream"]', 7, "should be a valid string, not ['hidream']"),
    ('id = "z-image-turbo"\nsteps', 'alias = "z"\nname = "Z"\nsteps', 9, "gitee.models.1.id: required"),
    ('id = "z-image-turbo"\nsteps', 'id = ["z"]\nalias = "z"\nname = "Z"\nsteps', 10, "1.id: should be a valid string"),
    ('alias = "hidream"', 'alias = "z-image-turbo"', 7, "another model has the name 'z-image-turbo'"),
    ('id = "z-image-turbo"\nsteps', 'id = "HiDream-I1"\nsteps', 10, "an earlier entry for 'HiDream-I1'"),
    ('id = "FLUX.1-dev"', 'id = "FLUX.9"', 14, "Gitee AI has no model 'FLUX.9' to remove"),
    ("off = true", 'off = "yes"', 15, "should be a valid boolean, not 'yes'"),
    ('id = "me/my-lora"', 'id = "a,b"', 18, "must be printable, without a comma"),
    ('"https://me-z.hf.space/"', '"me-z.hf.space"', 27, "should match pattern"),
    ('id = "flux-1-schnell"', 'id = "flux-1-schnell"\nedits = true', 33, "Easel sends no source pictures to"),
    ('w = "{width}" }', 'w = "{breadth}" }', 29, "w: unknown field 'breadth'; use one of: "),
    ('prompt = "{prompt}", w', 'w', 29, 'one of them must be "{prompt}"'),
    ('prompt = "{prompt}"\n', 'prompt = "{prompt}"\nr = "{ratio}"\n', 34, "ratios: required, because an"),
    ('fast = "gitee/hidream"', 'fast = "gitee/hidreem"', 42, "unknown model 'gitee/hidreem'"),
    ('sure = "auto/z-image-turbo"', 'sure = "auto/z-image"', 44, "unknown model 'auto/z-image'"),
    ('fast = "gitee/hidream"', "fast = 3", 42, "should be a valid string, not 3"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "reason"), BROKEN)
def test_an_invalid_overlay_is_refused_with_line_and_reason(old: str, new: str, line: int, reason: str) -> None:
    assert old in OWN
    text = OWN.replace(old, new, 1)
    with pytest.raises(OverlayInvalid) as refused:
        overlay.read(text)
    (problem,) = refused.value.problems
    assert reason in str(problem)
    assert line_of(text, problem.path) == line


def test_every_error_in_an_overlay_is_reported() -> None:
    text = OWN.replace('name = "HiDream"', "name = 3").replace("off = true", "off = 1")
    with pytest.raises(OverlayInvalid) as refused:
        overlay.read(text)
    assert [line_of(text, problem.path) for problem in refused.value.problems] == [4, 15]


def test_a_model_may_have_a_single_size() -> None:
    sides = overlay.read(OWN.replace("min = 256, max = 2048, step = 8", "min = 512, max = 512")).providers["gitee"]
    assert (sides.model("HiDream-I1").sides.nearest(1024), 1024 in sides.model("HiDream-I1").sides) == (512, False)


def test_the_last_model_of_a_provider_cannot_be_removed() -> None:
    entries = [f'[[gitee.models]]\nid = "{each.id}"\noff = true\n' for each in lookup.built_in()["gitee"].models]
    with pytest.raises(OverlayInvalid, match="all its models are off"):
        overlay.read("".join(entries))


def test_a_new_model_of_hugging_face_needs_a_space() -> None:
    entry = '[[{}.models]]\nid = "a"\nname = "A"\nsteps = {{ min = 1, max = 2, default = 1 }}\n'
    with pytest.raises(OverlayInvalid, match="needs at least one"):
        overlay.read(entry.format("huggingface"))
    assert overlay.read(entry.format("gitee")).providers["gitee"].model("a")


def test_text_that_is_not_toml_names_its_line() -> None:
    with pytest.raises(tomllib.TOMLDecodeError, match="line 2"):
        overlay.read("[gitee]\nmodels = [}")
