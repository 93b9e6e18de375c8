"""Reading a manifest from S3: JSON Lines, or CSV with a header; in UTF-8, with or without a BOM, any line ends.

It is read by byte ranges, so its size does not matter, and from any record on, so planning can go on where it stopped.
What cannot be read is a record with an error; the ones after it are read all the same.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from easel import requests
from easel.errors import EaselError, InvalidRequest, PayloadTooLarge

RANGE = 4 * 1024 * 1024
"""Bytes read at once."""
MAX_LINE = requests.MAX_BODY
BOM = b"\xef\xbb\xbf"
NUMBERS = frozenset(
    ("width", "height", "steps", "num_inference_steps", "guidanceScale", "guidance_scale", "seed", "count")
)
"""Columns of a CSV that hold numbers."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
csv.field_size_limit(MAX_LINE)

Read = Callable[[int, int], bytes]
"""The manifest's bytes from an offset, at most so many."""


@dataclass(frozen=True)
class Record:
    """One request, or what is wrong with it. `line` is its first line in the file, from 1.

    `end` and `lines` tell where the next record begins: the byte, and the number of lines before it.
    """

    line: int
    end: int
    lines: int
    fields: dict[str, Any] | None = None
    error: EaselError | None = None


class Lines:
    """A file's lines, from a byte on; the current place can be asked for and set.

    A line longer than `MAX_LINE` bytes comes as its beginning, one byte too long, whatever its length.
    """

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self._size = size
        self._buffer = b""
        self._start = 0
        self._at = 0
        self.number = 0
        """Lines before the current place."""

    @property
    def offset(self) -> int:
        return self._start + self._at

    def seek(self, offset: int, number: int) -> None:
        """Goes to the beginning of a line, and says how many lines are before it."""
        self.number = number
        if self._start <= offset <= self._start + len(self._buffer):
            self._at = offset - self._start
        else:
            self._start, self._at, self._buffer = offset, 0, b""

    def next(self) -> bytes | None:
        """The next line with its end; None at the end of the file."""
        kept = b""
        while True:
            end = self._buffer.find(b"\n", self._at)
            piece = self._buffer[self._at : end + 1] if end >= 0 else self._buffer[self._at :]
            self._at += len(piece)
            if len(kept) <= MAX_LINE:
                kept += piece[: MAX_LINE + 3]
            if end >= 0 or not self._more():
                break
        if kept:
            self.number += 1
        return kept or None

    def _more(self) -> bool:
        if self.offset >= self._size:
            return False
        self._start, self._at = self.offset, 0
        self._buffer = self._read(self._start, RANGE)
        return bool(self._buffer)


def records(read: Read, size: int, offset: int = 0, lines_before: int = 0) -> Iterator[Record]:
    """The records from a place on (a record's `end` and `lines`); raises `InvalidRequest` for what is no manifest."""
    lines = Lines(read, size)
    beginning = read(0, 1024) if size else b""
    if beginning[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InvalidRequest("manifest: it is in UTF-16; save it as UTF-8", field="manifest")
    skipped = len(BOM) if beginning.startswith(BOM) else 0
    if beginning[skipped:].lstrip()[:1] == b"{":
        lines.seek(max(offset, skipped), lines_before)
        return _json_records(lines)
    lines.seek(skipped, 0)
    return _csv_records(lines, offset, lines_before)


def _json_records(lines: Lines) -> Iterator[Record]:
    while (line := lines.next()) is not None:
        text = line.strip()
        if not text:
            continue
        number, end = lines.number, lines.offset
        try:
            if len(text) > MAX_LINE:
                raise _too_long()
            yield Record(number, end, number, fields=requests.read_object(text))
        except EaselError as error:
            yield Record(number, end, number, error=error)


def _too_long() -> PayloadTooLarge:
    return PayloadTooLarge(f"body: the line is too long; at most {MAX_LINE} bytes are taken", field="body")


def _csv_records(lines: Lines, offset: int, lines_before: int) -> Iterator[Record]:
    header, delimiter = _header(lines)
    if offset > lines.offset:
        lines.seek(offset, lines_before)
    texts = _Texts(lines)
    rows = csv.reader(texts, delimiter=delimiter, strict=True)
    while True:
        texts.begin()
        try:
            row = next(rows, None)
        except csv.Error as error:
            texts.back_to_second_line()
            rows = csv.reader(texts, delimiter=delimiter, strict=True)
            yield texts.record(error=InvalidRequest(f"body: the CSV is broken here: {error}", field="body"))
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield _csv_record(row, header, texts)


def _csv_record(row: list[str], header: list[str], texts: _Texts) -> Record:
    if texts.undecodable:
        return texts.record(error=InvalidRequest("body: the line is not in UTF-8", field="body"))
    if len(row) > len(header):
        text = f"body: the row has {len(row)} cells, the header {len(header)}; is a comma not in quotes?"
        return texts.record(error=InvalidRequest(text, field="body"))
    cells = zip(header, row, strict=False)
    return texts.record(fields={name: _value(name, cell) for name, cell in cells if name and cell.strip()})


def _value(name: str, cell: str) -> Any:
    """A cell of a column of numbers as a number; what is none is left for the rules to refuse."""
    text = cell.strip()
    if name in NUMBERS and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text if name in NUMBERS or name in ("provider", "model", "id") else cell


def _header(lines: Lines) -> tuple[list[str], str]:
    """The names of the columns, and what separates them."""
    while (line := lines.next()) is not None:
        if text := line.decode("utf-8", "replace").strip():
            delimiter = max(",;\t", key=text.count)
            names = [name.strip() for name in next(csv.reader([text], delimiter=delimiter))]
            if "prompt" not in names:
                shown = text if len(text) < 100 else f"{text[:99]}…"
                message = f"manifest: neither JSON Lines nor CSV with a header that has a column prompt: {shown!r}"
                raise InvalidRequest(message, field="manifest")
            return names, delimiter
    return ["prompt"], ","


class _Texts:
    """The lines as the csv module takes them; knows which of them the current record was made of."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.begin()

    def begin(self) -> None:
        self._first = 0
        self._second = (0, 0)
        self.undecodable = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._lines.next()
        if line is None:
            raise StopIteration
        if not self._first:
            self._first = self._lines.number
            self._second = (self._lines.offset, self._lines.number)
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self.undecodable = True
            return line.decode("utf-8", "replace")

    def back_to_second_line(self) -> None:
        """After a broken record: the line after its first may well be the next record."""
        self._lines.seek(*self._second)

    def record(self, **what: Any) -> Record:
        return Record(self._first, self._lines.offset, self._lines.number, **what)
