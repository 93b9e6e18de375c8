"""Settings from the environment of `python -m local`. No other module reads it."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.errors import LocalError
from local.processes import ROOT

PROVIDERS: Mapping[str, Any] = tomllib.loads((ROOT / "layers/easel/easel/catalog/catalog.toml").read_text("utf-8"))
"""The catalog's sections, by provider."""
EMULATOR_PORTS = {provider: 4571 + number for number, provider in enumerate(PROVIDERS)}
"""Default ports of the emulators. `sam local` expects them there."""
QUOTA_SECONDS = 45
"""Seconds until an emulated quota returns after `[[fault=quota]]` has used it up."""


@dataclass(frozen=True)
class Settings:
    """The settings. Port 0 means any free port."""

    port: int = 8080
    port_given: bool = True  # if False, a busy port is replaced by a free one
    aws_port: int = 4566  # `sam local` expects it here; a busy port is replaced by a free one
    emulator_ports: Mapping[str, int] = field(default_factory=dict)  # likewise; missing entries mean any free port
    quota_seconds: int = 0  # until an emulated quota returns; 0 means never
    live: bool = False  # real providers instead of emulators
    urls: Mapping[str, Any] = field(default_factory=dict)
    """Given provider URLs by the setting's name: a URL, or for Spaces an object of URLs."""
    parameters: Mapping[str, str] = field(default_factory=dict)  # further parameters of the template

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read PORT, LIVE, PARAMS and the URL settings in the catalog. Raise `LocalError` for invalid values."""
        sections = {section["url_setting"]: section for section in PROVIDERS.values()}
        return cls(
            port=_port(environment.get("PORT") or "8080"),
            port_given=bool(environment.get("PORT")),
            emulator_ports=EMULATOR_PORTS,
            quota_seconds=QUOTA_SECONDS,
            live=(environment.get("LIVE") or "0").lower() not in ("0", "false", "no", "off"),
            urls={
                setting: environment[setting] if "base_url" in section else _urls(setting, environment[setting])
                for setting, section in sections.items()
                if environment.get(setting)
            },
            parameters=_parameters(environment.get("PARAMS") or ""),
        )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise LocalError(f"PORT is {text!r}; it must be a number from 0 (any free port) to 65535.")
    return int(text)


def _parameters(text: str) -> dict[str, str]:
    """Read `Access=keys ModelAliases={"dall-e-3": "ms/flux-2"}`. A value ends where the next name begins."""
    from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

    before, *parts = re.split(r"(?:^|\s)([A-Z][A-Za-z0-9]*)=", text.strip())
    given = dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
    known = yaml_parse((ROOT / "template.yaml").read_text("utf-8"))["Parameters"] if text.strip() else {}
    wrong = before or next((name for name in given if name not in known), "")
    if wrong:
        raise LocalError(f"PARAMS must be Name=value …; {wrong!r} is not a parameter. Parameters: {', '.join(known)}.")
    return given


def _urls(setting: str, text: str) -> dict[str, str | list[str]]:
    expected = 'a JSON object of Space URLs such as {"z-image-turbo": "http://127.0.0.1:7860"}, or of lists of them'
    try:
        value = json.loads(text)
    except ValueError as error:
        raise LocalError(f"{setting} must be {expected}; it is not JSON ({error}).") from error
    urls = [url for urls in value.values() for url in _listed(urls)] if isinstance(value, dict) else [None]
    if not all(isinstance(url, str) for url in urls):
        raise LocalError(f"{setting} must be {expected}; it is {text!r}.")
    given: dict[str, str | list[str]] = value
    return given


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
