"""The environment, read in one place. The template's parameters and resources set it; locally, the shell does.

Which variable replaces a provider's URL is said in the catalog, which reads it through `url` and `urls`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from easel.errors import InvalidSetting


@dataclass(frozen=True)
class Settings:
    """What a deployment can set. URLs carry no trailing slash; times are seconds."""

    wait_seconds: float
    jobs_table: str
    images_bucket: str
    public_url: str
    allowed_origins: tuple[str, ...]
    """Web origins that may call the API from a browser; `*` is every one."""
    retention_days: int
    function_prefix: str
    """What the names of the providers' functions begin with; a provider's id follows."""
    function_qualifier: str
    """What is invoked of those functions: `:live`, their alias, or "" for the latest."""
    batch_machine: str
    """ARN of the state machine that runs batches."""
    manifest_bucket: str
    """A bucket beside the deployment's own that manifests may lie in; empty for none."""
    parameters_path: str
    """Where the deployment's secrets lie in SSM."""
    access: str
    """Who may generate: `tokens`, who brings a provider's token or an Easel key; `keys`, who has an Easel key."""
    pictures_need_key: bool
    """Whether only the creating key may view a job and its picture."""
    anonymous_pictures: int
    """Pictures a day that an address gets without a token or key, where the provider takes such calls; 0 for none."""
    jobs_at_once: int
    """Jobs that one caller, a key or an address, may have at one moment; 0 for no limit."""
    daily_pictures: int
    """Pictures a day over the whole deployment; 0 for no limit."""
    time_zone: str
    """Whose days and months are counted."""

    def function(self, provider_id: str) -> str:
        """The name of the provider's function, as Lambda takes it; raises `InvalidSetting`."""
        if not self.function_prefix:
            raise InvalidSetting("the setting FUNCTION_PREFIX must hold what the functions' names begin with")
        return f"{self.function_prefix}{provider_id}{self.function_qualifier}"


@cache
def settings() -> Settings:
    """The settings of this process; raises `InvalidSetting`."""
    access = _one_of("ACCESS", "tokens", "keys")
    return Settings(
        wait_seconds=_number("WAIT_SECONDS", 25),
        jobs_table=os.environ.get("JOBS_TABLE", ""),
        images_bucket=os.environ.get("IMAGES_BUCKET", ""),
        public_url=url("PUBLIC_URL", ""),
        allowed_origins=_list("ALLOWED_ORIGINS", "*"),
        retention_days=int(_number("RETENTION_DAYS", 30)),
        function_prefix=os.environ.get("FUNCTION_PREFIX", ""),
        function_qualifier=os.environ.get("FUNCTION_QUALIFIER", ""),
        batch_machine=os.environ.get("BATCH_MACHINE", ""),
        manifest_bucket=os.environ.get("MANIFEST_BUCKET", ""),
        parameters_path=os.environ.get("PARAMETERS_PATH", "/easel").rstrip("/"),
        access=access,
        pictures_need_key=flag("PICTURES_NEED_KEY") and access == "keys",
        anonymous_pictures=_count("ANONYMOUS_PICTURES", 100),
        jobs_at_once=_count("JOBS_AT_ONCE", 0),
        daily_pictures=_count("DAILY_PICTURES", 0),
        time_zone=os.environ.get("TIME_ZONE", "").strip() or "UTC",
    )


def _list(name: str, default: str) -> tuple[str, ...]:
    parts = (os.environ.get(name, "").strip() or default).split(",")
    return tuple(part.strip() for part in parts if part.strip())


def _one_of(name: str, *allowed: str) -> str:
    """The variable's value; the first of those allowed where it is not set."""
    value = os.environ.get(name, "").strip() or allowed[0]
    if value not in allowed:
        raise InvalidSetting(f"the setting {name} must be one of {', '.join(allowed)}, not {value[:100]!r}")
    return value


def _count(name: str, default: int) -> int:
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
        raise InvalidSetting(f"the setting {name} must be a whole number from 0, not {raw[:100]!r}")
    return int(raw)


def _number(name: str, default: float) -> float:
    raw = os.environ.get(name, "").strip()
    try:
        value = float(raw) if raw else default
    except ValueError as error:
        raise InvalidSetting(f"the setting {name} must be a number, not {raw[:100]!r}") from error
    if not 0 < value < 1e6:
        raise InvalidSetting(f"the setting {name} must be a number above 0, not {raw[:100]!r}")
    return value


def flag(name: str) -> bool:
    """Whether the variable of that name is `true`; false if it is not set. Raises `InvalidSetting`."""
    return _one_of(name, "false", "true") == "true"


def concurrency(provider_id: str, default: int) -> int:
    """Pictures that batches make at once with a provider; raises `InvalidSetting`."""
    name = f"{provider_id.upper()}_CONCURRENCY"
    if not (chosen := _count(name, default)):
        raise InvalidSetting(f"the setting {name} must be a whole number from 1")
    return chosen


def url(name: str, default: str) -> str:
    """The URL in the variable of that name, or the default, without a trailing slash; raises `InvalidSetting`."""
    return _checked_url(name, os.environ.get(name, "").strip() or default)


def _checked_url(name: str, value: str) -> str:
    if value and not _is_base_url(value):
        raise InvalidSetting(f"the setting {name} must hold an http(s) URL without a query, not {value[:200]!r}")
    return value.rstrip("/")


def _is_base_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        wrong = parts.port == 0 or parts.query or parts.fragment
    except ValueError:  # an address or port that is none
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not wrong


def urls(name: str) -> dict[str, tuple[str, ...]]:
    """The URLs in the variable of that name, a JSON object with a URL or a list of URLs by name.

    Raises `InvalidSetting`.
    """
    entries = {key: value if isinstance(value, list) else [value] for key, value in _object(name).items()}
    if not all(urls and all(isinstance(url, str) and url for url in urls) for urls in entries.values()):
        sample = '{"upscaler": "https://…"}, or with a list of URLs in place of one'
        raise InvalidSetting(f"the setting {name} must hold a JSON object such as {sample}")
    return {key: tuple(_checked_url(name, url) for url in urls) for key, urls in entries.items()}


def model_aliases() -> dict[str, str]:
    """Names of models that programs have built in, each with the one that it stands for; raises `InvalidSetting`."""
    name = "MODEL_ALIASES"
    value = _object(name)
    if not all(isinstance(text, str) and text for text in value.values()):
        sample = '{"dall-e-3": "gitee/z-image-turbo"}'
        raise InvalidSetting(f"the setting {name} must hold a JSON object such as {sample}")
    return value


def _object(name: str) -> dict[str, Any]:
    """The JSON object in the variable of that name; raises `InvalidSetting`."""
    raw = os.environ.get(name, "").strip() or "{}"
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InvalidSetting(f"the setting {name} must hold a JSON object, not {raw[:100]!r}") from error
    if not isinstance(value, dict):
        raise InvalidSetting(f"the setting {name} must hold a JSON object, not {raw[:100]!r}")
    return value
