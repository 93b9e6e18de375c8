"""Read a manifest: JSON Lines, or CSV with a header, in UTF-8 with or without a BOM, with any line ends.

A CSV may also be in GB18030 (GBK), the encoding of Chinese Excel; see `manifest_text`. The manifest is read in byte
ranges, so its size does not matter. A line that cannot be read becomes a line with an error, and reading continues.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from easel import catalog
from easel.batch import manifest_text
from easel.batch.manifest_text import EXCEL_TEXT, SEPARATOR, decoded, encoding_of
from easel.catalog.bodies import WHOLE, Refusal
from easel.catalog.requests import GenerateBody
from easel.common.pasted import folded
from easel.errors import EaselError, InvalidRequest, PayloadTooLarge
from easel.front_door import families, request_body, validation
from easel.store.records import ValidatedRequest

RANGE = 4 * 1024 * 1024
"""Bytes per ranged read."""
BEGINNING = 64 * 1024
"""Bytes from which the kind of file is detected."""
MAX_LINE = request_body.MAX_BODY
BOM = b"\xef\xbb\xbf"
MAX_COUNT = 1000
"""Maximum number of pictures per line."""
MAX_ROW_LINES = 200
"""Maximum number of text lines in one CSV row. After a broken row, its later lines are read again as rows."""
BROKEN = (
    "body: the CSV is broken here: a quote that is not closed or does not end its cell, or a row of more than "
    f"{MAX_LINE} bytes or {MAX_ROW_LINES} lines"
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
csv.field_size_limit(MAX_LINE)

Read = Callable[[int, int], bytes]
"""Takes an offset and a length in bytes, and returns that part of the manifest."""


def _as_name(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 200:
        raise InvalidRequest("id: must be a text of at most 200 characters, or a whole number", field="id")
    return str(value)


class LineBody(GenerateBody):
    """A line's body: a body of `/api/generate`, with `id` and `count`."""

    id: Annotated[str | None, BeforeValidator(_as_name)] = Field(
        None, description="the line's name in the results: a text, or a whole number", examples=["cat"]
    )
    count: Annotated[int, Field(ge=1, le=MAX_COUNT), WHOLE, Refusal(InvalidRequest)] = Field(
        1, description="how many pictures; each one's seed is one higher", examples=[3]
    )


NUMBERS = LineBody.names_of(int, float)
"""CSV columns that hold numbers."""
FLAGS = LineBody.names_of(bool)
"""CSV columns that hold true or false."""
COLUMNS = manifest_text.columns(LineBody)


class Line(NamedTuple):
    """One line's fields, or its error. `number` is its first line in the file, from 1."""

    number: int
    fields: dict[str, Any] | None = None
    error: EaselError | None = None


def check(beginning: bytes, *, json_only: bool = False) -> None:
    """Raise `InvalidRequest` if a file with this beginning is not a manifest, or is CSV while `json_only` is set."""
    if kind := request_body.file_kind(beginning):
        raise InvalidRequest(f"manifest: it is {kind}", field="manifest")
    if beginning.removeprefix(BOM).lstrip()[:1] == b"[":
        text = "manifest: it is one JSON list; write each of its objects in a line of its own (JSON Lines)"
        raise InvalidRequest(text, field="manifest")
    if json_only and not _is_json(beginning):
        raise InvalidRequest("manifest: it must be JSON Lines: a JSON object in each line", field="manifest")
    if not _is_json(beginning):
        _header(iter(beginning.removeprefix(BOM).splitlines()), encoding_of(beginning))


def lines(read: Read, size: int) -> Iterator[Line]:
    """Yield the lines that are not empty. Raise `InvalidRequest` if the file is not a manifest."""
    beginning = read(0, BEGINNING) if size else b""
    check(beginning)
    raw = _raw_lines(read, size, len(BOM) if beginning.startswith(BOM) else 0)
    return _json_lines(raw) if _is_json(beginning) else _csv_lines(raw, encoding_of(beginning))


def body_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line's body, including `count`. Raise `InvalidRequest` for a line of a `/v1` batch."""
    if "prompt" not in fields and {"custom_id", "body"} <= fields.keys():
        text = "body: the line is in OpenAI's format, with custom_id and body; send the file to /v1/batches"
        raise InvalidRequest(text, field="body")
    return {name: value for name, value in fields.items() if name != "id"}


def validate(body: Mapping[str, Any], models_of: families.ModelsOf = catalog.in_family) -> tuple[ValidatedRequest, int]:
    """Validate a line's body. Return its request and the number of pictures; raise as `families.line` does."""
    line = validation.validated(LineBody, body)
    return families.line(line, models_of), line.count


def name_of(fields: Mapping[str, Any]) -> str | None:
    """Return the line's `id` for the results, or None without one. Raise `InvalidRequest` if it is invalid."""
    return None if fields.get("id") is None else _as_name(fields["id"])


def _is_json(beginning: bytes) -> bool:
    return beginning.removeprefix(BOM).lstrip()[:1] == b"{"


def _raw_lines(read: Read, size: int, start: int) -> Iterator[bytes]:
    """Yield the file's lines with their line ends (LF, CR LF or CR). A line over `MAX_LINE` bytes is cut there."""
    kept = b""
    while start < size and (block := read(start, RANGE)):
        start += len(block)
        lines = (kept[-1:] + block).splitlines(keepends=True)
        lines[0] = kept[:-1] + lines[0]
        kept = (
            lines.pop() if start < size and not lines[-1].endswith(b"\n") else b""
        )  # the next read may begin with the LF of this CR
        kept = kept[: MAX_LINE + 3]
        yield from (line[: MAX_LINE + 3] for line in lines)
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
            yield Line(number, fields=request_body.read_object(text))
        except EaselError as error:
            yield Line(number, error=error)


def _csv_lines(raw: Iterator[bytes], encoding: str) -> Iterator[Line]:
    source = _Source(raw, encoding)
    header, delimiter = _header(source.bytes(), encoding)
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
        text = f"body: the line is not in {source.encoding.upper()}; save the file as UTF-8"
        return Line(source.first, error=InvalidRequest(text, field="body"))
    if len(row) > len(header):
        text = f"body: the row has {len(row)} cells, the header {len(header)}; is a comma not in quotes?"
        return Line(source.first, error=InvalidRequest(text, field="body"))
    cells = zip(header, row, strict=False)
    return Line(source.first, fields={name: _value(name, cell) for name, cell in cells if name and cell.strip()})


def _value(name: str, cell: str) -> Any:
    """Convert a cell to its column's type. A text that does not convert is returned as it is and fails validation."""
    if match := EXCEL_TEXT.fullmatch(cell.strip()):
        cell = match[1].replace('""', '"')
    text = cell.strip()
    if name in FLAGS and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if name in NUMBERS and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text if name in NUMBERS or name in ("provider", "model", "id") else cell


def _header(raw: Iterator[bytes], encoding: str) -> tuple[list[str], str]:
    """Return the column names and the separator. A first line such as `sep=;` sets the separator, as in Excel."""
    stated = None
    for line in raw:
        text = line.decode(encoding, "replace").strip(" \r\n")
        if match := SEPARATOR.fullmatch(text):
            stated = match[1]
        elif text.strip():
            delimiter = stated or max(",;\t|", key=text.count)
            try:
                written = next(csv.reader([text], delimiter=delimiter))
            except csv.Error:  # a column name longer than the csv module allows
                written = []
            names = [COLUMNS.get(folded(name), name.strip()) for name in written]
            if "prompt" not in names:
                message = "manifest: neither JSON Lines nor CSV with a header that has a column prompt"
                raise InvalidRequest(message, field="manifest")
            if twice := next((name for name in names if name and names.count(name) > 1), None):
                raise InvalidRequest(f"manifest: the header has two columns for {twice}", field="manifest")
            return names, delimiter
    return ["prompt"], ","


class _Source:
    """An iterator of text lines for the csv module that remembers which lines form the current row."""

    def __init__(self, raw: Iterator[bytes], encoding: str) -> None:
        self._raw = raw
        self.encoding = encoding
        self._again: deque[bytes] = deque()
        self._number = 0
        self.begin()

    def begin(self) -> None:
        self._taken: list[bytes] = []
        self.undecodable = False

    @property
    def first(self) -> int:
        """Line number of the current row's first line."""
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
            text = decoded(line, self.encoding)
            self.undecodable |= text is None
            yield line.decode("utf-8", "replace") if text is None else text

    def back_to_second_line(self) -> None:
        """Go back to the broken row's second line, which may be the next row."""
        rest = self._taken[1:]
        self._again.extendleft(reversed(rest))
        self._number -= len(rest)
