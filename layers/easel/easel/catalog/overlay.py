"""Apply an overlay to the built-in catalog. An overlay is an owner's own catalog, in the format of `catalog.toml`.

An entry of `[[gitee.models]]` with the `id` of a built-in model replaces the keys that it has. An entry with another id
adds a model. In addition to the keys of `catalog.toml`, an entry may have `off = true`, which removes a model, and
`more_spaces`, Spaces that are asked after those of the catalog. The table `aliases` maps further names for `/v1` to
models. Providers cannot be added, because each needs its own function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import ValidationError

from easel.catalog import families, lookup
from easel.catalog.families import AUTO
from easel.catalog.lookup import Catalog
from easel.catalog.models import UPSCALER, FromList, Model, Name, Provider, Space, fields_of
from easel.catalog.ranges import CatalogEntry, Sides
from easel.settings import CHEAPEST

ALIASES = "aliases"
ALLOWED_SIDES = Sides()
Path = tuple[str | int, ...]
Entry = TypeVar("Entry", bound=CatalogEntry)


class OverlayModel(Model):
    """A model with the keys that only overlays have."""

    off: bool = False
    """Removes the model."""
    more_spaces: Annotated[tuple[Space, ...], FromList] = ()
    """Spaces that are asked after those of the catalog."""


class OverlaySection(CatalogEntry):
    """An overlay's section for one provider."""

    models: Annotated[tuple[Mapping[str, Any], ...], FromList] = ()
    upscaler: Space | None = None


class OverlayAliases(CatalogEntry):
    """Further names for `/v1`, and the model of each."""

    aliases: Mapping[Name, Name] = {}


@dataclass(frozen=True)
class Problem:
    """A fault of an overlay, and the path of its key."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'the catalog'}: {self.reason}"


class OverlayInvalid(ValueError):
    """An overlay is invalid. The error has all problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def read(text: str, built_in: Mapping[str, Provider] | None = None) -> Catalog:
    """Return the built-in catalog with an overlay in TOML applied. Raise `OverlayInvalid`, or `TOMLDecodeError`."""
    import tomllib  # here, since most deployments have no overlay

    return merge(tomllib.loads(text), built_in or lookup.built_in())


def merge(overlay: Mapping[str, Any], built_in: Mapping[str, Provider]) -> Catalog:
    """Return a catalog with an overlay applied. Raise `OverlayInvalid`."""
    problems: list[Problem] = []
    providers = dict(built_in)
    for name, section in overlay.items():
        if name in built_in:
            providers[name] = _provider(built_in[name], section, problems)
        elif name != ALIASES:
            problems.append(Problem((name,), f"unknown provider; use one of: {', '.join(built_in)}"))
    known = _validated(OverlayAliases, {ALIASES: overlay.get(ALIASES, {})}, (), problems)
    aliases = known.aliases if known else {}
    for name, model in aliases.items():
        if not problems and model != CHEAPEST and not _resolves(model, providers):
            problems.append(Problem((ALIASES, name), f"unknown model {model!r}; GET /v1/models lists the names"))
    if problems:
        raise OverlayInvalid(problems)
    return Catalog(providers, dict(aliases))


def _resolves(name: str, providers: Mapping[str, Provider]) -> bool:
    """Return whether a name denotes a model, or a family such as `auto/z-image-turbo`."""
    among = {**providers, AUTO: families.as_provider(providers)}
    every = (model.id for provider in providers.values() for model in provider.models)
    return lookup.qualified(name, among) is not None or name in every


def _provider(provider: Provider, section: Any, problems: list[Problem]) -> Provider:
    """Return the provider with its section of an overlay applied. Add faults to `problems`."""
    given = _validated(OverlaySection, section, (provider.id,), problems)
    if given is None:
        return provider
    models = {model.id: model for model in provider.models}
    places: dict[str, int] = {}
    for place, entry in enumerate(given.models):
        path = (provider.id, "models", place)
        model = _model(provider, models, entry, path, problems)
        if model is None:
            continue
        if model.id in places:
            problems.append(Problem((*path, "id"), f"this file has an earlier entry for {model.id!r}; merge them"))
        places[model.id] = place
        if model.off:
            models.pop(model.id, None)
        else:
            models[model.id] = _as_model(model, models.get(model.id), entry)
    if not models:
        problems.append(Problem((provider.id,), "all its models are off; a provider needs at least one"))
        return provider
    problems += _ambiguous(provider.id, places, models)
    upscaler = given.upscaler.model_copy(update={"pinned": True}) if given.upscaler else provider.upscaler
    if given.upscaler and not provider.upscaler:
        problems.append(Problem((provider.id, UPSCALER), f"{provider.name} does not enlarge pictures; remove it"))
    return provider.model_copy(update={"models": tuple(models.values()), "upscaler": upscaler})


def _model(
    provider: Provider, models: Mapping[str, Model], entry: Mapping[str, Any], path: Path, problems: list[Problem]
) -> OverlayModel | None:
    """Return the built-in model with an entry applied, or a new model. Return None for an invalid entry."""
    model_id = entry.get("id")
    known = models.get(model_id) if isinstance(model_id, str) else None
    before = {name: getattr(known, name) for name in known.model_fields_set} if known else {}
    if not known and entry.get("off") is True:
        problems.append(Problem((*path, "id"), f"{provider.name} has no model {model_id!r} to remove"))
        return None
    missing = "" if known or model_id is None else f"; {provider.name} has no model {model_id!r}, so this is a new one"
    model = _validated(OverlayModel, {**before, **entry}, path, problems, missing)
    if model is None:
        return None
    wrong = [Problem((*path, *place), reason) for place, reason in _faults(provider, model)]
    problems += wrong
    return None if wrong else model


def _faults(provider: Provider, model: OverlayModel) -> Iterator[tuple[Path, str]]:
    """Yield faults that the catalog's models do not check, each with the path of its key."""
    if not model.id.isprintable() or "," in model.id or model.id.strip() != model.id or model.id == UPSCALER:
        yield ("id",), f"must be printable, without a comma or blanks around it, and not {UPSCALER!r}"
    if not (model.sides.min in ALLOWED_SIDES and model.sides.max in ALLOWED_SIDES):
        yield ("sides",), "must be from 256 to 2048"
    spaces = [("spaces", model.spaces), ("more_spaces", model.more_spaces)]
    if provider.base_url and (model.spaces or model.more_spaces):
        yield (("spaces" if model.spaces else "more_spaces"),), f"{provider.name} has no Spaces"
    if not provider.base_url and model.edits:
        yield ("edits",), f"not supported: Easel sends no source pictures to {provider.name}"
    if not provider.base_url and not model.spaces and not model.more_spaces:
        yield (), f"spaces: a model of {provider.name} needs at least one [[{provider.id}.models.spaces]]"
    for key, of_key in spaces:
        for place, space in enumerate(of_key):
            if "prompt" not in fields_of(space.arguments).values():
                yield (key, place, "arguments"), 'one of them must be "{prompt}"'


def _as_model(model: OverlayModel, known: Model | None, entry: Mapping[str, Any]) -> Model:
    """Return the entry as a model of the catalog. Its own Spaces are pinned."""
    own = {"pinned": True}
    before = known.spaces if known and "spaces" not in entry else ()
    spaces = [each.model_copy(update=own) for each in (model.spaces if "spaces" in entry else ())]
    more = [each.model_copy(update=own) for each in model.more_spaces]
    fields = {name: getattr(model, name) for name in model.model_fields_set & set(Model.model_fields)}
    return Model.model_validate({**fields, "spaces": (*before, *spaces, *more)})


def _ambiguous(provider_id: str, places: Mapping[str, int], models: Mapping[str, Model]) -> list[Problem]:
    """Return a problem for each alias in an overlay that is also another model's name.

    Args:
        provider_id: the provider.
        places: the index of each valid entry in the overlay, by its model's id.
        models: all models of the provider, by id.
    """
    names = Counter(name for model in models.values() for name in {model.id, model.alias} if name)
    return [
        Problem((provider_id, "models", place, "alias"), f"another model has the name {models[model_id].alias!r}")
        for model_id, place in places.items()
        if model_id in models and names[models[model_id].alias] > 1
    ]


def _validated(kind: type[Entry], value: Any, path: Path, problems: list[Problem], missing: str = "") -> Entry | None:
    """Return the value as the model. If it is invalid, add its errors to `problems` and return None."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        own = (each for each in errors if each["type"] != "default_factory_not_called")  # caused by another error
        own = (each for each in own if each["loc"][-1:] != ("int",))  # `int | float` reports an error for each type
        problems += [Problem((*path, *_key(each["loc"])), _reason(each, missing)) for each in own]
        return None


def _key(location: Path) -> Path:
    """Return the path of a key in the file. For `int | float`, pydantic appends one of the types to it."""
    return location[:-1] if location[-1:] == ("float",) else location


def _reason(error: Any, missing: str) -> str:
    """Return the text of a pydantic error."""
    if error["type"] == "extra_forbidden":
        return "unknown key"
    if error["type"] == "missing":
        return f"required{missing}"
    text = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return text if error["type"] == "value_error" else f"{text}, not {error['input']!r:.80}"
