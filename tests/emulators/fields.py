"""Read the fields of a request body as strictly as a real server."""

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

MAX_SEED = 2**31 - 1


class FieldError(ValueError):
    """A field is missing, of the wrong type or out of range; `field` is its name."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Fields:
    """A JSON object. `null` counts as a missing field, as at the providers' servers."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = {name: value for name, value in body.items() if value is not None}

    def text(self, name: str, default: str | None = None, longest: int | None = None) -> str:
        value = self._body.get(name, default)
        if not isinstance(value, str) or (longest is not None and len(value) > longest):
            raise FieldError(name)
        return value

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        value = self._body.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise FieldError(name)
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        value = self._body.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise FieldError(name)
        return float(value)

    def size(self, name: str, low: int, high: int) -> tuple[int, int] | None:
        """Parse `WxH`. Return None for a missing field."""
        if name not in self._body:
            return None
        match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", str(self._body[name]))
        if match is None or not all(low <= int(side) <= high for side in match.groups()):
            raise FieldError(name)
        return int(match[1]), int(match[2])

    def __contains__(self, name: str) -> bool:
        return name in self._body


async def read_json(request: Request) -> Any:
    """Return the parsed body, or None if it is not JSON."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None
