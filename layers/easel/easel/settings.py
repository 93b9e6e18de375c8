"""The settings of a deployment, read from environment variables. No other module reads them.

The template sets the variables; on a developer's machine the shell does. The catalog names the variables that replace
providers' URLs, and reads them with `url` and `urls`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from easel.errors import InvalidSetting


def _base_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        right = parts.port != 0 and not (parts.query or parts.fragment)
    except ValueError:  # an invalid address or port
        right = False
    if not (right and parts.scheme in ("http", "https") and parts.hostname):
        raise ValueError("must be an http(s) URL without a query")
    return value.rstrip("/")


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


BaseUrl = Annotated[str, AfterValidator(_base_url)]
"""An http(s) URL without a query. A trailing slash is removed."""
Count = Annotated[int, Field(ge=0, lt=10**9)]

CHEAPEST = "cheapest"
OPENAI_ALIASES = dict.fromkeys(("dall-e-2", "dall-e-3", "gpt-image-*", "chatgpt-image-*"), CHEAPEST)
"""The default of `model_aliases`: the names of OpenAI's models."""

_LATER = ConfigDict(defer_build=True)
"""Build the validators at first use, which shortens the start."""
_FLAG: TypeAdapter[Any] = TypeAdapter(Literal["true", "false"], config=_LATER)
_URL: TypeAdapter[Any] = TypeAdapter(BaseUrl, config=_LATER)
_URLS: TypeAdapter[Any] = TypeAdapter(
    dict[str, Annotated[tuple[BaseUrl, ...], BeforeValidator(_as_list), Field(min_length=1)]], config=_LATER
)
_ALIASES: TypeAdapter[Any] = TypeAdapter(dict[str, Annotated[str, Field(min_length=1)]], config=_LATER)
_CONCURRENCY: TypeAdapter[Any] = TypeAdapter(Annotated[Count, Field(ge=1)], config=_LATER)
_MANIFESTS: TypeAdapter[Any] = TypeAdapter(
    Annotated[tuple[Annotated[str, Field(pattern="^(s3://[^/]+/|manifests/)")], ...], BeforeValidator(_split)],
    config=_LATER,
)


class Settings(BaseModel):
    """A deployment's settings. A field's variable is its name in upper case. A blank variable means the default."""

    model_config = ConfigDict(frozen=True, alias_generator=str.upper, str_strip_whitespace=True, allow_inf_nan=False)

    wait_seconds: float = Field(25, gt=0, lt=10**6)
    """Seconds that the router waits before it redirects a call of the HTTP API."""
    jobs_table: str = ""
    images_bucket: str = ""
    public_url: BaseUrl = ""
    allowed_origins: Annotated[tuple[str, ...], BeforeValidator(_split)] = ("*",)
    """Web origins that may call the API from a browser. `*` allows all."""
    retention_days: int = Field(30, gt=0, lt=10**6)
    function_prefix: str = ""
    """Prefix of the names of the providers' functions. The provider's id follows."""
    function_qualifier: str = ""
    """Suffix of the names: `:live` for an alias, "" for the latest version."""
    batch_machine: str = ""
    """ARN of the state machine that runs batches."""
    manifest_bucket: str = ""
    """Name of an additional bucket for manifests, or ""."""
    parameters_path: Annotated[str, AfterValidator(lambda path: path.rstrip("/"))] = "/easel"
    """Path of the deployment's secrets in SSM."""
    access: Literal["tokens", "keys"] = "tokens"
    """Who may generate. `tokens`: callers with a provider's token or an Easel key. `keys`: only those with a key."""
    pictures_need_key: bool = False
    """True if only the creating key may view a job and its picture."""
    anonymous_pictures: Count = 100
    """Pictures a day for an address without a token or key, at providers that allow such calls. 0 allows none."""
    jobs_at_once: Count = 0
    """Maximum concurrent jobs of a key or an address. 0 means no limit."""
    daily_pictures: Count = 0
    """Maximum pictures a day of the whole deployment. 0 means no limit."""
    marks: Literal["off", "metadata"] = "off"
    """`metadata` to add machine-readable marks to pictures, see docs/marks.md."""
    marks_propagator: str = "Easel"
    """Name or code of the deployment's owner, for the property `AIGC` of GB 45438-2025."""
    webhook_url: str = ""
    """Webhook of jobs and batches that name no other one, or ""."""
    webhook_loopback: bool = False
    """True if webhooks may call this machine, as in `make run` and tests."""
    webhook_queue: str = ""
    """URL of the SQS queue of webhooks."""
    time_zone: str = "UTC"
    """Time zone of the days and months in limits."""
    family_order: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    """Ids of the providers in the order in which a family asks them. If empty, recent results decide."""

    @field_validator("pictures_need_key")
    @classmethod
    def _requires_access_by_keys(cls, needed: bool, info: ValidationInfo) -> bool:
        return needed and info.data.get("access") == "keys"

    def function(self, provider_id: str) -> str:
        """Return the name of the provider's function in Lambda. Raise `InvalidSetting` without a prefix."""
        if not self.function_prefix:
            raise InvalidSetting(
                "the setting FUNCTION_PREFIX must be the prefix of the functions' names, such as easel-"
            )
        return f"{self.function_prefix}{provider_id}{self.function_qualifier}"


@cache
def settings() -> Settings:
    """Return the settings of this process, read once. Raise `InvalidSetting` if one is invalid."""
    try:
        return Settings.model_validate({name: value for name, value in os.environ.items() if value.strip()})
    except ValidationError as error:
        raise _invalid(str(error.errors()[0]["loc"][0]), error) from error


def flag(name: str) -> bool:
    """Return True for `true`, and False for `false` or a missing variable. Raise `InvalidSetting` for other values."""
    return bool(_read(name, _FLAG, "false") == "true")


def concurrency(provider_id: str, default: int) -> int:
    """Return the maximum pictures that batches generate concurrently at a provider. Raise `InvalidSetting`."""
    return int(_read(f"{provider_id.upper()}_CONCURRENCY", _CONCURRENCY, default))


def url(name: str, default: str) -> str:
    """Return the URL in the variable, or the default, without a trailing slash. Raise `InvalidSetting`."""
    return str(_read(name, _URL, default.rstrip("/")))


def urls(name: str) -> dict[str, tuple[str, ...]]:
    """Return the URLs in the variable, by name. Raise `InvalidSetting`.

    The variable is a JSON object that maps each name to a URL or a list of URLs.
    """
    sample = '{"upscaler": "https://…"}, or with a list of URLs in place of one'
    return _read_object(name, _URLS, sample)


def model_aliases() -> dict[str, str]:
    """Return the model for each alias, such as a name of OpenAI's that programs send. Raise `InvalidSetting`.

    An alias may be a pattern. The model `CHEAPEST` is the cheapest one that the caller can use.
    """
    return _read_object("MODEL_ALIASES", _ALIASES, '{"dall-e-3": "gitee/z-image-turbo"}', OPENAI_ALIASES)


def key_manifests() -> tuple[str, ...]:
    """Return the manifests that Easel keys may start in addition to their own uploads. Raise `InvalidSetting`.

    An entry is `s3://bucket/name`, or a name under `manifests/` in the deployment's bucket. An entry that ends with `/`
    is a folder.
    """
    found: tuple[str, ...] = _read("KEY_MANIFESTS", _MANIFESTS, ())
    return found


def _read(name: str, kind: TypeAdapter[Any], default: Any) -> Any:
    """Return the variable's value as the type. Raise `InvalidSetting` if it is invalid."""
    text = os.environ.get(name, "").strip()
    try:
        return kind.validate_python(text) if text else default
    except ValidationError as error:
        raise _invalid(name, error) from error


def _read_object(
    name: str, kind: TypeAdapter[Any], sample: str, default: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the JSON object in the variable. Raise `InvalidSetting` if it is invalid."""
    text = os.environ.get(name, "").strip()
    try:
        return dict(kind.validate_json(text) if text else default or {})
    except ValidationError as error:
        raise InvalidSetting(f"the setting {name} must be a JSON object such as {sample}") from error


def _invalid(name: str, error: ValidationError) -> InvalidSetting:
    first = error.errors()[0]
    rule = first["msg"].removeprefix("Input should ").removeprefix("Value error, must ").partition(",")[0]
    return InvalidSetting(f"the setting {name} must {rule}, not {str(first['input'])[:100]!r}")
