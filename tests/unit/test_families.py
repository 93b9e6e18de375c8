"""Families as models of the provider `auto`, and their requests at each provider."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from easel import catalog
from easel.budgets import keys
from easel.catalog import families as catalog_families
from easel.catalog.requests import GenerateBody
from easel.errors import AccessDenied, AuthRequired, CallerError, InvalidParams
from easel.front_door import families, validation
from easel.providers import lately
from easel.settings import settings
from tests.harness.easel_keys import give_key
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

ALL = dict.fromkeys(catalog.providers(), ())
LISTED = re.compile(r"^\| `([\w-]+)` \| (`.+`) \|$", re.MULTILINE)


def body(**fields: Any) -> GenerateBody:
    given = {"provider": "auto", "model": "z-image-turbo", "prompt": "a cat", **fields}
    return validation.validated(GenerateBody, given)


@pytest.fixture(autouse=True)
def _no_recent_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "read", lambda family: {})
    settings.cache_clear()


def providers(valid: Any) -> list[str]:
    return [each.request.provider for each in valid.every]


def test_every_model_belongs_to_one_family() -> None:
    every = [entry for some in catalog_families.members(catalog.providers()).values() for entry in some]
    assert sorted(model.id for _, model in every) == sorted(
        model.id for provider in catalog.providers().values() for model in provider.models
    )
    assert {model.id for model in catalog.automatic().models} == {model.family for _, model in every}


@pytest.mark.parametrize("family", catalog.automatic().models, ids=lambda model: model.id)
def test_a_family_accepts_what_one_of_its_models_accepts(family: catalog.Model) -> None:
    for _, model in catalog.in_family(family.id):
        assert model.steps.min in family.steps and model.steps.max in family.steps  # noqa: PT018
        assert all(side in family.sides for side in range(model.sides.min, model.sides.max, model.sides.step))
        assert not model.guidance or (family.guidance and model.guidance.max in family.guidance)


def test_the_documentation_lists_the_families() -> None:
    text = (ROOT / "docs/families.md").read_text("utf-8")
    several = {
        family: ", ".join(f"`{provider.id}/{model.id}`" for provider, model in models)
        for family, models in catalog_families.members(catalog.providers()).items()
        if len(models) > 1
    }
    assert dict(LISTED.findall(text)) == several


def test_an_overlay_changes_the_families(monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalog.automatic()
    (gitee, *_), lookup = catalog.providers().values(), catalog.lookup
    lookup.use(lookup.Catalog({gitee.id: gitee}))
    assert [entry[0].id for entry in catalog.in_family("z-image-turbo")] == ["gitee"]
    assert catalog.automatic() != before
    lookup.use()
    assert catalog.automatic() == before


def test_each_provider_gets_its_own_request() -> None:
    valid = families.validate(body(steps=9), {**ALL, "gitee": ("one", "two")})
    assert providers(valid) == ["gitee", "huggingface", "modelscope"]
    assert (valid.token, valid.spare_tokens) == ("one", ("two",))
    assert [each.request.model for each in valid.others] == ["z-image-turbo", "Tongyi-MAI/Z-Image-Turbo"]
    assert len({each.request.seed for each in valid.every}) == 1
    assert providers(valid.at("huggingface")) == ["huggingface", "gitee", "modelscope"]
    assert providers(valid.at("huggingface", ["gitee"])) == ["huggingface", "modelscope"]


def test_the_setting_orders_the_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAMILY_ORDER", "modelscope, huggingface")
    settings.cache_clear()
    assert providers(families.validate(body(), ALL)) == ["modelscope", "huggingface", "gitee"]
    monkeypatch.undo()
    settings.cache_clear()


# A request; the first provider's sides, steps and guidance; the fields that the warnings name.
FITS: list[tuple[str, dict[str, Any], tuple[str, int, int, int, float | None], set[str]]] = [
    ("flux-1-krea", {"width": 2048, "height": 1024}, ("modelscope", 1024, 512, 24, 3.5), {"size"}),
    ("flux-1-krea", {"size": "1024x2048"}, ("modelscope", 512, 1024, 24, 3.5), {"size"}),
    ("flux-1-krea", {"steps": 7}, ("modelscope", 1024, 1024, 7, 3.5), set()),
    ("flux-1-krea", {"guidanceScale": 0}, ("modelscope", 1024, 1024, 24, 1), {"guidanceScale"}),
    ("flux-1-schnell", {"guidanceScale": 40}, ("huggingface", 1024, 1024, 8, None), {"guidanceScale"}),
    ("qwen-image", {"steps": 50}, ("huggingface", 1024, 1024, 28, None), {"steps"}),
    ("qwen-image", {}, ("huggingface", 1024, 1024, 8, None), set()),
    ("z-image-turbo", {"width": 300, "height": 600}, ("modelscope", 512, 1024, 9, None), {"size"}),
]


@pytest.mark.parametrize(("family", "fields", "expected", "named"), FITS)
def test_a_value_becomes_the_nearest_valid_one(
    family: str, fields: dict[str, Any], expected: tuple[Any, ...], named: set[str]
) -> None:
    request = (valid := families.validate(body(model=family, **fields), {expected[0]: ("token",)})).request
    seen = (request.provider, request.width, request.height, request.steps, request.guidance_scale)
    assert seen == expected
    assert {warning.replace(" ", ":").split(":")[0] for warning in valid.warnings} == named


def test_models_that_fit_the_request_unchanged_come_first() -> None:
    valid = families.validate(body(model="flux-1-krea", width=2048, height=2048), {**ALL, "gitee": ("t",)})
    assert providers(valid) == ["gitee", "modelscope"]
    valid = families.validate(body(negativePrompt="rain", width=300, height=304), ALL)
    assert providers(valid)[-1] == "huggingface" or providers(valid)[0] == "gitee"


@pytest.mark.parametrize(
    ("fields", "held", "error", "text"),
    [
        ({"model": "flux-1-krea"}, {}, AuthRequired, "X-MS-Token"),
        ({"model": "flux-1-krea"}, {"huggingface": ()}, AuthRequired, "X-MS-Token"),
        ({"image": "https://example.com/cat.png"}, ALL, InvalidParams, "does not accept source pictures"),
    ],
    ids=["no token", "another provider's", "picture"],
)
def test_a_family_needs_a_provider_that_can_generate(
    fields: dict[str, Any], held: dict[str, Any], error: type[CallerError], text: str
) -> None:
    with pytest.raises(error, match=text):
        families.validate(body(**fields), held)


def test_a_key_uses_only_the_models_it_may_use(cloud: Cloud) -> None:
    some = keys.id_of(give_key(cloud, models=("huggingface/*", "modelscope/*")))
    none = keys.id_of(give_key(cloud, models=("gitee/Qwen*",)))
    assert providers(families.validate(body(), ALL, some)) == ["huggingface", "modelscope"]
    with pytest.raises(AccessDenied, match="may not use gitee/z-image-turbo"):
        families.validate(body(), ALL, none)


def test_tokens_are_read_from_each_providers_own_header() -> None:
    headers = {"x-api-key": "g", "x-ms-token": "ms-m"}
    assert families.usable_providers(headers, None) == {"gitee": ["g"], "modelscope": ["ms-m"]}
    assert families.usable_providers({}, None) == {"huggingface": ()}
