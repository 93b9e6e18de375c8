"""The base of all JSON bodies of the API, and the translation of pydantic's errors to Easel's.

A body accepts a field's name in camelCase and snake_case. `null` means absent. `9.0` is an integer; `"9"` and `true`
are not. An unknown field is ignored with a warning.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import AliasChoices, AliasGenerator, BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from easel.errors import CallerError, InvalidParams, InvalidRequest

MAX_WARNINGS = 20
"""Maximum number of unknown fields in warnings."""
MAX_TEXT = 4096
"""Maximum characters of a string, unless its field has another limit."""


class Refusal(NamedTuple):
    """Annotates a field with the error for a wrong value.

    Attributes:
        error: the error's class.
        allowed: the valid values, for the error's text. If empty, the function `allowed` derives them from the field's
            type and range. For other types, pydantic's text is used.
    """

    error: type[CallerError]
    allowed: str = ""


class Rule(NamedTuple):
    """A field's documented name, the error for an invalid value, and the valid values."""

    name: str
    error: type[CallerError]
    allowed: str

    def broken_by(self, value: Any, allowed: str = "") -> CallerError:
        """Return the error for an invalid value. `allowed` replaces the rule's text of valid values."""
        return wrong(self.name, value, self.error, allowed or self.allowed)


def _as_whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_as_whole)
Whole = Annotated[int, WHOLE]
"""An integer, which may be `9` or `9.0` in JSON."""


def _camel_first(name: str) -> str | AliasChoices:
    camel = to_camel(name)
    return name if camel == name else AliasChoices(camel, name)


def _describe_null(schema: dict[str, Any]) -> None:
    """Add to a body's JSON Schema that every optional field may be null."""
    required = schema.get("required", ())
    for name, rules in schema.get("properties", {}).items():
        rules.pop("title", None)
        if name not in required and {"type": "null"} not in rules.get("anyOf", ()):
            texts = {key: rules.pop(key) for key in ("description", "default", "examples") if key in rules}
            schema["properties"][name] = {"anyOf": [rules.copy(), {"type": "null"}], **texts}


class Body(BaseModel):
    """Base of all bodies.

    A field accepts its camelCase and its snake_case name, unless it has a `validation_alias`. Validators raise
    `CallerError`, which pydantic collects like any `ValueError`.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        strict=True,
        str_max_length=MAX_TEXT,
        allow_inf_nan=False,
        regex_engine="python-re",
        defer_build=True,
        loc_by_alias=False,
        alias_generator=AliasGenerator(validation_alias=_camel_first, serialization_alias=to_camel),
        json_schema_extra=_describe_null,
    )

    usual_error: ClassVar[type[CallerError]] = InvalidParams
    """The error for an invalid value of a field without a `Refusal`."""

    @model_validator(mode="before")
    @classmethod
    def _read_names(cls, data: Any) -> Any:
        """Remove nulls and a field's second spelling. Raise the field's error if two spellings differ in value."""
        if not isinstance(data, Mapping):
            return data
        given = {name: value for name, value in data.items() if value is not None}
        for name, field in cls.model_fields.items():
            for other in (present := [each for each in _spellings(name, field) if each in given])[1:]:
                if given.pop(other) != given[present[0]]:
                    rule = cls.rule(name)
                    text = f"{rule.name}: given twice with different values, as {present[0]} and {other}"
                    raise rule.error(text, field=rule.name)
        return given

    @classmethod
    def rule(cls, name: str) -> Rule:
        """Return the rule of the field with this Python name."""
        field = cls.model_fields[name]
        own = next((each for each in _without_null(field).metadata if isinstance(each, Refusal)), None)
        own = own or Refusal(cls.usual_error)
        return Rule(_spellings(name, field)[0], own.error, own.allowed or allowed(field))

    @classmethod
    def spellings(cls, name: str) -> Sequence[str]:
        """Return all spellings of the field with this Python name."""
        return _spellings(name, cls.model_fields[name])

    @classmethod
    def names_of(cls, *types: type) -> frozenset[str]:
        """Return all spellings of the fields of these types."""
        fields = [(name, field) for name, field in cls.model_fields.items() if _without_null(field).annotation in types]
        return frozenset(spelling for name, field in fields for spelling in _spellings(name, field))

    def unknown_fields(self) -> list[str]:
        """Return a warning for each unknown field, up to `MAX_WARNINGS`."""
        return [f"unknown field ignored: {name[:100]!r}" for name in sorted(self.model_extra or ())[:MAX_WARNINGS]]


def caller_error(body: type[BaseModel], errors: Iterable[Mapping[str, Any]]) -> CallerError:
    """Return Easel's error for the first of pydantic's errors, which are in the order of the fields.

    Args:
        body: the model that raised the errors.
        errors: `ValidationError.errors()`.
    """
    first = next(iter(errors))
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, CallerError):
        return cause
    name, *below = [str(part)[:100] for part in first["loc"]] or [""]
    if issubclass(body, Body):
        if name in body.model_fields:
            return _field_error(body.rule(name), below, first)
        if first["type"] == "extra_forbidden":
            known = ", ".join(body.rule(each).name for each in body.model_fields)
            return InvalidRequest(f"{name}: unknown field; use one of: {known}", field=name)
    if not name and first["type"] in ("missing", "model_type", "model_attributes_type"):
        return InvalidRequest(f"body: must be a JSON object, not {abbreviated(first['input'])}", field="body")
    place = ".".join([name or "body", *below])
    return InvalidRequest(f"{place}: {in_words(first)}", field=place)


def _field_error(rule: Rule, below: Sequence[str], error: Mapping[str, Any]) -> CallerError:
    """Return the error for a field of a body, or for a value inside it with the path `below`."""
    place = ".".join([rule.name, *below])
    if rule.allowed and error["type"] == "missing":
        return rule.error(f"{place}: required; must be {rule.allowed}", field=place)
    if rule.allowed and error["type"] not in ("value_error", "assertion_error"):
        return rule.broken_by(error["input"])
    return rule.error(f"{place}: {in_words(error)}", field=place)


def in_words(error: Mapping[str, Any]) -> str:
    """Return the text of a pydantic error in Easel's form: `must be greater than 0; got -1`."""
    if error["type"] == "missing":
        return "required"
    text = re.sub(r"^\w+ should ", "must ", error["msg"])
    text = re.sub(r"^(Value error|Assertion failed), ", "", text)
    text = re.sub(r"\ba valid (?=([aeiou])?)", lambda match: "an " if match[1] else "a ", text)
    return f"{text[:200]}; got {abbreviated(error['input'])}"


def wrong(name: str, value: Any, error: type[CallerError], allowed: str) -> CallerError:
    """Return the error for an invalid value of a field."""
    return error(f"{name}: must be {allowed}; got {abbreviated(value)}", field=name)


def abbreviated(value: Any) -> str:
    """Return a value as JSON for an error text, with at most 60 characters."""
    if isinstance(value, str) and len(value) > 60:
        return f"a text of {len(value)} characters"
    if isinstance(value, float) and not math.isfinite(value):  # JSON's 1e400
        return "a number that is too large"
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except (TypeError, ValueError, RecursionError):
        return "a value that cannot be shown"
    return text if len(text) <= 60 else f"{text[:59]}…"


def _spellings(name: str, field: FieldInfo) -> Sequence[str]:
    """Return the accepted names of a field, the documented one first."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [each for each in alias.choices if isinstance(each, str)]
    return [alias if isinstance(alias, str) else name]


def _without_null(field: FieldInfo) -> FieldInfo:
    """Return the field without None in its type: `Whole` for `Whole | None`."""
    kinds = [each for each in get_args(field.annotation) if each is not NoneType]
    if get_origin(field.annotation) not in (Union, UnionType) or len(kinds) != 1:
        return field
    declared = FieldInfo.from_annotation(kinds[0])
    declared.metadata = [*field.metadata, *declared.metadata]
    return declared


def allowed(field: FieldInfo) -> str:
    """Return a field's valid values in words: `a whole number from 256 to 2048`. Return "" for other types."""
    field = _without_null(field)
    rules = {name: getattr(each, name) for each in field.metadata for name in _RULES if hasattr(each, name)}
    if get_origin(field.annotation) is Literal:
        return " or ".join(map(repr, get_args(field.annotation)))
    if field.annotation in (int, float):
        return " ".join(["a whole number" if field.annotation is int else "a number", *_range(rules)])
    if field.annotation is str:
        return f"a text of {_length(rules)}"
    return "true or false" if field.annotation is bool else ""


_RULES = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")
_LIMITS = {"ge": "of at least", "gt": "above", "le": "of at most", "lt": "below", "multiple_of": "divisible by"}


def _range(rules: Mapping[str, Any]) -> list[str]:
    limits = {name: f"{words} {rules[name]}" for name, words in _LIMITS.items() if name in rules}
    if {"ge", "le"} <= limits.keys():
        limits["ge"] = f"from {rules['ge']} to {rules['le']}"
        del limits["le"]
    return [" and ".join(limits.values())] if limits else []


def _length(rules: Mapping[str, Any]) -> str:
    least, most, pattern = (rules.get(name) for name in ("min_length", "max_length", "pattern"))
    length = f"at most {most or MAX_TEXT}" if least is None else f"{least} to {most or MAX_TEXT}"
    suffix = {None: "", r"\S": ", not blank"}.get(pattern, f", matching {pattern}")
    return f"{length} characters{suffix}"
