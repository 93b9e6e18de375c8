"""Reading a manifest: JSON Lines, or CSV with a header; in UTF-8, with or without a BOM, with any line ends.

It is read by byte ranges, so its size does not matter. What cannot be read is a line with an error, and
the lines after it are read.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from easel.catalog.bodies import WHOLE, Refusal
from easel.catalog.requests import GenerateBody
from easel.errors import EaselError, InvalidRequest, PayloadTooLarge
from easel.front_door import validation
from easel.store.records import ValidatedRequest

RANGE = 4 * 1024 * 1024
"""Bytes read at once."""
BEGINNING = 64 * 1024
"""Bytes that tell what kind of file it is."""
MAX_LINE = validation.MAX_BODY
BOM = b"\xef\xbb\xbf"
MAX_COUNT = 1000
"""Pictures of one line."""
MAX_ROW_LINES = 200
"""Lines of one row of a CSV. After a broken row the lines that it took are read again."""
BROKEN = (
    "body: the CSV is broken here: a quote that is not closed or does not end its cell, a carriage return alone, or a "
    f"row of more than {MAX_LINE} bytes or {MAX_ROW_LINES} lines"
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
csv.field_size_limit(MAX_LINE)

Read = Callable[[int, int], bytes]
"""Reads the manifest's bytes from an offset, up to a number."""


def _as_name(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 200:
        raise InvalidRequest("id: must be a text of at most 200 characters, or a whole number", field="id")
    return str(value)


class LineBody(GenerateBody):
    """What a line asks for: pictures as `/api/generate` makes them."""

    id: Annotated[str | None, BeforeValidator(_as_name)] = Field(
        None, description="the line's name in the results: a text, or a whole number", examples=["cat"]
    )
    count: Annotated[int, Field(ge=1, le=MAX_COUNT), WHOLE, Refusal(InvalidRequest)] = Field(
        1, description="how many pictures; each one's seed is one higher", examples=[3]
    )


NUMBERS = LineBody.names_of(int, float)
"""Columns of a CSV that hold numbers."""
FLAGS = LineBody.names_of(bool)
"""Columns of a CSV that hold true or false."""


@dataclass(frozen=True)
class Line:
    """What one line asks for, or what is wrong with it. `number` is its first line in the file, from 1."""

    number: int
    fields: dict[str, Any] | None = None
    error: EaselError | None = None


def check(beginning: bytes, *, json_only: bool = False) -> None:
    """Raises `InvalidRequest` where a file that begins like this is no manifest, or is CSV with `json_only`."""
    if beginning[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InvalidRequest("manifest: it is in UTF-16; save it as UTF-8", field="manifest")
    if json_only and not _is_json(beginning):
        raise InvalidRequest("manifest: it must be JSON Lines: a JSON object in each line", field="manifest")
    if not _is_json(beginning):
        _header(iter(beginning.removeprefix(BOM).splitlines()))


def lines(read: Read, size: int) -> Iterator[Line]:
    """The lines that ask for something; raises `InvalidRequest` for what is no manifest."""
    beginning = read(0, BEGINNING) if size else b""
    check(beginning)
    raw = _raw_lines(read, size, len(BOM) if beginning.startswith(BOM) else 0)
    return _json_lines(raw) if _is_json(beginning) else _csv_lines(raw)


def body_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a line asks for, its `count` included."""
    return {name: value for name, value in fields.items() if name != "id"}


def validate(body: Mapping[str, Any]) -> tuple[ValidatedRequest, int]:
    """Validate a line's body. Return its request and the number of pictures; raise `CallerError`."""
    line = validation.validated(LineBody, body)
    return validation.generation(line), line.count


def name_of(fields: Mapping[str, Any]) -> str | None:
    """The name that a line has in the results, if it brings one; raises `InvalidRequest`."""
    return None if fields.get("id") is None else _as_name(fields["id"])


def _is_json(beginning: bytes) -> bool:
    return beginning.removeprefix(BOM).lstrip()[:1] == b"{"


def _raw_lines(read: Read, size: int, start: int) -> Iterator[bytes]:
    """The file's lines with their ends; one that is longer than `MAX_LINE` bytes is cut there, a little too long."""
    kept = b""
    while start < size and (block := read(start, RANGE)):
        start += len(block)
        *whole, rest = block.split(b"\n")
        for piece in whole:
            yield (kept + piece)[: MAX_LINE + 3] + b"\n"
            kept = b""
        kept = (kept + rest)[: MAX_LINE + 3]
    if kept:
        yield kept


def _json_lines(raw: Iterator[bytes]) -> Iterator[Line]:
    for number, line in enumerate(raw, 1):
        text = line.strip()
        if not text:
            continue
        try:
            if len(text) > MAX_LINE:
                message = f"body: the line is too long; at most {MAX_LINE} bytes are taken"
                raise PayloadTooLarge(message, field="body")
            yield Line(number, fields=validation.read_object(text))
        except EaselError as error:
            yield Line(number, error=error)


def _csv_lines(raw: Iterator[bytes]) -> Iterator[Line]:
    source = _Source(raw)
    header, delimiter = _header(source.bytes())
    rows = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.begin()
        try:
            row = next(rows, None)
        except csv.Error:
            number = source.first
            source.back_to_second_line()
            rows = csv.reader(source, delimiter=delimiter, strict=True)
            yield Line(number, error=InvalidRequest(BROKEN, field="body"))
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield _csv_line(row, header, source)


def _csv_line(row: list[str], header: list[str], source: _Source) -> Line:
    if source.undecodable:
        return Line(source.first, error=InvalidRequest("body: the line is not in UTF-8", field="body"))
    if len(row) > len(header):
        text = f"body: the row has {len(row)} cells, the header {len(header)}; is a comma not in quotes?"
        return Line(source.first, error=InvalidRequest(text, field="body"))
    cells = zip(header, row, strict=False)
    return Line(source.first, fields={name: _value(name, cell) for name, cell in cells if name and cell.strip()})


def _value(name: str, cell: str) -> Any:
    """A cell in its column's type. Text of another type is left for the validation to refuse."""
    text = cell.strip()
    if name in FLAGS and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if name in NUMBERS and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text if name in NUMBERS or name in ("provider", "model", "id") else cell


def _header(raw: Iterator[bytes]) -> tuple[list[str], str]:
    """The names of the columns, and what separates them."""
    for line in raw:
        if text := line.decode("utf-8", "replace").strip():
            delimiter = max(",;\t", key=text.count)
            try:
                names = [name.strip() for name in next(csv.reader([text], delimiter=delimiter))]
            except csv.Error:  # a name longer than a field of CSV may be
                names = []
            if "prompt" not in names:
                message = "manifest: neither JSON Lines nor CSV with a header that has a column prompt"
                raise InvalidRequest(message, field="manifest")
            return names, delimiter
    return ["prompt"], ","


class _Source:
    """The lines as the csv module takes them; knows which of them the current row was made of."""

    def __init__(self, raw: Iterator[bytes]) -> None:
        self._raw = raw
        self._again: deque[bytes] = deque()
        self._number = 0
        self.begin()

    def begin(self) -> None:
        self._taken: list[bytes] = []
        self.undecodable = False

    @property
    def first(self) -> int:
        """Number of the current row's first line."""
        return self._number - len(self._taken) + 1

    def bytes(self) -> Iterator[bytes]:
        while True:
            try:
                line = self._again.popleft() if self._again else next(self._raw)
            except StopIteration:
                return
            self._number += 1
            self._taken.append(line)
            yield line

    def __iter__(self) -> Iterator[str]:
        for line in self.bytes():
            if len(self._taken) > MAX_ROW_LINES:
                raise csv.Error
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError:
                self.undecodable = True
                yield line.decode("utf-8", "replace")

    def back_to_second_line(self) -> None:
        """After a broken row: the line after its first may well be the next row."""
        rest = self._taken[1:]
        self._again.extendleft(reversed(rest))
        self._number -= len(rest)
