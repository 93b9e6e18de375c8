"""Request bodies of any size that take a parser as much work as possible."""

from __future__ import annotations

MULTIPART = "multipart/form-data; boundary="
FILE = b'Content-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n'
FIELD = b'Content-Disposition: form-data; name="file"\r\n\r\n'


def forms(size: int) -> dict[str, tuple[bytes, str]]:
    """Return multipart bodies of about `size` bytes, each with its content type."""
    short, long = b"x", b"y" * 70

    def repeated(unit: bytes) -> bytes:
        return unit * (size // len(unit))

    def of(content: bytes, boundary: bytes = short, head: bytes = FILE) -> tuple[bytes, str]:
        body = b"--" + boundary + b"\r\n" + head + content + b"\r\n--" + boundary + b"--"
        return body, MULTIPART + boundary.decode()

    disposition = b'form-data; name="f"; a="' + b";" * 4000
    return {
        "no line ends": of(b"a" * size),
        "line ends alone": of(repeated(b"\r\n")),
        "carriage returns alone": of(repeated(b"\r")),
        "boundaries with more behind them": of(repeated(b"\r\n--xy")),
        "boundaries that seem to end": of(repeated(b"\r\n--x-")),
        "boundaries before a carriage return": of(repeated(b"\r\n--x\r")),
        "beginnings of a boundary": of(repeated(b"\r\n--")),
        "beginnings of a long boundary": of(repeated(b"\r\n--" + long[1:]), long),
        "long boundaries with more behind them": of(repeated(b"\r\n--" + long + b"y"), long),
        "boundaries in a field": of(repeated(b"\r\n--xy"), head=FIELD),
        "blanks after a boundary": of(b"\r\n--x" + b" \t" * (size // 2)),
        "tiny parts": of(repeated(b"\r\n--x\r\n" + FILE)),
        "tiny parts without a name": of(repeated(b"\r\n--x\r\n\r\n")),
        "nested forms": of(repeated(b"Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n")),
        "many headers": of(b"", head=repeated(b"A: b\r\n")),
        "a long header": of(b"", head=b"A: " + b"a" * size),
        "a header of blanks": of(b"", head=b"A:" + b" " * size),
        "a long name of a header": of(b"", head=b"A" * size),
        "quotes in a header": of(b"", head=b"Content-Disposition: " + disposition + b"\r\n\r\n"),
        "a long preamble": (b"\r\n" * (size // 2) + of(b"a")[0], of(b"")[1]),
        "a long epilogue": (of(b"a")[0] + repeated(b"\r\n--x"), of(b"")[1]),
        "no end": (of(b"a" * size)[0][:-5], of(b"")[1]),
        "a long content type": (of(b"a")[0], of(b"")[1] + '; a="' + ";" * 9000),
        "quotes in a content type": (of(b"a")[0], of(b"")[1] + "; a=" + '\\";' * 3000),
    }


def json_bodies(size: int) -> dict[str, bytes]:
    """Return JSON bodies of about `size` bytes."""

    def listed(unit: bytes) -> bytes:
        return b'{"requests":[' + unit * (size // len(unit)) + b"0]}"

    return {
        "empty lists": listed(b"[],"),
        "small objects": listed(b'{"a":1},'),
        "small numbers": listed(b"1,"),
        "numbers with an exponent": listed(b"1e1,"),
        "long numbers": listed(b"9" * 4000 + b","),
        "one long number": b'{"seed":' + b"9" * size + b"}",
        "many names": b"{" + b",".join(b'"%d":1' % number for number in range(size // 12)) + b"}",
        "deep lists": b'{"requests":' + b"[" * size,
        "escapes": b'{"prompt":"' + b"\\u0041" * (size // 6) + b'"}',
        "brackets in a text": b'{"prompt":"' + b"[" * size + b'"}',
        "blanks": b" " * size + b"{}",
    }


def manifests(size: int) -> dict[str, bytes]:
    """Return manifests of about `size` bytes."""
    return {
        "open quotes": b"prompt\n" + b'"a\n' * (size // 3),
        "one open quote": b'prompt\n"' + b"\n" * size,
        "quotes alone": b"prompt\n" + b'"\n' * (size // 2),
        "blank rows": b"prompt\n" + b"\n" * size,
        "blank cells": b"prompt\n" + b" ,\n" * (size // 3),
        "blank lines": b"{}\n" + b"\n" * size,
        "many columns": b"prompt" + b",a" * (size // 4) + b"\nx" + b"," * (size // 4) + b"\n",
        "carriage returns": b"prompt\n" + b"a\r" * (size // 2),
        "doubled quotes": b"prompt\n" + b'""' * (size // 2),
        "lines that are no JSON": b"{\n" * (size // 2),
        "good lines": b'{"prompt": "a cat"}\n' * (size // 20),
    }
