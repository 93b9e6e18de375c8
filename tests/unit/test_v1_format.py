"""Model names on `/v1`: every spelling that programs use, and the deployment's own names."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest

from easel import catalog
from easel.common.telemetry import logger
from easel.errors import InvalidModel
from easel.front_door import v1_format
from tests.harness.openai_package import openai
from tests.harness.stack import Lines
from v1 import models

OWN = len([*v1_format.all_models(), *v1_format.family_models()])
"""Models of the catalog, before the names of OpenAI and of the deployment."""


def test_models_have_names_with_provider_and_prefix() -> None:
    for provider in catalog.providers().values():
        for model in provider.models:
            for prefix in filter(None, (provider.id, provider.short)):
                assert v1_format.find_model(f"{prefix}/{model.id}") == (provider, model)


@pytest.mark.parametrize(
    ("name", "provider", "model"),
    [
        ("gitee/qwen-image", "gitee", "Qwen-Image"),
        ("gitee/flux-1-dev", "gitee", "FLUX.1-dev"),
        ("gitee/flux-1-krea-dev", "gitee", "FLUX_1-Krea-dev"),
        ("ms/z-image-turbo", "modelscope", "Tongyi-MAI/Z-Image-Turbo"),
        ("ms/flux-2", "modelscope", "black-forest-labs/FLUX.2-dev"),
        ("ms/flux-1", "modelscope", "MusePublic/489_ckpt_FLUX_1"),
        ("ms/flux-1-krea-dev", "modelscope", "black-forest-labs/FLUX.1-Krea-dev"),
        ("black-forest-labs/FLUX.2-dev", "modelscope", "black-forest-labs/FLUX.2-dev"),
        ("z-image-turbo", "huggingface", "z-image-turbo"),
        ("ovis-image", "huggingface", "ovis-image"),
    ],
)
def test_front_ends_names_of_models_are_known(name: str, provider: str, model: str) -> None:
    match = v1_format.find_model(name)
    assert (match[0].id, match[1].id) == (provider, model)


def test_an_unknown_name_error_lists_the_known_ones() -> None:
    listed = r"use one of: dall-e-2, .*, gitee/z-image-turbo, gitee/Qwen-Image"
    for name in ("", "/", "/z-image-turbo", "gitee", "hf/flux-2", "dall-e-4", "ms/gitee/z-image-turbo", "x" * 9000):
        with pytest.raises(InvalidModel, match=listed) as refused:
            v1_format.find_model(name)
        assert len(refused.value.message) <= 2000


def test_openais_names_mean_the_cheapest_model() -> None:
    cheapest = catalog.by_cost(catalog.providers().values())[0]
    names = get_args(openai.types.ImageModel)
    assert [v1_format.find_model(name) for name in names] == [cheapest] * len(names)


def test_openais_names_are_listed_unless_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    undated = {name for name in get_args(openai.types.ImageModel) if not re.search(r"\d{4}-\d\d-\d\d$", name)}
    assert {entry.id for entry in models.every_model({})[OWN:]} == undated
    monkeypatch.setenv("MODEL_ALIASES", "{}")
    assert len(models.every_model({})) == OWN
    with pytest.raises(InvalidModel):
        v1_format.find_model("dall-e-3")


def test_a_deployment_can_define_its_own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"dall-e-3": "ms/flux-2", "z-image-turbo": "gitee/z-image-turbo", "old": "gitee/gone"}
    monkeypatch.setenv("MODEL_ALIASES", json.dumps(own))
    assert v1_format.find_model("dall-e-3")[1].id == "black-forest-labs/FLUX.2-dev"
    assert v1_format.find_model("z-image-turbo")[0].id == "gitee"
    assert [entry.id for entry in models.every_model({})][OWN:] == ["dall-e-3", "z-image-turbo"]
    with pytest.raises(InvalidModel, match="'old', which ModelAliases maps to 'gitee/gone', is unknown"):
        v1_format.find_model("old")


@pytest.mark.parametrize("value", ["{", "[]", '{"dall-e-3": 3}'])
def test_invalid_model_aliases_are_logged_and_ignored(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_ALIASES", value)
    log = Lines()
    logger.addHandler(log)
    try:
        assert v1_format.find_model("ms/flux-2")
        assert len(models.every_model({})) == OWN
        with pytest.raises(InvalidModel, match="the setting MODEL_ALIASES must be a JSON object"):
            v1_format.find_model("dall-e-3")
    finally:
        logger.handlers.remove(log)
    assert all(json.loads(line)["level"] == "ERROR" for line in log.lines)
    assert log.lines
