"""Choose each provider's server: an address from the environment, an emulator, or the real provider."""

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
    """The chosen servers.

    `parameters` are the template's parameters with the base URLs. `lines` describe the choice for a reader. `emulated`
    are the ids of emulated providers.
    """

    parameters: Mapping[str, str]
    lines: list[str]
    emulated: tuple[str, ...] = ()


def ports(emulators: Mapping[str, Any]) -> set[int]:
    """Return the ports that the emulators listen on."""
    urls = (url for addresses in emulators.values() for url in _urls_of(addresses))
    return {port for url in urls if (port := urlsplit(url).port)}


def needed(settings: Settings) -> bool:
    """Return whether any provider needs an emulator. Some Spaces may have given addresses and others be emulated."""
    return not settings.live


def choose(settings: Settings, emulators: Mapping[str, Any]) -> Providers:
    """Choose servers. An address from the environment has priority. Otherwise LIVE=1 chooses the real provider."""
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
    """Return the template's parameter for a function's setting."""
    match = re.search(rf"\b{setting}: !Ref (\w+)", (ROOT / "template.yaml").read_text("utf-8"))
    if not match:
        raise LocalError(f"template.yaml has no parameter for the setting {setting}.")
    return match[1]


def _served(given: Any, emulated: Any, port: int | None) -> str:
    """Describe a provider's server: a given address, an emulator, or the real one. Each Space may have another."""
    if isinstance(given, str):
        return given
    own = "".join(f"{name} at {', '.join(_urls_of(urls))}; for the others " for name, urls in (given or {}).items())
    if not emulated:
        return f"{own}the real provider"
    parts = urlsplit(_urls_of(emulated)[0])
    address = emulated if isinstance(emulated, str) else f"{parts.scheme}://{parts.netloc}"
    moved = f" (port {port} is busy; `sam local` cannot find this one)" if port and parts.port != port else ""
    return f"{own}an emulator, {address}{moved}"


def _urls_of(addresses: Any) -> list[str]:
    """Return the URLs in a setting: a single URL, or an object with a URL or a list of URLs by name."""
    if isinstance(addresses, str):
        return [addresses]
    listed = addresses if isinstance(addresses, list) else addresses.values()
    return [url for each in listed for url in _urls_of(each)]
