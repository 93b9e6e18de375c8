"""What a client may ask for: every field with everything that can be wrong about it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from easel import errors
from easel.catalog.requests import MAX_SEED, GenerateBody
from easel.errors import EaselError, InvalidRequest
from easel.front_door.request_body import MAX_BODY, read_json
from easel.front_door.validation import parse_generate, parse_upscale, validated
from easel.store.records import ValidatedRequest
from tests.harness.python_words import PYTHON

TOKEN = "gitee-token-for-tests"
HEADERS = {"x-api-key": TOKEN}
BIG = 10**400


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


@pytest.mark.parametrize("prompt", ["猫", "?", "1", "🐱", "\u200b×", "ก", "\ue000 a"])
def test_a_prompt_that_shows_anything_is_taken(prompt: str) -> None:
    assert parse({"prompt": prompt}).request.prompt == prompt


@pytest.mark.parametrize(
    ("written", "provider"),
    [
        *(
            ("Gitee AI", "gitee"),
            ("GITEE", "gitee"),
            ("gitee-ai", "gitee"),
            ("hf", "huggingface"),
            ("HF", "huggingface"),
        ),
        *(("Hugging Face", "huggingface"), ("hugging_face", "huggingface"), ("HuggingFace", "huggingface")),
        *(("ModelScope", "modelscope"), ("Model Scope ", "modelscope"), ("ms", "modelscope")),
        *(("魔搭", "modelscope"), ("ModelScope（魔搭）", "modelscope"), ("模力方舟", "gitee"), ("MoArk", "gitee")),
    ],
)
def test_a_providers_name_may_be_spelled_as_easel_shows_it(written: str, provider: str) -> None:
    headers = {"x-api-key": TOKEN, "x-ms-token": TOKEN}
    assert parse(cat(provider=written), headers).request.provider == provider
    assert parse(cat(provider=written), headers, provider).request.provider == provider
    assert refused(cat(provider=written), headers, "nobody").code == "INVALID_PROVIDER"


@pytest.mark.parametrize("name", ["authorization", "x-ms-token", "api-key"])
def test_a_token_in_another_header_is_named_with_that_header(name: str) -> None:
    error = refused(cat(), {name: "elsewhere"})
    assert (error.status, error.code) == (401, "AUTH_REQUIRED")
    assert f"what this call has in {name.title().replace('Ms', 'MS')} is not taken for one" in error.message


def test_a_prompt_alone_is_a_request_with_every_default() -> None:
    parsed = parse({"prompt": "a cat"})
    request = parsed.request
    assert (request.provider, request.model, request.prompt) == ("gitee", "z-image-turbo", "a cat")
    assert (request.width, request.height, request.steps, request.guidance_scale) == (1024, 1024, 9, None)
    assert (request.negative_prompt, request.response_format) == ("", None)
    assert 0 <= request.seed <= MAX_SEED
    assert parsed.warnings == ()


def test_two_requests_without_a_seed_get_two() -> None:
    assert parse(cat()).request.seed != parse(cat()).request.seed


def test_the_models_own_defaults_are_taken() -> None:
    request = parse(cat(model="flux-1-schnell")).request
    assert (request.steps, request.guidance_scale) == (8, 7.5)


@pytest.mark.parametrize(
    ("fields", "provider"),
    [
        ({"model": "gitee/z-image-turbo"}, None),
        ({"provider": "gitee", "model": "gitee/z-image-turbo"}, None),
        ({"provider": None, "model": "gitee/z-image-turbo"}, None),
        ({"model": "gitee/z-image-turbo"}, "gitee"),
    ],
)
def test_a_models_name_may_hold_its_provider(fields: dict[str, Any], provider: str | None) -> None:
    request = parse(cat(**fields), provider=provider).request
    assert (request.provider, request.model) == ("gitee", "z-image-turbo")


def test_a_provider_in_the_models_name_is_the_calls() -> None:
    parsed = parse(cat(model="ms/flux-2"), {"x-ms-token": TOKEN})
    assert (parsed.request.provider, parsed.request.model) == ("modelscope", "black-forest-labs/FLUX.2-dev")
    assert refused(cat(model="ms/flux-2")).field == "X-MS-Token"
    assert refused(cat(model="ms/flux-2"), provider="gitee").code == "INVALID_PROVIDER"


@pytest.mark.parametrize(
    ("camel", "snake", "value"),
    [
        ("negativePrompt", "negative_prompt", "blurry"),
        ("steps", "num_inference_steps", 7),
        ("guidanceScale", "guidance_scale", 2.5),
        ("responseFormat", "response_format", "b64_json"),
    ],
)
def test_both_spellings_say_the_same(camel: str, snake: str, value: Any) -> None:
    model = "flux-1-schnell" if "uidance" in camel else "z-image-turbo"
    one = parse(cat(model=model, seed=1, **{camel: value}))
    assert one == parse(cat(model=model, seed=1, **{snake: value}))
    assert one == parse(cat(model=model, seed=1, **{camel: value, snake: value}))
    assert one == parse(cat(model=model, seed=1, **{camel: None, snake: value}))
    assert one.warnings == ()
    error = refused(cat(model=model, **{camel: value, snake: "other"}))
    assert error.field == camel
    assert snake in error.message


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({}, "INVALID_PROMPT", "prompt"),
        ({"prompt": None}, "INVALID_PROMPT", "prompt"),
        ({"prompt": ""}, "INVALID_PROMPT", "prompt"),
        ({"prompt": " \n\t\u3000"}, "INVALID_PROMPT", "prompt"),
        ({"prompt": "\u200b\ufeff \u2060\u00ad"}, "INVALID_PROMPT", "prompt"),
        ({"prompt": "\u3164\u2800\ufe0f\u0301\x00"}, "INVALID_PROMPT", "prompt"),
        ({"prompt": "a \ufffd\ufffd cat"}, "INVALID_PROMPT", "prompt"),
        (cat(negative_prompt="\ufffd"), "INVALID_PROMPT", "negativePrompt"),
        ({"prompt": "x" * 4001}, "INVALID_PROMPT", "prompt"),
        ({"prompt": 5}, "INVALID_PROMPT", "prompt"),
        ({"prompt": ["a cat"]}, "INVALID_PROMPT", "prompt"),
        ({"prompt": {"text": "a cat"}}, "INVALID_PROMPT", "prompt"),
        (cat(negativePrompt=5), "INVALID_PROMPT", "negativePrompt"),
        (cat(negative_prompt="x" * 4001), "INVALID_PROMPT", "negativePrompt"),
        (cat(provider="openai"), "INVALID_PROVIDER", "provider"),
        (cat(provider="Gitee China"), "INVALID_PROVIDER", "provider"),
        (cat(provider="-"), "INVALID_PROVIDER", "provider"),
        (cat(provider=""), "INVALID_PROVIDER", "provider"),
        (cat(provider=1), "INVALID_PROVIDER", "provider"),
        (cat(provider=["gitee"]), "INVALID_PROVIDER", "provider"),
        (cat(model="flux"), "INVALID_MODEL", "model"),
        (cat(model="ovis-image"), "INVALID_MODEL", "model"),
        (cat(model="gitee/ovis-image"), "INVALID_MODEL", "model"),
        (cat(provider="gitee", model="ms/flux-2"), "INVALID_MODEL", "model"),
        (cat(model=""), "INVALID_MODEL", "model"),
        (cat(model=False), "INVALID_MODEL", "model"),
        (cat(seed="x"), "INVALID_PARAMS", "seed"),
        (cat(seed="42"), "INVALID_PARAMS", "seed"),
        (cat(seed=-1), "INVALID_PARAMS", "seed"),
        (cat(seed=2147483648), "INVALID_PARAMS", "seed"),
        (cat(seed=1.5), "INVALID_PARAMS", "seed"),
        (cat(seed=True), "INVALID_PARAMS", "seed"),
        (cat(responseFormat="png"), "INVALID_PARAMS", "responseFormat"),
        (cat(responseFormat=1), "INVALID_PARAMS", "responseFormat"),
    ],
)
def test_a_field_that_breaks_its_rule_is_named(fields: dict[str, Any], code: str, field: str) -> None:
    error = refused(fields)
    assert (error.status, error.code, error.field) == (400, code, field)
    assert error.message.startswith(f"{field}: ")
    assert isinstance(error, errors.CallerError)


@pytest.mark.parametrize("name", ["width", "height"])
@pytest.mark.parametrize(
    "value",
    [255, 2049, 0, -512, 512.5, "512", True, [], {}, BIG, -BIG, 1e308, 255.9999],
    ids=lambda value: repr(value)[:12],
)
def test_a_side_that_is_no_size_is_refused(name: str, value: Any) -> None:
    error = refused(cat(**{name: value}))
    assert (error.code, error.field) == ("INVALID_DIMENSIONS", name)
    assert "256 to 2048" in error.message


@pytest.mark.parametrize(
    "value", [0, 21, -1, 9.5, "9", "", True, [9], BIG, 1e300, 20.5], ids=lambda value: repr(value)[:12]
)
@pytest.mark.parametrize("name", ["steps", "num_inference_steps"])
def test_steps_outside_the_models_range_are_refused(name: str, value: Any) -> None:
    error = refused(cat(**{name: value}))
    assert (error.code, error.field) == ("INVALID_PARAMS", "steps")
    assert "from 1 to 20 for z-image-turbo" in error.message
    assert len(error.message) < 200


@pytest.mark.parametrize("value", [-0.1, 50.1, "7.5", True, [], BIG, -BIG, 1e308], ids=lambda value: repr(value)[:12])
@pytest.mark.parametrize("name", ["guidanceScale", "guidance_scale"])
def test_guidance_outside_the_models_range_is_refused(name: str, value: Any) -> None:
    error = refused(cat(model="flux-1-schnell", **{name: value}))
    assert (error.code, error.field) == ("INVALID_PARAMS", "guidanceScale")


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
@pytest.mark.parametrize("field", ["steps", "width", "guidanceScale", "seed"])
def test_what_is_no_finite_number_never_passes(field: str, literal: str) -> None:
    body = f'{{"prompt": "a cat", "model": "flux-1-schnell", "{field}": {literal}}}'.encode()
    assert refused(body).status == 400


def test_a_whole_number_may_be_written_as_a_float() -> None:
    request = parse(cat(steps=9.0, width=512.0, height=768.0, seed=42.0)).request
    assert (request.steps, request.width, request.height, request.seed) == (9, 512, 768, 42)
    assert all(type(value) is int for value in (request.steps, request.width, request.height, request.seed))


def test_the_ends_of_a_range_belong_to_it() -> None:
    for steps in (1, 20):
        assert parse(cat(steps=steps)).request.steps == steps
    for side in (256, 2048):
        assert parse(cat(width=side, height=side)).request.width == side
    for guidance in (0, 50, 0.0, 49.99):
        assert parse(cat(model="flux-1-schnell", guidanceScale=guidance)).request.guidance_scale == guidance
    for seed in (0, MAX_SEED):
        assert parse(cat(seed=seed)).request.seed == seed
    assert len(parse({"prompt": "猫" * 4000}).request.prompt) == 4000


def test_null_means_absent_for_every_field() -> None:
    names = [
        "provider",
        "model",
        "negativePrompt",
        "width",
        "height",
        "steps",
        "guidanceScale",
        "seed",
        "responseFormat",
    ]
    names += ["negative_prompt", "num_inference_steps", "guidance_scale", "response_format", "unknown"]
    parsed = parse(cat(**dict.fromkeys(names)))
    assert parsed.request.replace(seed=0) == parse(cat(seed=0)).request
    assert parsed.warnings == ()


@pytest.mark.parametrize(
    "extra", [{"scale": "a cat"}, {"scale": 3}, {"source_url": "http://x/"}, {"output_format": []}]
)
def test_a_field_of_another_kind_of_job_is_not_taken(extra: dict[str, Any]) -> None:
    assert parse(cat(seed=1, **extra)).request == parse(cat(seed=1)).request


def test_an_unknown_field_is_told_and_changes_nothing() -> None:
    parsed = parse(cat(seed=1, sampler="euler", n=2))
    assert parsed.request == parse(cat(seed=1)).request
    assert parsed.warnings == ("unknown field ignored: 'n'", "unknown field ignored: 'sampler'")


def test_many_unknown_fields_are_told_in_bounds() -> None:
    warnings = parse(cat(**{f"x{number}" * 60: 1 for number in range(200)})).warnings
    assert len(warnings) <= 20
    assert all(len(warning) < 200 for warning in warnings)


@pytest.mark.parametrize(
    "name", ["__class__", "model_config", "model_fields", "self", "", "model_extra", "copy", "__proto__"]
)
def test_a_field_named_like_an_inside_is_an_unknown_field(name: str) -> None:
    assert parse(cat(**{name: {"a": 1}})).warnings == (f"unknown field ignored: {name!r}",)


@pytest.mark.parametrize(
    ("fields", "token_header", "dropped"),
    [
        (cat(model="flux-1-schnell", negativePrompt="blurry"), "x-api-key", "negativePrompt"),
        (cat(guidanceScale=5), "x-api-key", "guidanceScale"),
        (cat(provider="huggingface", negative_prompt="blurry"), "x-hf-token", "negativePrompt"),
        (cat(provider="huggingface", guidance_scale=3), "x-hf-token", "guidanceScale"),
        (cat(provider="modelscope", guidance_scale=3), "x-ms-token", "guidanceScale"),
    ],
)
def test_a_knob_that_the_model_lacks_is_dropped_with_a_warning(
    fields: dict[str, Any], token_header: str, dropped: str
) -> None:
    parsed = parse(fields, {token_header: "token-for-tests"})
    assert [warning.split()[0] for warning in parsed.warnings] == [dropped]
    assert parsed.request.negative_prompt == ""
    default = parsed.request.catalog_model.guidance
    assert parsed.request.guidance_scale == (default and default.default)


def test_a_blank_negative_prompt_is_none_and_gives_no_warning() -> None:
    parsed = parse(cat(model="flux-1-schnell", negativePrompt="  "))
    assert (parsed.request.negative_prompt, parsed.warnings) == ("", ())


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"a cat", b"{", b'{"prompt": "a cat"', b"\xff\xfe{}", b"[]", b'"text"', b"12", b"null", b"true"),
        *(b'{"prompt": "\\ud800"}', b"[" * 20_000, b'{"a":' * 5_000, b"{'prompt': 1}", b"\xef\xbb\xbf{}x"),
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_that_is_no_object_is_refused_as_a_whole(body: bytes) -> None:
    error = refused(body)
    assert (error.status, error.code, error.field) == (400, "INVALID_REQUEST", "body")
    assert len(error.message) <= 300


def test_a_body_over_the_limit_is_refused_unread() -> None:
    assert parse(json.dumps(cat(other="")).encode().ljust(MAX_BODY))
    error = refused(b"x" * (MAX_BODY + 1))
    assert (error.status, error.code) == (413, "PAYLOAD_TOO_LARGE")


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
def test_a_request_is_judged_in_order_body_provider_token_fields(
    fields: dict[str, Any] | bytes, headers: dict[str, str], code: str
) -> None:
    assert refused(fields, headers).code == code


def test_a_wrong_provider_is_the_error_whatever_follows() -> None:
    for body in (cat(provider=[], model="z-image-turbo", steps=0), cat(provider="nobody", guidanceScale="x")):
        with pytest.raises(errors.InvalidProvider):
            validated(GenerateBody, body)


@pytest.mark.parametrize("token", ["", "   "])
def test_a_missing_token_error_names_the_header(token: str) -> None:
    error = refused(cat(), {"x-api-key": token, "authorization": "Bearer elsewhere"})
    assert (error.status, error.code, error.provider) == (401, "AUTH_REQUIRED", "gitee")
    assert "X-API-Key" in error.message
    assert "https://ai.gitee.com" in error.message


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "tök", "\x00", "x" * 5000])
def test_a_malformed_token_is_refused_and_not_repeated(token: str) -> None:
    error = refused(cat(), {"x-api-key": token})
    assert (error.status, error.code) == (401, "AUTH_INVALID")
    assert token not in error.message


def test_the_token_is_optional_where_the_catalog_says_so() -> None:
    assert parse(cat(provider="huggingface"), {}).token is None
    assert parse(cat(provider="huggingface"), {"x-hf-token": " hf-token-for-tests "}).token == "hf-token-for-tests"


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key", "X-MS-Token", "Token"])
def test_a_token_in_the_wrong_header_is_not_left_out(name: str) -> None:
    value = f"{'Bearer ' if name == 'Authorization' else ''}hf_abcdef"
    error = refused(cat(provider="huggingface"), {name.lower(): value})
    assert (error.status, error.code, error.field) == (401, "AUTH_REQUIRED", "X-HF-Token")
    assert f"has its token of HuggingFace in {name}, where it is not read" in error.message
    own = parse(cat(provider="huggingface"), {name.lower(): value, "x-hf-token": "hf_own"})
    assert own.token == "hf_own"


@pytest.mark.parametrize(
    ("provider", "header", "owner"),
    [("gitee", "x-api-key", "hf_a"), ("modelscope", "x-ms-token", "hf_a"), ("huggingface", "x-hf-token", "ms-a")],
)
def test_a_token_goes_to_no_other_provider(provider: str, header: str, owner: str) -> None:
    error = refused(cat(provider=provider), {header: owner})
    assert (error.status, error.code) == (401, "AUTH_INVALID")
    assert f"holds a token of {'HuggingFace' if owner == 'hf_a' else 'ModelScope'}" in error.message


def test_only_the_providers_own_header_is_read() -> None:
    assert parse(cat(provider="huggingface"), {"x-api-key": TOKEN, "x-ms-token": "other"}).token is None


def test_a_parsed_request_never_shows_its_token() -> None:
    parsed = parse(cat())
    assert parsed.token == TOKEN
    assert TOKEN not in repr(parsed)
    assert TOKEN not in str(parsed.request.to_json())


def test_a_providers_own_address_needs_no_provider_in_the_body() -> None:
    assert parse(cat(), {"x-ms-token": "t"}, "modelscope").request.provider == "modelscope"
    assert parse(cat(provider="modelscope"), {"x-ms-token": "t"}, "modelscope").request.provider == "modelscope"


def test_a_providers_own_address_refuses_another_provider() -> None:
    error = refused(cat(provider="gitee"), HEADERS, "modelscope")
    assert (error.code, error.field) == ("INVALID_PROVIDER", "provider")
    assert "/api/generate" in error.message


@pytest.mark.parametrize("scale", [None, 1, 4, 2.0])
def test_an_upscale_asks_for_a_link_and_a_scale(scale: Any) -> None:
    body = json.dumps({"url": "https://example.com/cat.png", "scale": scale}).encode()
    request = parse_upscale(body, {}).request
    assert (request.provider, request.source_url) == ("huggingface", "https://example.com/cat.png")
    assert request.scale == (scale or 4)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "url"),
        ({"url": ""}, "url"),
        ({"url": 1}, "url"),
        ({"url": "cat.png"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "http://"}, "url"),
        ({"url": "http://[::1/"}, "url"),
        ({"url": "https://a b/"}, "url"),
        ({"url": "https://a/\n"}, "url"),
        ({"url": "https://a/" + "x" * 2048}, "url"),
        *(({"url": "https://example.com/b.png", "scale": scale}, "scale") for scale in (0, 5, -1, 2.5, "2", True)),
    ],
)
def test_an_upscale_that_breaks_a_rule_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.InvalidParams) as caught:
        parse_upscale(json.dumps(fields).encode(), {})
    assert caught.value.field == field


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"NaN", b'{"a": Infinity}', b'{"a": "\\udc00"}', b"\xff", b"[" * 9999]
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_json(body)
    assert caught.value.field == "body"
    assert len(caught.value.message) <= 300


def test_a_body_may_spell_any_character() -> None:
    text = {"a": "猫\U0001f600\u2028\\"}
    assert read_json(json.dumps(text).encode()) == read_json(json.dumps(text, ensure_ascii=False).encode()) == text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"prompt": "a"', "line 1, column 15"),
        (b'{\n"seed": nan}', "line 2, column 9"),
        (b'{"seed": NaN}', "NaN is no number"),
        (b'{"seed": -Infinity}', "-Infinity is no number"),
        (b'{"seed": ' + b"[" * 50 + b"]" * 50 + b"}", "50 levels"),
        (b'{"seed": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", "50 levels"),
        (b'{"prompt": "\\ud800"}', "half a character"),
        (b'{"prompt": "\xff"}', "not UTF-8 text but in another encoding, such as GBK: see byte 13"),
        ('{"prompt": "一只猫在睡觉"}'.encode("gbk"), "such as GBK"),
        ('{"prompt": "a cat"}'.encode("utf-16"), "UTF-16"),
        *(('{"prompt": "a cat"}'.encode(name), "UTF-16") for name in ("utf-16-le", "utf-16-be")),
        (b'{"prompt": "a",}', "a comma before a closing bracket: see line 1, column 15"),
        (b'{"prompt": "a" // big\n}', "there is a comment"),
        (b'{"seed": None}', "there is None, where JSON has true, false or null"),
        ('{"prompt"：1}'.encode(), "there is ：, where JSON has a character of ASCII"),
        (b'{"prompt": "a\n"}', "a line end or a tab inside a text"),
        (b'{"prompt": "C:\\cat"}', "a backslash in a text"),
        (b'{"prompt": "a"', "it ends too early"),
        (b'{"prompt": "a"};', "more follows behind its end"),
        (b"```json\n{}\n```", "as in Markdown"),
        (b"a cat", "it is plain text"),
        (b"\x1f\x8b\x08\x00", "in gzip, without the header Content-Encoding: gzip"),
        (b"PK\x03\x04", "an Excel workbook"),
        (b"", "it is empty"),
        (b"prompt=a+cat&width=512", "it is a form that begins with prompt=, and not JSON"),
        (b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na', "it is a multipart form"),
        (b"<p>", "it is HTML"),
        (b'\'{"prompt": "a cat"}\'', "straight double quotes"),
        (b"{prompt: a cat}", "straight double quotes"),
        ("{“prompt”: “a cat”}".encode(), "straight double quotes"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_body_that_is_no_json_says_why_in_plain_words(body: bytes, reason: str) -> None:
    error = refused(body)
    assert reason in error.message
    assert error.field == "body"
    assert not PYTHON.search(error.message)


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n", b" \n"])
def test_a_body_may_begin_with_a_bom_and_blanks(start: bytes) -> None:
    assert parse(start + b'{"prompt": "a cat"}').request.prompt == "a cat"


def test_a_body_may_be_nested_fifty_levels_deep() -> None:
    assert refused(b'{"prompt": "a", "seed": ' + b"[" * 49 + b"]" * 49 + b"}").field == "seed"
    assert parse(cat(mood=[[["[" * 99]]])).request.prompt == "a cat"


@pytest.mark.parametrize("number", [b"1e400", b"9" * 5000, b"-1e999"], ids=lambda number: number[:6])
@pytest.mark.parametrize("field", ["width", "steps", "seed", "guidanceScale"])
def test_a_number_beyond_all_others_is_its_fields_error(field: str, number: bytes) -> None:
    error = refused(b'{"prompt": "a", "model": "flux-1-schnell", "%s": %s}' % (field.encode(), number))
    assert (error.field, error.message.endswith("got a number that is too large")) == (field, True)
