"""A folder of certificate authorities in which OpenSSL finds the one that it needs, and reads no other.

To read certifi's one file takes 15 ms of processor time at every cold start. OpenSSL can look in a folder instead, for
a file whose name is the hash of the authority's name, as `openssl rehash` makes it: the first four bytes of SHA-1 over
the name's canonical form. That is the name's DER without its outermost header, every text in UTF-8, in lower case, and
without needless spaces (X509_NAME_hash; crypto/x509/x_name.c).
"""

import hashlib
import re
import ssl
from collections import Counter
from pathlib import Path

SEQUENCE, SET, UTF8 = 0x30, 0x31, 0x0C
VERSION = 0xA0
TEXTS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}
"""Encodings of the types of text that a name may hold, by their tag."""

Element = tuple[int, bytes, bytes]
"""Tag, content, and the whole with its header."""


def spread(bundle: Path, folder: Path) -> None:
    """Write each certificate of a PEM file to a file of its own."""
    folder.mkdir()
    seen: Counter[str] = Counter()
    for text in re.findall(r"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n", bundle.read_text()):
        name = name_hash(ssl.PEM_cert_to_DER_cert(text))
        (folder / f"{name}.{seen[name]}").write_text(text)
        seen[name] += 1


def name_hash(certificate: bytes) -> str:
    """Return the hash of a DER certificate's subject."""
    ((_, whole, _),) = elements(certificate)
    fields = elements(elements(whole)[0][1])
    if fields[0][0] == VERSION:
        fields = fields[1:]
    subject = fields[4][1]  # after serial number, signature, issuer, validity
    digest = hashlib.sha1(canonical(subject)).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}"


def canonical(name: bytes) -> bytes:
    """Return the canonical form of a name's content."""
    encoding = b""
    for _, part, _ in elements(name):
        attributes = [attribute(content) for _, content, _ in elements(part)]
        encoding += encoded(SET, b"".join(sorted(attributes)))
    return encoding


def attribute(content: bytes) -> bytes:
    (_, _, kind), (tag, value, whole) = elements(content)
    if tag not in TEXTS:
        return encoded(SEQUENCE, kind + whole)
    text = " ".join(part for part in re.split(r"[ \t\n\v\f\r]+", value.decode(TEXTS[tag])) if part)
    lower = "".join(one.lower() if one.isascii() else one for one in text)
    return encoded(SEQUENCE, kind + encoded(UTF8, lower.encode()))


def elements(der: bytes) -> list[Element]:
    """Split DER into its consecutive elements."""
    result = []
    while der:
        length, at = der[1], 2
        if length & 0x80:
            at = 2 + (length & 0x7F)
            length = int.from_bytes(der[2:at])
        result.append((der[0], der[at : at + length], der[: at + length]))
        der = der[at + length :]
    return result


def encoded(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size) + content
