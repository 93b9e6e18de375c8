"""Rules of all request bodies: spellings of names, null, numbers, and error texts."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, Field, field_validator

from easel.catalog.bodies import Body, Refusal, Whole
from easel.errors import CallerError, InvalidParams, InvalidPrompt, InvalidRequest
from easel.front_door.validation import validated


class Sample(Body):
    """A body with a field of each kind."""

    word: Annotated[str, Refusal(InvalidPrompt)] = Field(min_length=1, max_length=3, pattern=r"\S", description="why")
    side_length: Whole = Field(5, ge=1, le=9, examples=[3])
    share: float = Field(0.5, ge=0)
    choice: Literal["one", "two"] = "one"
    things: list[Any] = Field([])
    steps: Whole = Field(1, validation_alias=AliasChoices("steps", "num_steps"))
    yes: bool = False


class Bounded(Body):
    """A body with fields as in pydantic's documentation."""

    share: float = Field(0.5, gt=0, lt=1)
    side: Whole = Field(64, ge=8, multiple_of=8)
    top: Annotated[Whole, Field(le=9), Refusal(InvalidPrompt)] | None = None
    sampler: Literal["euler", "ddim"] | None = None
    code: str = Field("a", pattern="^[a-z]$")
    names: list[str] = Field([], max_length=2)
    day: date | None = None
    even: Whole = 2

    @field_validator("even")
    @classmethod
    def _is_even(cls, number: int) -> int:
        if number % 2:
            raise ValueError("must be even")
        return number


class Closed(Sample, extra="forbid"):
    usual_error = InvalidRequest


def error_text(kind: type[Body] = Sample, **fields: Any) -> CallerError:
    with pytest.raises(CallerError) as caught:
        validated(kind, {"word": "cat", **fields} if issubclass(kind, Sample) else fields)
    return caught.value


@pytest.mark.parametrize(
    ("name", "value", "attribute", "expected"),
    [
        ("sideLength", 9, "side_length", 9),
        ("side_length", 9.0, "side_length", 9),
        ("share", 2, "share", 2.0),
        ("share", 0.25, "share", 0.25),
        ("word", "猫猫猫", "word", "猫猫猫"),
        ("choice", "two", "choice", "two"),
        ("things", [1, {}], "things", [1, {}]),
        ("num_steps", 7, "steps", 7),
        ("yes", True, "yes", True),
    ],
)
def test_valid_values_are_converted_to_their_type(name: str, value: Any, attribute: str, expected: Any) -> None:
    read = getattr(validated(Sample, {"word": "cat", name: value}), attribute)
    assert (read, type(read)) == (expected, type(expected))


NO_LENGTHS = [0, 10, 1.5, True, "1", [], {}, float("inf"), float("nan"), 10**400, -(10**30)]


@pytest.mark.parametrize(
    ("name", "public", "values", "allowed"),
    [
        ("side_length", "sideLength", NO_LENGTHS, "a whole number from 1 to 9"),
        ("share", "share", [-1, True, "1", float("nan"), float("-inf"), 10**400, {}], "a number of at least 0"),
        ("word", "word", ["", "xxxx", " \t\u3000", "\x1c", "\ud800", 1, ["x"]], "a text of 1 to 3 characters"),
        ("choice", "choice", ["three", "", 1, ["one"], {}, True], "'one' or 'two'"),
        ("things", "things", ["text", {}, 1], "a list"),
        ("num_steps", "steps", ["\ud800", "7", []], "a whole number"),
        ("yes", "yes", ["true", 1, "", 0], "true or false"),
    ],
)
def test_an_invalid_value_is_refused_by_field_name(name: str, public: str, values: list[Any], allowed: str) -> None:
    for value in values:
        error = error_text(**{name: value})
        assert error.message.startswith(f"{public}: must be {allowed}")
        assert (type(error), error.field) == (InvalidPrompt if name == "word" else InvalidParams, public)
        assert len(error.message) < 200
        json.dumps(error.body(), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("share", 0, "share: must be a number above 0 and below 1; got 0"),
        ("side", 12, "side: must be a whole number of at least 8 and divisible by 8; got 12"),
        ("top", 10, "top: must be a whole number of at most 9; got 10"),
        ("sampler", "x", "sampler: must be 'euler' or 'ddim'; got \"x\""),
        ("code", "B", 'code: must be a text of at most 4096 characters, matching ^[a-z]$; got "B"'),
        ("names", "a", 'names: must be a list; got "a"'),
        ("names", ["a", 1], "names.1: must be a string; got 1"),
        ("names", ["a", "b", "c"], 'names: must have at most 2 items after validation, not 3; got ["a", "b", "c"]'),
        ("even", 3, "even: must be even; got 3"),
        ("day", "x", "day: must be a date"),  # pydantic's own text
    ],
)
def test_constraint_errors_say_what_is_allowed(name: str, value: Any, message: str) -> None:
    error = error_text(Bounded, **{name: value})
    assert error.message.startswith(message)
    assert type(error) is (InvalidPrompt if name == "top" else InvalidParams)


def test_unknown_and_repeated_fields_are_warnings_or_errors() -> None:
    body = validated(Sample, {"word": "cat", "sideLength": 3, "side_length": 3.0, "b": 1, "a": None})
    assert (body.side_length, body.unknown_fields()) == (3, ["unknown field ignored: 'b'"])
    error = error_text(sideLength=3, side_length=4)
    assert error.message == "sideLength: given twice with different values, as sideLength and side_length"
    error = error_text(Closed, other=1)
    assert (type(error), error.field) == (InvalidRequest, "other")
    assert "use one of: word, sideLength, share" in error.message
    assert type(error_text(Closed, share="x")) is InvalidRequest
    assert error_text(yes=3, share="x", choice=1).field == "share"  # the first one in declared order


def test_a_missing_field_or_a_missing_object_is_named() -> None:
    for body in ({}, {"word": None}):
        with pytest.raises(InvalidPrompt, match="word: required; must be a text of 1 to 3 characters, not blank"):
            validated(Sample, body)
    others: list[Any] = [[], "text", 1, None]
    for other in others:
        with pytest.raises(InvalidRequest, match="body: must be a JSON object") as caught:
            validated(Sample, other)
        assert caught.value.field == "body"


def test_the_schema_matches_the_validation() -> None:
    schema = Sample.model_json_schema()
    word = {"type": "string", "minLength": 1, "maxLength": 3, "pattern": r"\S", "description": "why"}
    side = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"type": "null"}], "default": 5, "examples": [3]}
    assert schema["required"] == ["word"]
    assert (schema["properties"]["word"], schema["properties"]["sideLength"]) == (word, side)
