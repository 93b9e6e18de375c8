"""What the environment of `python -m local` asks for; the only module that reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from local.errors import LocalError

EMULATOR_PORTS = {"gitee": 4571, "modelscope": 4572, "spaces": 4573}  # as in sam-local.json


@dataclass(frozen=True)
class Settings:
    """A port of 0 means any free one. A provider's base URL is None when nobody named one."""

    port: int = 8080
    aws_port: int = 4566  # where `sam local`'s defaults point; another one is taken when it is busy
    emulator_ports: Mapping[str, int] = field(default_factory=dict)  # likewise; any free one for who is absent
    live: bool = False  # real providers instead of emulators
    gitee_base_url: str | None = None
    modelscope_base_url: str | None = None
    hf_space_urls: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)  # further ones of the template

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read PORT, LIVE, GITEE_BASE_URL, MODELSCOPE_BASE_URL and HF_SPACE_URLS; a `LocalError` for nonsense."""
        return cls(
            port=_port(environment.get("PORT") or "8080"),
            emulator_ports=EMULATOR_PORTS,
            live=(environment.get("LIVE") or "0").lower() not in ("0", "false", "no", "off"),
            gitee_base_url=environment.get("GITEE_BASE_URL") or None,
            modelscope_base_url=environment.get("MODELSCOPE_BASE_URL") or None,
            hf_space_urls=_urls(environment.get("HF_SPACE_URLS") or "{}"),
        )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise LocalError(f"PORT is {text!r}; it must be a number from 0 (any free port) to 65535.")
    return int(text)


def _urls(text: str) -> dict[str, str]:
    expected = 'a JSON object of Space URLs such as {"z-image-turbo": "http://127.0.0.1:7860"}'
    try:
        value = json.loads(text)
    except ValueError as error:
        raise LocalError(f"HF_SPACE_URLS must be {expected}; it is no JSON ({error}).") from error
    if not isinstance(value, dict) or not all(isinstance(url, str) for url in value.values()):
        raise LocalError(f"HF_SPACE_URLS must be {expected}; it is {text!r}.")
    return value
