"""Tokens and keys of `/v1`: which credential of a call goes to which provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.budgets import keys
from easel.errors import AccessRefused, AuthInvalid, AuthRequired, InvalidRequest, KeyRequired
from easel.providers import ssm_parameters
from tests.harness.easel_keys import give_key
from v1 import credentials

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

GITEE, HUGGINGFACE, MODELSCOPE = (catalog.provider(name) for name in ("gitee", "huggingface", "modelscope"))
KEY = keys.make()


def tokens(provider: catalog.Provider, bearer: str, **headers: str) -> tuple[str, ...]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return credentials.read(provider, {"authorization": f"Bearer {bearer}", **sent}).tokens


@pytest.mark.parametrize(
    ("bearer", "gitee", "huggingface", "modelscope"),
    [
        ("plain-token", "plain-token", "plain-token", "plain-token"),
        ("gitee:g", "g", None, None),
        ("hf:h, ms:m ,gitee:g", "g", "h", "m"),
        ("HuggingFace:h,ModelScope:m,gitee:g", "g", "h", "m"),
        ("hf:h,plain", "plain", "h plain", "plain"),
        ("one,two,,one", "one two", "one two", "one two"),
        ("with:colon", "with:colon", "with:colon", "with:colon"),
        ("hf:", None, None, None),
        ("Bearer one", "one", "one", "one"),
        ("'one', \"hf:two\"", "one", "one two", "one"),
        ("Hugging Face: h, Gitee AI:g", "g", "h", None),
        ("hf_h,ms-m,g", "g", "hf_h g", "ms-m g"),
    ],
)
def test_a_prefixed_token_goes_only_to_its_provider(
    bearer: str, gitee: str | None, huggingface: str | None, modelscope: str | None
) -> None:
    for provider, expected in ((GITEE, gitee), (HUGGINGFACE, huggingface), (MODELSCOPE, modelscope)):
        if expected is None and provider.auth_required:
            with pytest.raises(AuthRequired, match=f"{provider.name} needs a token"):
                tokens(provider, bearer)
        else:
            assert " ".join(tokens(provider, bearer)) == (expected or ""), provider.id


def test_a_token_may_be_with_or_without_bearer() -> None:
    for header in ("one", '"Bearer one"', "Bearer one\n", "bearer: one"):
        assert credentials.read(GITEE, {"authorization": header}).tokens == ("one",)


def test_a_token_in_a_wrong_header_is_named_in_the_error() -> None:
    for headers in ({"authorization": "Basic b25l"}, {"api-key": "one"}):
        with pytest.raises(AuthRequired, match="sent as Authorization") as caught:
            credentials.read(GITEE, headers)
        assert f"the value of {next(iter(headers)).title()} is not used as this token" in caught.value.message


def test_another_providers_token_is_refused_by_name() -> None:
    for provider, bearer in ((GITEE, "hf_h"), (HUGGINGFACE, "ms-m"), (GITEE, "ms-m,hf_h")):
        with pytest.raises(AuthInvalid, match=rf"Authorization has a token of \w+ instead of {provider.name}"):
            tokens(provider, bearer)
    assert tokens(GITEE, f"hf_h,{KEY}") == ()
    with pytest.raises(AuthRequired, match="the token of HuggingFace is in the header X-API-Key"):
        credentials.read(HUGGINGFACE, {"x-api-key": "hf_h"})


def test_the_providers_own_header_comes_first() -> None:
    assert tokens(GITEE, "second", x_api_key="first", x_ms_token="other") == ("first", "second")
    assert credentials.read(MODELSCOPE, {"x-ms-token": "alone"}).tokens == ("alone",)


@pytest.mark.parametrize(
    ("bearer", "providers"),
    [
        ("", [HUGGINGFACE]),
        ("plain", [GITEE]),
        ("hf_plain", [HUGGINGFACE]),
        ("ms-plain", [MODELSCOPE]),
        ("hf:", [HUGGINGFACE]),
        ("ms:m,gitee:g,local", [GITEE, MODELSCOPE]),
    ],
)
def test_a_call_uses_the_tokens_that_it_brings(bearer: str, providers: list[catalog.Provider]) -> None:
    models = credentials.usable_models({"authorization": f"Bearer {bearer}"} if bearer else {})
    assert list(dict.fromkeys(provider.id for provider, _ in models)) == [provider.id for provider in providers]
    assert models == catalog.by_cost(providers)
    assert credentials.usable_models({"x-ms-token": "m"}) == catalog.by_cost([MODELSCOPE])


def test_models_that_a_key_may_not_use_are_left_out(cloud: Cloud) -> None:
    ssm_parameters.forget()
    headers = {"authorization": f"Bearer {give_key(cloud, models=('gitee/FLUX*', 'qwen-image-fast'))}"}
    names = [model.id for _, model in credentials.allowed(headers)]
    assert names == ["qwen-image-fast", "FLUX_1-Krea-dev", "FLUX.1-dev"]
    with pytest.raises(AccessRefused):
        credentials.allowed({"authorization": f"Bearer {KEY}"})


def test_an_easel_key_is_found_among_tokens() -> None:
    for headers in (
        {"authorization": f"Bearer {KEY}"},
        {"authorization": f"bearer ms:m, {KEY}"},
        {"authorization": "Bearer ms:m", "x-easel-key": KEY},
    ):
        assert credentials.read(GITEE, headers) == credentials.Credentials((), keys.id_of(KEY))
    assert credentials.read(GITEE, {"authorization": f"Bearer {KEY},gitee:g"}).tokens == ("g",)
    assert credentials.read(GITEE, {"authorization": "Bearer local"}).key == keys.id_of("local")


def test_invalid_keys_and_tokens_are_refused() -> None:
    with pytest.raises(AccessRefused):
        tokens(GITEE, "ek_mistyped")
    for bad, seen in (("two words", "a space"), ("x" * 5000, "5000 characters"), ("é", "outside ASCII")):
        with pytest.raises(AuthInvalid, match=f"the header Authorization has an invalid token: it has .*{seen}"):
            tokens(GITEE, bad)
    with pytest.raises(AuthInvalid, match="the header X-API-Key has an invalid token"):
        tokens(GITEE, "good", x_api_key="é")
    with pytest.raises(InvalidRequest, match="at most 10 tokens; got 11"):
        tokens(GITEE, ",".join(f"token{number}" for number in range(11)))


def test_where_keys_are_required_a_token_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS", "keys")
    with pytest.raises(KeyRequired):
        tokens(GITEE, "gitee:g")
    assert credentials.read(GITEE, {"authorization": f"Bearer gitee:g,{KEY}"}).tokens == ("g",)


def test_the_repr_of_credentials_has_no_token() -> None:
    assert "secret" not in repr(credentials.read(GITEE, {"authorization": "Bearer secret"}))
