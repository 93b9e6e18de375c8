"""Parts of the catalog's entries: their base class, ranges of numbers, and sides of pictures."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class CatalogEntry(BaseModel):
    """Base of the catalog's entries. An unknown key or an invalid value is an error that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class Range(CatalogEntry):
    """An inclusive range of numbers, and its default."""

    min: int | float
    max: int | float
    default: int | float

    @model_validator(mode="after")
    def _holds_its_default(self) -> Self:
        if self.default not in self:
            raise ValueError(f"default: must lie from min, {self.min}, to max, {self.max}; it is {self.default}")
        return self

    def __contains__(self, value: float) -> bool:
        return self.min <= value <= self.max


class Sides(CatalogEntry):
    """The side lengths of pictures, in pixels: `min`, and each `step` more up to `max`."""

    min: int = 256
    max: int = 2048
    step: int = Field(1, ge=1)

    @model_validator(mode="after")
    def _has_a_side(self) -> Self:
        if not 1 <= self.min <= self.max:
            raise ValueError(f"min: must lie from 1 to max, {self.max}; it is {self.min}")
        return self

    def __contains__(self, side: int) -> bool:
        return self.nearest(side) == side

    def nearest(self, side: int) -> int:
        """Return the allowed side that is nearest."""
        steps = round((min(max(side, self.min), self.max) - self.min) / self.step)
        return self.min + min(steps, (self.max - self.min) // self.step) * self.step

    def __str__(self) -> str:
        multiple = f" and a multiple of {self.step}" if self.step > 1 else ""
        return f"a whole number from {self.min} to {self.max}{multiple}"
