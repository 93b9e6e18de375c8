"""A client's request: every field with every way to be wrong."""

from __future__ import annotations

import gc
import json
import weakref
from contextlib import suppress
from typing import Any

import pytest

from easel import errors
from easel.catalog.requests import MAX_SEED, GenerateBody
from easel.errors import EaselError
from easel.front_door.request_body import MAX_BODY, read_json
from easel.front_door.validation import parse_generate, parse_upscale, validated
from easel.store.records import ValidatedRequest
from tests.harness.python_words import PYTHON

TOKEN = "gitee-token-for-tests"
HEADERS = {"x-api-key": TOKEN}
BIG = 10**400


class Tracked(dict[str, Any]):
    """A body that can be weakly referenced."""


def parse(
    fields: dict[str, Any] | bytes, headers: dict[str, str] | None = None, provider: str | None = None
) -> ValidatedRequest:
    body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    return parse_generate(body, HEADERS if headers is None else headers, provider)


def refused(
    fields: dict[str, Any] | bytes, headers: dict[str, str] | None = None, provider: str | None = None
) -> EaselError:
    with pytest.raises(EaselError) as caught:
        parse(fields, headers, provider)
    return caught.value


def cat(**fields: Any) -> dict[str, Any]:
    return {"prompt": "a cat", **fields}


def test_a_prompt_alone_is_a_request_with_every_default() -> None:
    parsed = parse({"prompt": "a cat"})
    request = parsed.request
    assert (request.provider, request.model, request.prompt) == ("gitee", "z-image-turbo", "a cat")
    assert (request.width, request.height, request.steps, request.guidance_scale) == (1024, 1024, 9, None)
    assert (request.negative_prompt, request.response_format, parsed.warnings) == ("", None, ())
    assert 0 <= request.seed <= MAX_SEED
    assert request.seed != parse({"prompt": "a cat"}).request.seed
    other = parse(cat(model="flux-1-schnell")).request
    assert (other.steps, other.guidance_scale) == (8, 7.5)


def test_a_prompt_with_any_visible_text_is_accepted() -> None:
    for prompt in ("猫", "?", "1", "🐱", "\u200b×", "ก", "\ue000 a", "猫" * 4000):
        assert parse({"prompt": prompt}).request.prompt == prompt


NAMES = {
    "gitee": ["Gitee AI", "GITEE", "gitee-ai", "模力方舟", "MoArk"],
    "huggingface": ["hf", "HF", "Hugging Face", "hugging_face"],
    "modelscope": ["ModelScope", "Model Scope ", "ms", "魔搭", "ModelScope（魔搭）"],
}


@pytest.mark.parametrize(("provider", "written"), [(name, each) for name, spelled in NAMES.items() for each in spelled])
def test_a_providers_display_name_is_accepted(provider: str, written: str) -> None:
    headers = {"x-api-key": TOKEN, "x-ms-token": TOKEN}
    for route in (None, provider):
        assert parse(cat(provider=written), headers, route).request.provider == provider
    assert refused(cat(provider=written), headers, "nobody").code == "INVALID_PROVIDER"


def test_a_models_name_may_contain_its_provider() -> None:
    for fields in ({}, {"provider": "gitee"}, {"provider": None}):
        for route in (None, "gitee"):
            request = parse(cat(model="gitee/z-image-turbo", **fields), provider=route).request
            assert (request.provider, request.model) == ("gitee", "z-image-turbo")
    request = parse(cat(model="ms/flux-2"), {"x-ms-token": TOKEN}).request
    assert (request.provider, request.model) == ("modelscope", "black-forest-labs/FLUX.2-dev")
    assert refused(cat(model="ms/flux-2")).field == "X-MS-Token"
    assert refused(cat(model="ms/flux-2"), provider="gitee").code == "INVALID_PROVIDER"


def test_a_providers_own_route_accepts_no_other_provider() -> None:
    for fields in ({}, {"provider": "modelscope"}):
        assert parse(cat(**fields), {"x-ms-token": "t"}, "modelscope").request.provider == "modelscope"
    error = refused(cat(provider="gitee"), HEADERS, "modelscope")
    assert (error.code, error.field, "/api/generate" in error.message) == ("INVALID_PROVIDER", "provider", True)


@pytest.mark.parametrize(
    ("camel", "snake", "value", "model"),
    [
        ("negativePrompt", "negative_prompt", "blurry", "z-image-turbo"),
        ("steps", "num_inference_steps", 7, "z-image-turbo"),
        ("guidanceScale", "guidance_scale", 2.5, "flux-1-schnell"),
        ("responseFormat", "response_format", "b64_json", "z-image-turbo"),
    ],
)
def test_both_spellings_mean_the_same(camel: str, snake: str, value: Any, model: str) -> None:
    usual = cat(model=model, seed=1)
    one = parse({**usual, camel: value})
    for fields in ({snake: value}, {camel: value, snake: value}, {camel: None, snake: value}):
        assert parse({**usual, **fields}) == one
    assert one.warnings == ()
    error = refused({**usual, camel: value, snake: "other"})
    assert (error.field, snake in error.message) == (camel, True)


WRONG: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("INVALID_PROMPT", "prompt"): [
        {},
        *({"prompt": value} for value in (None, 5, ["a cat"], "", " \n\t\u3000", "a \ufffd\ufffd cat", "x" * 4001)),
        *({"prompt": blank} for blank in ("\u200b\ufeff \u2060\u00ad", "\u3164\u2800\ufe0f\u0301\x00")),
    ],
    ("INVALID_PROMPT", "negativePrompt"): [cat(negative_prompt=value) for value in (5, "\ufffd", "x" * 4001)],
    ("INVALID_PROVIDER", "provider"): [
        cat(provider=value) for value in ("openai", "Gitee China", "-", "", 1, ["gitee"])
    ],
    ("INVALID_MODEL", "model"): [
        *(cat(model=value) for value in ("flux", "ovis-image", "gitee/ovis-image", "", False)),
        cat(provider="gitee", model="ms/flux-2"),
    ],
    ("INVALID_PARAMS", "seed"): [cat(seed=value) for value in ("42", -1, 2147483648, 1.5, True)],
    ("INVALID_PARAMS", "responseFormat"): [cat(responseFormat=value) for value in ("png", 1)],
}


@pytest.mark.parametrize(("code", "field"), WRONG)
def test_an_invalid_field_is_named(code: str, field: str) -> None:
    for fields in WRONG[code, field]:
        error = refused(fields)
        assert isinstance(error, errors.CallerError), fields
        assert (error.status, error.code, error.field) == (400, code, field), fields
        assert error.message.startswith(f"{field}: ")


SIDES = [255, 2049, -512, 512.5, "512", True, [], BIG, -BIG]
STEPS = [0, 51, 9.5, "9", True, [9], BIG, 1e300, 50.5]
GUIDANCE = [-0.1, 50.1, "7.5", True, [], BIG, -BIG, 1e308]


@pytest.mark.parametrize(
    ("name", "values", "code", "text"),
    [
        ("width", SIDES, "INVALID_DIMENSIONS", "width: must be a whole number from 256 to 2048"),
        ("height", SIDES, "INVALID_DIMENSIONS", "height: must be a whole number from 256 to 2048"),
        ("steps", STEPS, "INVALID_PARAMS", "steps: must be a whole number from 1 to 50 for flux-1-schnell"),
        ("num_inference_steps", STEPS, "INVALID_PARAMS", "steps: must be a whole number from 1 to 50"),
        ("guidanceScale", GUIDANCE, "INVALID_PARAMS", "guidanceScale: must be a number from 0 to 50"),
        ("guidance_scale", GUIDANCE, "INVALID_PARAMS", "guidanceScale: must be a number from 0 to 50"),
    ],
)
def test_a_number_outside_the_range_names_the_range(name: str, values: list[Any], code: str, text: str) -> None:
    for value in values:
        error = refused(cat(model="flux-1-schnell", **{name: value}))
        assert (error.code, error.field) == (code, text.partition(":")[0]), value
        assert error.message.startswith(text)
        assert len(error.message) < 200


@pytest.mark.parametrize("literal", ["NaN", "-Infinity", "1e999", "-1e999", "9" * 5000], ids=lambda text: text[:5])
def test_a_value_that_is_not_finite_is_refused(literal: str) -> None:
    for field in ("steps", "width", "guidanceScale", "seed"):
        body = f'{{"prompt": "a cat", "model": "flux-1-schnell", "{field}": {literal}}}'
        error = refused(body.encode())
        assert error.status == 400
        if "9" in literal:
            assert (error.field, error.message.endswith("got a number that is too large")) == (field, True)


def test_the_ends_of_a_range_are_valid() -> None:
    for name, ends in {"steps": (1, 20), "width": (256, 2048), "height": (256, 2048), "seed": (0, MAX_SEED)}.items():
        for end in ends:
            value = getattr(parse(cat(**{name: float(end)})).request, name)  # a whole number may be written as a float
            assert (value, type(value)) == (end, int)
    for guidance in (0, 50, 0.0, 49.99):
        assert parse(cat(model="flux-1-schnell", guidanceScale=guidance)).request.guidance_scale == guidance


def test_null_means_absent_for_every_field() -> None:
    names = "provider model negativePrompt width height steps guidanceScale seed responseFormat"
    snake_case = "negative_prompt num_inference_steps guidance_scale response_format unknown"
    parsed = parse(cat(**dict.fromkeys([*names.split(), *snake_case.split()])))
    assert parsed.request.replace(seed=0) == parse(cat(seed=0)).request
    assert parsed.warnings == ()


def test_unknown_fields_are_named_and_ignored() -> None:
    parsed = parse(cat(seed=1, sampler="euler", n=2, scale="a cat", source_url="http://x/", output_format=[]))
    assert parsed.request == parse(cat(seed=1)).request
    names = ("n", "output_format", "sampler", "scale", "source_url")
    assert parsed.warnings == tuple(f"unknown field ignored: {name!r}" for name in names)
    for name in ("__class__", "model_config", "self", "", "model_extra", "copy", "__proto__"):
        assert parse(cat(**{name: {"a": 1}})).warnings == (f"unknown field ignored: {name!r}",)
    warnings = parse(cat(**{f"x{number}" * 60: 1 for number in range(200)})).warnings
    assert len(warnings) <= 20
    assert all(len(warning) < 200 for warning in warnings)


@pytest.mark.parametrize(
    ("fields", "token_header", "dropped"),
    [
        (cat(model="flux-1-schnell", negativePrompt="blurry"), "x-api-key", "negativePrompt"),
        (cat(guidanceScale=5), "x-api-key", "guidanceScale"),
        (cat(provider="huggingface", negative_prompt="blurry"), "x-hf-token", "negativePrompt"),
        (cat(provider="modelscope", guidance_scale=3), "x-ms-token", "guidanceScale"),
    ],
)
def test_an_unsupported_field_is_dropped_with_a_warning(
    fields: dict[str, Any], token_header: str, dropped: str
) -> None:
    parsed = parse(fields, {token_header: "token-for-tests"})
    assert [warning.split()[0] for warning in parsed.warnings] == [dropped]
    default = parsed.request.catalog_model.guidance
    assert (parsed.request.negative_prompt, parsed.request.guidance_scale) == ("", default and default.default)


def test_a_blank_negative_prompt_is_empty_without_a_warning() -> None:
    parsed = parse(cat(model="flux-1-schnell", negativePrompt="  "))
    assert (parsed.request.negative_prompt, parsed.warnings) == ("", ())


@pytest.mark.parametrize(
    ("fields", "headers", "code"),
    [
        (b"[", {}, "INVALID_REQUEST"),
        ({"provider": "openai", "model": 1}, {}, "INVALID_PROVIDER"),
        ({"provider": "gitee", "model": "flux", "steps": "x"}, {}, "AUTH_REQUIRED"),
        ({"provider": "modelscope"}, HEADERS, "AUTH_REQUIRED"),
        ({"model": "flux", "prompt": "", "width": 1}, HEADERS, "INVALID_MODEL"),
        ({"prompt": "", "width": 1, "steps": "x"}, HEADERS, "INVALID_PROMPT"),
        (cat(width=1, steps="x", seed="x"), HEADERS, "INVALID_DIMENSIONS"),
        (cat(seed="x", negativePrompt=1), HEADERS, "INVALID_PROMPT"),
    ],
)
def test_validation_order_is_body_provider_token_fields(
    fields: dict[str, Any] | bytes, headers: dict[str, str], code: str
) -> None:
    assert refused(fields, headers).code == code


def test_a_wrong_provider_is_reported_first() -> None:
    for body in (cat(provider=[], model="z-image-turbo", steps=0), cat(provider="nobody", guidanceScale="x")):
        with pytest.raises(errors.InvalidProvider):
            validated(GenerateBody, body)


@pytest.mark.parametrize("name", ["authorization", "x-ms-token", "api-key"])
def test_a_missing_token_error_names_both_headers(name: str) -> None:
    error = refused(cat(), {"x-api-key": "   ", name: "elsewhere"})
    assert (error.status, error.code, error.provider) == (401, "AUTH_REQUIRED", "gitee")
    assert "in the header X-API-Key; get one at https://ai.gitee.com" in error.message
    assert f"the value of {name.title().replace('Ms', 'MS')} is not used as this token" in error.message


def test_a_malformed_token_is_refused_and_not_repeated() -> None:
    for token in ("two words", "line\nbreak", "tök", "\x00", "x" * 5000):
        error = refused(cat(), {"x-api-key": token})
        assert (error.status, error.code, token in error.message) == (401, "AUTH_INVALID", False)


def test_the_token_is_optional_if_the_catalog_says_so() -> None:
    assert parse(cat(provider="huggingface"), {"x-api-key": TOKEN, "x-ms-token": "other"}).token is None
    assert parse(cat(provider="huggingface"), {"x-hf-token": " hf-token-for-tests "}).token == "hf-token-for-tests"


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key", "X-MS-Token", "Token"])
def test_a_token_in_the_wrong_header_is_not_ignored(name: str) -> None:
    value = f"{'Bearer ' if name == 'Authorization' else ''}hf_abcdef"
    error = refused(cat(provider="huggingface"), {name.lower(): value})
    assert (error.status, error.code, error.field) == (401, "AUTH_REQUIRED", "X-HF-Token")
    assert f"the token of HuggingFace is in the header {name}, which is not read" in error.message
    own = parse(cat(provider="huggingface"), {name.lower(): value, "x-hf-token": "hf_own"})
    assert own.token == "hf_own"


@pytest.mark.parametrize(
    ("provider", "header", "token", "owner"),
    [
        ("gitee", "x-api-key", "hf_a", "HuggingFace"),
        ("modelscope", "x-ms-token", "hf_a", "HuggingFace"),
        ("huggingface", "x-hf-token", "ms-a", "ModelScope"),
    ],
)
def test_a_token_goes_to_no_other_provider(provider: str, header: str, token: str, owner: str) -> None:
    error = refused(cat(provider=provider), {header: token})
    assert (error.status, error.code) == (401, "AUTH_INVALID")
    assert f"has a token of {owner}" in error.message


def test_the_repr_of_a_request_has_no_token() -> None:
    parsed = parse(cat())
    assert parsed.token == TOKEN
    assert TOKEN not in repr(parsed) + str(parsed.request.to_json())


@pytest.mark.parametrize("scale", [None, 1, 4, 2.0])
def test_an_upscale_needs_a_link_and_accepts_a_scale(scale: Any) -> None:
    body = json.dumps({"url": "https://example.com/cat.png", "scale": scale}).encode()
    request = parse_upscale(body, {}).request
    assert (request.provider, request.source_url) == ("huggingface", "https://example.com/cat.png")
    assert request.scale == (scale or 4)


def test_an_invalid_upscale_is_refused() -> None:
    urls = ("", 1, "cat.png", "file:///etc/passwd", "http://", "http://[::1/", "https://a b/", "https://a/\n")
    wrong: list[tuple[str, dict[str, Any]]] = [("url", {"url": url}) for url in (*urls, "https://a/" + "x" * 2048)]
    wrong += [("scale", {"url": "https://a.test/b.png", "scale": scale}) for scale in (0, 5, 2.5, "2", True)]
    for field, fields in [("url", {}), *wrong]:
        with pytest.raises(errors.InvalidParams) as caught:
            parse_upscale(json.dumps(fields).encode(), {})
        assert caught.value.field == field, fields


def test_a_body_over_the_limit_is_refused_unread() -> None:
    assert parse(json.dumps(cat(other="")).encode().ljust(MAX_BODY))
    error = refused(b"x" * (MAX_BODY + 1))
    assert (error.status, error.code) == (413, "PAYLOAD_TOO_LARGE")


def test_a_body_may_spell_any_character() -> None:
    text = {"a": "猫\U0001f600\u2028\\"}
    assert read_json(json.dumps(text).encode()) == read_json(json.dumps(text, ensure_ascii=False).encode()) == text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"prompt": "a"', "it ends too early: see line 1, column 15"),
        (b'{\n"seed": nan}', "line 2, column 9"),
        (b'{"seed": NaN}', "JSON does not have the number NaN"),
        (b'{"seed": -Infinity}', "JSON does not have the number -Infinity"),
        (b'{"seed": ' + b"[" * 50 + b"]" * 50 + b"}", "50 levels"),
        (b'{"seed": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", "50 levels"),
        (b'{"prompt": "\\ud800"}', "an invalid character"),
        (b'{"prompt": "\xff"}', "in another encoding than UTF-8, such as GBK: see byte 13"),
        ('{"prompt": "一只猫在睡觉"}'.encode("gbk"), "such as GBK"),
        *(('{"prompt": "a cat"}'.encode(name), "UTF-16") for name in ("utf-16", "utf-16-le", "utf-16-be")),
        (b'{"prompt": "a",}', "a comma before a closing bracket: see line 1, column 15"),
        (b'{"prompt": "a" // big\n}', "there is a comment"),
        (b'{"seed": None}', "there is None instead of true, false or null"),
        ('{"prompt"：1}'.encode(), "there is ： instead of a character of ASCII"),
        (b'{"prompt": "a\n"}', "a line break or a tab inside a text"),
        (b'{"prompt": "C:\\cat"}', "a single backslash in a text"),
        (b'{"prompt": "a"};', "there is more text after its end"),
        (b"```json\n{}\n```", "as in Markdown"),
        (b"a cat", "it is plain text"),
        (b"\x1f\x8b\x08\x00", "in gzip, without the header Content-Encoding: gzip"),
        (b"PK\x03\x04", "an Excel workbook"),
        (b"", "it is empty"),
        (b"[]", "must be a JSON object, not"),
        (b"null", "must be a JSON object, not"),
        (b"prompt=a+cat&width=512", "it is a form that begins with prompt=, and not JSON"),
        (b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na', "it is a multipart form"),
        (b"<p>", "it is HTML"),
        (b'\'{"prompt": "a cat"}\'', "straight double quotes"),
        (b"{prompt: a cat}", "straight double quotes"),
        ("{“prompt”: “a cat”}".encode(), "straight double quotes"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_body_that_is_not_an_object_says_why(body: bytes, reason: str) -> None:
    error = refused(body)
    assert (error.status, error.code, error.field) == (400, "INVALID_REQUEST", "body")
    assert reason in error.message
    assert len(error.message) <= 300
    assert not PYTHON.search(error.message)


def test_a_body_may_begin_with_a_bom_and_blanks() -> None:
    for start in (b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n", b" \n"):
        assert parse(start + b'{"prompt": "a cat"}').request.prompt == "a cat"


def test_a_body_may_be_nested_fifty_levels_deep() -> None:
    assert refused(b'{"prompt": "a", "seed": ' + b"[" * 49 + b"]" * 49 + b"}").field == "seed"
    assert parse(cat(mood=[[["[" * 99]]])).request.prompt == "a cat"


@pytest.mark.parametrize("wrong", [{"steps": 99}, {"seed": "x"}, {"prompt": 1}], ids=str)
def test_a_refused_body_does_not_stay_in_memory(wrong: dict[str, Any]) -> None:
    body = Tracked(provider="gitee", **cat(**wrong))
    kept = weakref.ref(body)
    with suppress(EaselError):
        validated(GenerateBody, body)
    del body
    gc.collect()
    assert kept() is None
