"""Records that travel as JSON between functions and into the job table; a request is one.

Dataclasses rather than pydantic's models: whoever writes one is Easel itself, and a provider's function needs nothing
else of pydantic to do a job, which would double the time that its import takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from easel import catalog


class StoredRecord:
    """Base of frozen dataclasses with a JSON form."""

    parts: ClassVar[Mapping[str, type[StoredRecord]]] = {}
    """The fields that are records themselves."""

    def to_json(self, *, defaults: bool = True) -> dict[str, Any]:
        """The fields as `json.dumps` takes them; None is left out, and where asked what has its default value."""
        return {
            name: value.to_json() if isinstance(value, StoredRecord) else value
            for name, value in vars(self).items()
            if value is not None and (defaults or value != getattr(type(self), name, None))
        }

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The record that `to_json()` was made of; fields that a newer version added are passed over.

        Raises `ValueError` for what is no such record.
        """
        if not isinstance(data, Mapping):
            raise ValueError(f"no {cls.__name__}: {type(data).__name__} instead of an object")
        known = getattr(cls, "__dataclass_fields__", {})
        given = {name: cls._read(name, value) for name, value in data.items() if name in known}
        try:
            return cls(**given)
        except TypeError as error:
            raise ValueError(f"no {cls.__name__}: {error}") from error

    @classmethod
    def _read(cls, name: str, value: Any) -> Any:
        if name in cls.parts and value is not None:
            return cls.parts[name].from_json(value)
        return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True, kw_only=True)
class Request(StoredRecord):
    """A request that the catalog allows; every field has its final value. Holds no token."""

    provider: str
    model: str
    prompt: str = ""
    negative_prompt: str = ""
    width: int = 0
    height: int = 0
    steps: int = 0
    guidance: float | None = None
    seed: int = 0
    response_format: str = "url"
    source_url: str = ""
    """Upscaling: the picture to enlarge."""
    scale: int = 0
    """Upscaling: how many times; 0 means that this is a generation."""

    @property
    def catalog_model(self) -> catalog.Model:
        return catalog.provider(self.provider).model(self.model)
