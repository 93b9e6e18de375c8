"""The models that a deployment can use with its own tokens, and their order behind OpenAI's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.budgets import keys
from easel.front_door import own_models
from easel.providers import ssm_parameters
from tests.harness.easel_keys import give_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.harness.cloud import Cloud


def give(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, providers: Sequence[str]) -> None:
    """Store a token for each of these providers alone."""
    path = f"/own-models-of-{len(providers)}"
    monkeypatch.setenv("PARAMETERS_PATH", path)
    ssm_parameters.forget()
    for name in providers:
        stored = {"Value": "own", "Type": "SecureString", "Overwrite": True}
        cloud.client("ssm").put_parameter(Name=f"{path}/tokens/{name}", **stored)


@pytest.mark.parametrize(
    ("tokens_of", "providers"),
    [
        ((), ["huggingface", "gitee", "modelscope"]),
        (("modelscope",), ["modelscope", "huggingface", "gitee"]),
        (("gitee", "huggingface"), ["huggingface", "gitee", "modelscope"]),
    ],
)
def test_providers_with_a_token_come_first(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tokens_of: tuple[str, ...], providers: list[str]
) -> None:
    give(cloud, monkeypatch, tokens_of)
    with cloud.counting() as calls:
        models = [own_models.by_preference(), own_models.by_preference()][0]
    assert calls == {"ssm.GetParameters": 1}
    assert list(dict.fromkeys(provider.id for provider, _ in models)) == providers
    assert len(models) == len(catalog.by_cost(catalog.providers().values()))


def test_a_key_gets_the_models_that_it_may_use(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    give(cloud, monkeypatch, ["modelscope"])
    key = keys.id_of(give_key(cloud, models=("gitee/FLUX*", "z-image-turbo")))
    names = [f"{provider.id}/{model.id}" for provider, model in own_models.models_of_key(key)]
    assert names == ["huggingface/z-image-turbo", "gitee/z-image-turbo", "gitee/FLUX_1-Krea-dev", "gitee/FLUX.1-dev"]
    assert own_models.models_of_key(None) == own_models.by_preference()


def test_models_are_listed_if_the_tokens_are_unreadable(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    give(cloud, monkeypatch, [])
    with cloud.refusing("ssm.GetParameters", "AccessDeniedException"):
        assert own_models.by_preference() == catalog.by_cost(catalog.providers().values())
