"""Compare the catalog with the providers' public lists of models, which need no token. Each provider has a reader.

docs/providers/ describes the lists. The providers do not guarantee them, so no generation depends on them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from easel.catalog import UPSCALER, Model, Provider, Space
from easel.catalog.gradio_endpoints import endpoint_of
from easel.common.deadline import Deadline
from easel.common.provider_text import words
from easel.errors import EaselError
from easel.providers.http import Http, Reply

OK = "ok"
UNREACHABLE = "unreachable"
WAKE_PAUSES = (5.0, 10.0, 20.0, 30.0)
"""Seconds between the attempts to read a Space's description if it responds 5xx. A request wakes a sleeping Space."""
MAX_NAMES = 5
"""Maximum number of names that a finding quotes."""


@dataclass(frozen=True)
class CheckResult:
    """The result of comparing one model or Space.

    Attributes:
        provider: the provider's id.
        model: the model's id, or `upscaler`.
        finding: `ok`; or `gone`, `renamed`, `arguments`, `price`, `unreachable`.
        detail: a text about the published facts.
    """

    provider: str
    model: str
    finding: str
    detail: str


Comparison = Callable[[Deadline], list[CheckResult]]
"""Compares one or more models with one published list. Raises an error if the list cannot be read."""


def comparisons(provider: Provider, http: Http) -> list[tuple[Collection[str], Comparison]]:
    """Return a provider's comparisons, each with the ids of its models."""
    if provider.id == "gitee":
        return [([model.id for model in provider.models], lambda deadline: gitee(provider, http, deadline))]
    if provider.id == "modelscope":
        return [([model.id], _bound(modelscope, provider, model, http)) for model in provider.models]
    names = [*(model.id for model in provider.models), *([UPSCALER] if provider.upscaler else [])]
    return [([name], _bound(space, provider, name, each, http)) for name in names for each in _by_url(provider, name)]


def _bound(compare: Callable[..., CheckResult], *arguments: Any) -> Comparison:
    return lambda deadline: [compare(*arguments, deadline)]


def gitee(provider: Provider, http: Http, deadline: Deadline) -> list[CheckResult]:
    """Compare all models with Gitee AI's list of models and their operations."""
    reply = http.get(f"{provider.url}/models?include_details=true", deadline)
    body = _json(reply)
    listed = {entry["id"]: entry for entry in _objects(body.get("data")) if isinstance(entry.get("id"), str)}
    if not listed:
        raise ValueError("its list of models is empty")
    return [_gitee_model(model, listed, provider) for model in provider.models]


def _gitee_model(model: Model, listed: Mapping[str, Mapping[str, Any]], provider: Provider) -> CheckResult:
    entry = listed.get(model.id)
    if entry is None:
        return CheckResult(provider.id, model.id, *_missing_finding(model.id, listed))
    operations = _objects(entry.get("operations"))
    paths = [str(operation.get("path", "")) for operation in operations]
    wanted = "images/edits" if model.edits and not model.image_field else "images/generations"
    drawing = [each for each, path in zip(operations, paths, strict=True) if path.endswith(wanted)]
    if operations and not drawing:
        return CheckResult(provider.id, model.id, "arguments", f"has no {wanted}; it has {_shortened(paths)}")
    unit = drawing[0].get("unit_tag") if drawing else None
    name = unit.get("name") if isinstance(unit, Mapping) else None
    price = _number(drawing[0].get("price")) if drawing else None
    return CheckResult(provider.id, model.id, *_price_finding(price, model.price, f"CNY per {name}" if name else "CNY"))


def modelscope(provider: Provider, model: Model, http: Http, deadline: Deadline) -> CheckResult:
    """Compare a model with its services on ModelScope's website."""
    url = f"{website(provider.url)}/api/v1/inference/list_model_providers?ModelId={quote(model.id, safe='')}"
    reply = http.get(url, deadline)
    if reply.status == 500:
        return CheckResult(provider.id, model.id, "gone", "ModelScope does not know it, or its list failed (HTTP 500)")
    services = _objects(_object(_json(reply).get("Data"), "Data").get("Providers"))
    if not services:
        return CheckResult(provider.id, model.id, "gone", "no service offers it for calls")
    own = next((each for each in services if each.get("Name") == "ModelScope"), services[0])
    price = _number(own.get("EstimatedMagicGrainCost"))
    return CheckResult(provider.id, model.id, *_price_finding(price, model.price, "magicubes"))


def website(base_url: str) -> str:
    """Return the website's address for an address of ModelScope's API."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc.removeprefix('api-inference.')}"


def _by_url(provider: Provider, name: str) -> list[tuple[Space, ...]]:
    """Return the catalog's entries for each Space of a model. A Space from the settings may have several entries."""
    spaces = provider.spaces(name)
    return [tuple(each for each in spaces if each.url == url) for url in dict.fromkeys(each.url for each in spaces)]


def space(provider: Provider, name: str, entries: tuple[Space, ...], http: Http, deadline: Deadline) -> CheckResult:
    """Compare a Space with its own description. If it has several entries, one of them must match."""
    try:
        finding, detail = _described(entries, http, deadline)
    except Exception as error:  # an unexpected description may raise any exception
        finding, detail = UNREACHABLE, _reason(error)
    host = urlsplit(entries[0].url).netloc.rpartition("@")[2]
    return CheckResult(provider.id, name, finding, f"{host}: {detail}")


def _described(entries: tuple[Space, ...], http: Http, deadline: Deadline) -> tuple[str, str]:
    reply = _read_awake(f"{entries[0].url}/gradio_api/info", http, deadline)
    if reply.status in (401, 403, 404, 410) or reply.status in range(300, 400):
        return "gone", f"HTTP {reply.status}: moved, deleted or private"
    described = _object(_json(reply).get("named_endpoints"), "named_endpoints")
    outcomes = [_endpoint(entry, described) for entry in entries]
    return next((outcome for outcome in outcomes if outcome[0] == OK), outcomes[0])


def _read_awake(url: str, http: Http, deadline: Deadline) -> Reply:
    """Return the response with a Space's description. A sleeping Space responds 503 until it has started."""
    for pause in WAKE_PAUSES:
        reply = http.get(url, deadline)
        if reply.status < 500 or deadline.remaining() < 2 * pause:
            return reply
        time.sleep(pause)
    return http.get(url, deadline)


def _endpoint(entry: Space, described: Mapping[str, Any]) -> tuple[str, str]:
    """Compare the endpoint and its arguments. Return the finding and its detail."""
    parameters = {
        name: endpoint.get("parameters") for name, endpoint in described.items() if isinstance(endpoint, Mapping)
    }
    name = endpoint_of(parameters, entry.endpoint, entry.arguments)
    if name not in parameters:
        offered = [f"{each}({', '.join(_names(parameters[each]))})" for each in parameters]
        return "arguments", f"has no {entry.endpoint}({', '.join(entry.arguments)}); it has {_shortened(offered)}"
    changes = _changes(entry, _objects(parameters[name]))
    if changes:
        return "arguments", f"{name} {'; '.join(changes)}"
    numbered = re.fullmatch(rf"{re.escape(entry.endpoint)}(_\d+)?", name)  # by Gradio, as Easel expects
    if not numbered:
        return "renamed", f"{entry.endpoint} is now {name}; Easel finds it by its arguments"
    return OK, f"{name}({', '.join(entry.arguments)})"


def _changes(entry: Space, parameters: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the arguments and choices that an endpoint no longer accepts, and those that it newly requires."""
    known = {str(each.get("parameter_name")): each for each in parameters}
    needed = {name for name, each in known.items() if not each.get("parameter_has_default")}
    changes = []
    if removed := [name for name in entry.arguments if name not in known]:
        changes.append(f"no longer takes {', '.join(removed)}")
    if added := sorted(needed - set(entry.arguments)):
        changes.append(f"needs {', '.join(added)}")
    sized = next((name for name, value in entry.arguments.items() if value == "{ratio}"), None)
    choices = _choices(known.get(sized or "", {}))
    if choices and (refused := [ratio for ratio in entry.ratios if ratio not in choices]):
        changes.append(f"{sized} no longer takes {_shortened(refused)}")
    return changes


def _choices(parameter: Mapping[str, Any]) -> list[Any]:
    schema = parameter.get("type")
    choices = schema.get("enum") if isinstance(schema, Mapping) else None
    return choices if isinstance(choices, list) else []


def _names(parameters: Any) -> list[str]:
    return [str(each.get("parameter_name")) for each in _objects(parameters)]


def _missing_finding(model_id: str, listed: Iterable[str]) -> tuple[str, str]:
    """Return the finding for a missing model: renamed, if an entry differs only in case and punctuation; else gone."""
    alike = [other for other in listed if _plain(other) == _plain(model_id)]
    return ("renamed", f"now listed as {_shortened(alike)}") if alike else ("gone", "not in the list of models")


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _price_finding(price: float | None, recorded: float | None, unit: str) -> tuple[str, str]:
    if price is None:
        return OK, "no price published"
    if recorded is None:
        return OK, f"{price:g} {unit}; the catalog records no price"
    if price != recorded:
        return "price", f"{price:g} {unit}; the catalog records {recorded:g}"
    return OK, f"{price:g} {unit}"


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _shortened(names: Collection[str]) -> str:
    listed = ", ".join(list(names)[:MAX_NAMES])
    return f"{listed}, …" if len(names) > MAX_NAMES else listed or "none"


def _json(reply: Reply) -> Mapping[str, Any]:
    if not reply.is_success:
        raise ValueError(f"HTTP {reply.status}: {words(reply.text, 100)}")
    return _object(reply.json(), "its response")


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} is not a JSON object")
    return value


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def unreachable(provider: Provider, models: Collection[str], error: Exception) -> list[CheckResult]:
    """Return the rows for a list that could not be read."""
    return [CheckResult(provider.id, model, UNREACHABLE, _reason(error)) for model in models]


def _reason(error: Exception) -> str:
    if isinstance(error, EaselError):
        return error.message
    return str(error) if isinstance(error, ValueError) else f"its list cannot be read ({type(error).__name__})"
