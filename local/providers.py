"""Who serves each provider: an address from the environment, an emulator, or the real one."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from local.errors import LocalError
from local.processes import ROOT
from local.settings import PROVIDERS, Settings


@dataclass(frozen=True)
class Providers:
    """`parameters` are the template's, for base URLs; `lines` say for a person who serves what; `emulated` are ids."""

    parameters: Mapping[str, str]
    lines: list[str]
    emulated: tuple[str, ...] = ()


def ports(emulators: Mapping[str, Any]) -> set[int]:
    """Return the ports that the emulators listen on."""
    urls = (url for addresses in emulators.values() for url in _urls_of(addresses))
    return {port for url in urls if (port := urlsplit(url).port)}


def needed(settings: Settings) -> bool:
    """Return whether any provider is left to an emulator; of the Spaces some may be given and the others emulated."""
    return not settings.live


def choose(settings: Settings, emulators: Mapping[str, Any]) -> Providers:
    """Addresses from the environment win, each for itself; then emulators; then, with LIVE=1, the real providers."""
    parameters, lines, ids = {}, [], []
    for provider, section in PROVIDERS.items():
        setting = section["url_setting"]
        given, emulated = settings.urls.get(setting), emulators.get(setting)
        chosen = {**(emulated or {}), **(given or {})} if "base_url" not in section else given or emulated
        if chosen:
            parameters[parameter_of(setting)] = chosen if isinstance(chosen, str) else json.dumps(chosen)
        if emulated and not isinstance(given, str):
            ids.append(provider)
        lines.append(f"{provider:<12} {_served(given, emulated, settings.emulator_ports.get(provider))}")
    return Providers(parameters, lines, tuple(ids))


def parameter_of(setting: str) -> str:
    """Return the template's parameter whose value functions get as this setting."""
    match = re.search(rf"\b{setting}: !Ref (\w+)", (ROOT / "template.yaml").read_text("utf-8"))
    if not match:
        raise LocalError(f"template.yaml gives no function the setting {setting} from a parameter.")
    return match[1]


def _served(given: Any, emulated: Any, port: int | None) -> str:
    """Who serves a provider: what was given, an emulator, or the real one; of several Spaces each may have another."""
    if isinstance(given, str):
        return given
    own = "".join(f"{name} at {', '.join(_urls_of(urls))}; for the others " for name, urls in (given or {}).items())
    if not emulated:
        return f"{own}the real provider"
    parts = urlsplit(_urls_of(emulated)[0])
    address = emulated if isinstance(emulated, str) else f"{parts.scheme}://{parts.netloc}"
    moved = f" (port {port} is busy; `sam local` will not find it)" if port and parts.port != port else ""
    return f"{own}an emulator, {address}{moved}"


def _urls_of(addresses: Any) -> list[str]:
    """Return the URLs in a setting: one URL, or an object that has a URL or a list of URLs by name."""
    if isinstance(addresses, str):
        return [addresses]
    listed = addresses if isinstance(addresses, list) else addresses.values()
    return [url for each in listed for url in _urls_of(each)]
