"""Write certificate authorities to a folder, so that OpenSSL reads only those that it needs.

Reading certifi's single file takes 15 ms of processor time at each cold start. In a folder, OpenSSL finds an authority
by a file name, as `openssl rehash` makes it: the first four bytes of the SHA-1 of the authority's name in canonical
form. This form is the name's DER without its outer header, with each text in UTF-8, in lower case and without
superfluous spaces (X509_NAME_hash; crypto/x509/x_name.c).
"""

import hashlib
import re
import ssl
from collections import Counter
from pathlib import Path

SEQUENCE, SET, UTF8 = 0x30, 0x31, 0x0C
VERSION = 0xA0
TEXTS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}
"""Encodings of the text types in a name, by tag."""

Element = tuple[int, bytes, bytes]
"""Tag, content, and the whole element with its header."""


def write_folder(bundle: Path, folder: Path) -> None:
    """Write each certificate of a PEM file to a separate file in a new folder."""
    folder.mkdir()
    seen: Counter[str] = Counter()
    for text in re.findall(r"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n", bundle.read_text()):
        name = name_hash(ssl.PEM_cert_to_DER_cert(text))
        (folder / f"{name}.{seen[name]}").write_text(text)
        seen[name] += 1


def name_hash(certificate: bytes) -> str:
    """Return the hash of a DER certificate's subject, in 8 hexadecimal digits."""
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
    """Return the canonical form of an attribute of a name."""
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
    """Return a DER element."""
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size) + content
