"""Read a manifest: JSON Lines, or CSV with a header, in UTF-8, with or without a byte order mark (BOM).

A CSV may also be in GB18030 (GBK), the encoding of Chinese Excel; see `manifest_text`. The manifest is read in byte
ranges, so it may be larger than the memory. A line that cannot be read is returned with its error, and reading
continues. Lines may end in LF, CR LF or CR.
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
from easel.batch.manifest_text import EXCEL_TEXT, SEPARATOR, decoded, detect_encoding
from easel.catalog.bodies import WHOLE, Refusal
from easel.catalog.requests import GenerateBody
from easel.common.pasted import folded
from easel.errors import EaselError, InvalidRequest, PayloadTooLarge
from easel.front_door import families, request_body, validation
from easel.store.records import ValidatedRequest

RANGE_BYTES = 4 * 1024 * 1024
"""Bytes per ranged read."""
DETECTION_BYTES = 64 * 1024
"""Number of bytes at the beginning from which the format and the encoding are detected."""
MAX_LINE_BYTES = request_body.MAX_BODY
BOM = b"\xef\xbb\xbf"
MAX_COUNT = 1000
"""Maximum number of pictures per line."""
MAX_ROW_LINES = 200
"""Maximum number of text lines in one CSV row. The lines after the first one of an invalid row are read as new rows."""
INVALID_ROW = (
    "body: the CSV row is invalid: a quote is not closed or does not end its cell, or the row has more than "
    f"{MAX_LINE_BYTES} bytes or {MAX_ROW_LINES} lines; write a quote inside a quoted cell twice"
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
csv.field_size_limit(MAX_LINE_BYTES)

ReadRange = Callable[[int, int], bytes]
"""Takes an offset and a length in bytes, and returns that part of the manifest."""


def _validated_id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 200:
        raise InvalidRequest("id: must be a string of at most 200 characters, or an integer", field="id")
    return str(value)


class LineBody(GenerateBody):
    """A line's body: the fields of `/api/generate`, and `id` and `count`."""

    id: Annotated[str | None, BeforeValidator(_validated_id)] = Field(
        None, description="the line's name in the results: a string or an integer", examples=["cat"]
    )
    count: Annotated[int, Field(ge=1, le=MAX_COUNT), WHOLE, Refusal(InvalidRequest)] = Field(
        1, description="number of pictures; the seed of each is one higher than the last", examples=[3]
    )


NUMBERS = LineBody.names_of(int, float)
"""CSV columns that hold numbers."""
FLAGS = LineBody.names_of(bool)
"""CSV columns that hold true or false."""
COLUMNS = manifest_text.columns(LineBody)
"""Field for each known column name of a CSV."""


class Line(NamedTuple):
    """One line's fields, or its error. `number` is the number of its first line in the file, from 1."""

    number: int
    fields: dict[str, Any] | None = None
    error: EaselError | None = None


def check_beginning(beginning: bytes, *, json_only: bool = False) -> None:
    """Raise `InvalidRequest` if a file with this beginning is not a manifest, or is CSV while `json_only` is set."""
    if kind := request_body.file_kind(beginning):
        raise InvalidRequest(f"manifest: the file is {kind}; it must be JSON Lines or CSV", field="manifest")
    if beginning.removeprefix(BOM).lstrip()[:1] == b"[":
        text = "manifest: the file is one JSON list; write each of its objects on a separate line (JSON Lines)"
        raise InvalidRequest(text, field="manifest")
    if json_only and not _is_json(beginning):
        raise InvalidRequest("manifest: the file must be JSON Lines: one JSON object on each line", field="manifest")
    if not _is_json(beginning):
        _header(iter(beginning.removeprefix(BOM).splitlines()), detect_encoding(beginning))


def lines(read: ReadRange, size: int) -> Iterator[Line]:
    """Yield the lines that are not empty. Raise `InvalidRequest` if the file is not a manifest.

    `size` is the file's size in bytes.
    """
    beginning = read(0, DETECTION_BYTES) if size else b""
    check_beginning(beginning)
    raw = _raw_lines(read, size, len(BOM) if beginning.startswith(BOM) else 0)
    return _json_lines(raw) if _is_json(beginning) else _csv_lines(raw, detect_encoding(beginning))


def body_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line's fields without `id`. Raise `InvalidRequest` for a line in OpenAI's format."""
    if "prompt" not in fields and {"custom_id", "body"} <= fields.keys():
        text = "body: the line has OpenAI's format (custom_id and body); send the file to /v1/batches"
        raise InvalidRequest(text, field="body")
    return {name: value for name, value in fields.items() if name != "id"}


def validate(body: Mapping[str, Any], models_of: families.ModelsOf = catalog.in_family) -> tuple[ValidatedRequest, int]:
    """Validate a line's body. Return its request and the number of pictures.

    `models_of` returns a family's models. Raise the errors of `families.line`.
    """
    line = validation.validated(LineBody, body)
    return families.line(line, models_of), line.count


def name_of(fields: Mapping[str, Any]) -> str | None:
    """Return the line's `id` for the results, or None without one. Raise `InvalidRequest` if it is invalid."""
    return None if fields.get("id") is None else _validated_id(fields["id"])


def _is_json(beginning: bytes) -> bool:
    return beginning.removeprefix(BOM).lstrip()[:1] == b"{"


def _raw_lines(read: ReadRange, size: int, start: int) -> Iterator[bytes]:
    """Yield the file's lines with their line ends (LF, CR LF or CR). Cut a line just after `MAX_LINE_BYTES` bytes."""
    kept = b""
    while start < size and (block := read(start, RANGE_BYTES)):
        start += len(block)
        lines = (kept[-1:] + block).splitlines(keepends=True)
        lines[0] = kept[:-1] + lines[0]
        # A line that ends in CR is incomplete too: the next range may begin with its LF.
        kept = lines.pop() if start < size and not lines[-1].endswith(b"\n") else b""
        kept = kept[: MAX_LINE_BYTES + 3]
        yield from (line[: MAX_LINE_BYTES + 3] for line in lines)
    if kept:
        yield kept


def _json_lines(raw: Iterator[bytes]) -> Iterator[Line]:
    for number, line in enumerate(raw, 1):
        text = line.strip()
        if not text:
            continue
        try:
            if len(text) > MAX_LINE_BYTES:
                message = f"body: the line has more than {MAX_LINE_BYTES} bytes; shorten it"
                raise PayloadTooLarge(message, field="body")
            yield Line(number, fields=request_body.read_object(text))
        except EaselError as error:
            yield Line(number, error=error)


def _csv_lines(raw: Iterator[bytes], encoding: str) -> Iterator[Line]:
    source = _Source(raw, encoding)
    header, delimiter = _header(source.raw_lines(), encoding)
    rows = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.start_row()
        try:
            row = next(rows, None)
        except csv.Error:
            number = source.first_line
            source.back_to_second_line()
            rows = csv.reader(source, delimiter=delimiter, strict=True)
            yield Line(number, error=InvalidRequest(INVALID_ROW, field="body"))
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield _csv_line(row, header, source)


def _csv_line(row: list[str], header: list[str], source: _Source) -> Line:
    if source.undecodable:
        text = f"body: the line is not valid {source.encoding.upper()}; save the file as UTF-8"
        return Line(source.first_line, error=InvalidRequest(text, field="body"))
    if len(row) > len(header):
        text = (
            f"body: the row has {len(row)} cells, the header {len(header)}; put a cell that contains a comma in quotes"
        )
        return Line(source.first_line, error=InvalidRequest(text, field="body"))
    cells = zip(header, row, strict=False)
    return Line(source.first_line, fields={name: _value(name, cell) for name, cell in cells if name and cell.strip()})


def _value(name: str, cell: str) -> Any:
    """Convert a cell to its column's type. Return other text unchanged; validation refuses it later."""
    text = cell.strip()
    if text.startswith("=") and (match := EXCEL_TEXT.fullmatch(text)):
        cell = match[1].replace('""', '"')
        text = cell.strip()
    if name in FLAGS and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if name in NUMBERS and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text if name in NUMBERS or name in ("provider", "model", "id") else cell


def _header(raw: Iterator[bytes], encoding: str) -> tuple[list[str], str]:
    """Return the column names and the separator. As in Excel, a first line such as `sep=;` sets the separator.

    Raise `InvalidRequest` if there is no column `prompt`, or a column appears twice.
    """
    separator = None
    for line in raw:
        text = line.decode(encoding, "replace").strip(" \r\n")
        if match := SEPARATOR.fullmatch(text):
            separator = match[1]
        elif text.strip():
            delimiter = separator or max(",;\t|", key=text.count)
            try:
                written = next(csv.reader([text], delimiter=delimiter))
            except csv.Error:  # a column name longer than the csv module allows
                written = []
            names = [COLUMNS.get(folded(name), name.strip()) for name in written]
            if "prompt" not in names:
                message = "manifest: the file must be JSON Lines, or CSV with a header that has a column prompt"
                raise InvalidRequest(message, field="manifest")
            if duplicate := next((name for name in names if name and names.count(name) > 1), None):
                message = f"manifest: the header has two columns for {duplicate}; remove one"
                raise InvalidRequest(message, field="manifest")
            return names, delimiter
    return ["prompt"], ","


class _Source:
    """Text lines for the csv module. Remembers the lines of the current row, to read them again after an error."""

    def __init__(self, raw: Iterator[bytes], encoding: str) -> None:
        self._raw = raw
        self.encoding = encoding
        self._to_reread: deque[bytes] = deque()
        self._number = 0
        self.start_row()

    def start_row(self) -> None:
        """Forget the lines of the previous row."""
        self._row_lines: list[bytes] = []
        self.undecodable = False

    @property
    def first_line(self) -> int:
        """Number of the current row's first line in the file, from 1."""
        return self._number - len(self._row_lines) + 1

    def raw_lines(self) -> Iterator[bytes]:
        """Yield the lines as bytes, and add each to the current row."""
        while True:
            try:
                line = self._to_reread.popleft() if self._to_reread else next(self._raw)
            except StopIteration:
                return
            self._number += 1
            self._row_lines.append(line)
            yield line

    def __iter__(self) -> Iterator[str]:
        for line in self.raw_lines():
            if len(self._row_lines) > MAX_ROW_LINES:
                raise csv.Error
            text = decoded(line, self.encoding)
            self.undecodable |= text is None
            yield line.decode("utf-8", "replace") if text is None else text

    def back_to_second_line(self) -> None:
        """Continue at the second line of an invalid row, which may be the next row."""
        rest = self._row_lines[1:]
        self._to_reread.extendleft(reversed(rest))
        self._number -= len(rest)
