"""XMP packets: write a new one, or merge properties into the one that a picture has.

A merge inserts text into the packet and replaces values in place. Everything else stays byte for byte. Expat parses the
packet and returns the offsets. A packet with a DTD is refused, so no entity is ever expanded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

MAX_BYTES = 1024 * 1024
"""Maximum size of a packet that is merged."""
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
AIGC = "http://www.tc260.org.cn/ns/AIGC/1.0/"
EASEL = "urn:x-easel:marks:1.0#"
PREFIXES = {RDF: "rdf", IPTC: "Iptc4xmpExt", AIGC: "TC260", EASEL: "easel"}
_BEGIN = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
_EMPTY = f'<rdf:RDF xmlns:rdf="{RDF}">\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'.encode()
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
# A name begins after a space and is matched possessively. Otherwise the time would be quadratic in its length.
_ATTRIBUTE = re.compile(rb"""(?<=\s)([^\s=<>/"']++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)

Name = tuple[str, str]
"""A property's namespace and local name."""
Merge = Callable[[str | None], str | None]
"""Takes a property's value in the packet, or None without one. Returns the value to write, or None for no change."""


class Unreadable(ValueError):
    """The packet cannot be merged."""


class _Value(NamedTuple):
    """A property's simple value, and where its text stands in the packet."""

    text: str
    start: int
    end: int


class _Packet:
    """A parsed packet: its properties, and the place to insert more of them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.properties: dict[Name, _Value | None] = {}
        """Properties of the picture itself. None stands for a value that is not a simple text."""
        self.rdf = b""
        """The start tag of `rdf:RDF`."""
        self.end = -1
        """Offset of the end tag of `rdf:RDF`; the end of its only tag if it has no content."""
        self.prefixes: dict[str, str] = {}
        """The packet's prefix for each namespace."""
        self._path: list[Name] = []
        self._start = 0
        self._text: list[str] | None = None
        self._parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        self._parser.namespace_prefixes = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartNamespaceDeclHandler = self._declare
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._read
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise Unreadable(f"the XMP packet is not well-formed: {error}") from error
        if self.end < 0:
            raise Unreadable("the XMP packet has no rdf:RDF")

    def _refuse(self, *_: Any) -> None:
        raise Unreadable("the XMP packet has a DTD")

    def _declare(self, prefix: str | None, namespace: str) -> None:
        if prefix and namespace:
            self.prefixes.setdefault(namespace, prefix)

    def _begin(self, raw_name: str, attributes: Mapping[str, str]) -> None:
        self._text = None
        self._path.append(_name(raw_name))
        depth = self._depth
        if depth not in (0, 1, 2):
            return
        tag = self._tag(at := self._parser.CurrentByteIndex)
        if depth == 0 and not self.rdf:
            self.rdf = tag
        elif depth == 1:
            self._read_attributes(at, tag, attributes)
        elif depth == 2:
            self.properties[self._path[-1]] = None
            self._start = at + len(tag)
            self._text = None if attributes or tag.endswith(b"/>") else []

    def _end(self, _: str) -> None:
        at, depth = self._parser.CurrentByteIndex, self._depth
        if depth == 2 and self._text is not None:
            self.properties[self._path[-1]] = _Value("".join(self._text), self._start, at)
        elif depth == 0 and self.end < 0:
            self.end = at
        self._text = None
        self._path.pop()

    def _read(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    @property
    def _depth(self) -> int:
        """The depth below `rdf:RDF`: 1 for an `rdf:Description`, 2 for a property. -1 outside of `rdf:RDF`."""
        rdf = (RDF, "RDF")
        return len(self._path) - 1 - self._path.index(rdf) if rdf in self._path[:2] else -1

    def _tag(self, at: int) -> bytes:
        match = _TAG.match(self.data, at)
        if not match:
            raise Unreadable("a tag of the XMP packet has no end")
        return match[0]

    def _read_attributes(self, at: int, tag: bytes, attributes: Mapping[str, str]) -> None:
        """Properties may be attributes of an `rdf:Description`."""
        places = {match[1]: match.span(match.lastindex or 0) for match in _ATTRIBUTE.finditer(tag)}
        for raw_name, text in attributes.items():
            name = _name(raw_name)
            prefix = raw_name.split(" ")[2:]
            place = places.get(":".join((*prefix, name[1])).encode())
            self.properties[name] = _Value(text, at + place[0], at + place[1]) if place else None


def _name(raw_name: str) -> Name:
    """Split expat's `namespace local prefix`. A name without a namespace has "" for it."""
    parts = raw_name.split(" ")
    return (parts[0], parts[1]) if len(parts) > 1 else ("", raw_name)


def merged(packet: bytes | None, properties: Mapping[Name, Merge]) -> bytes:
    """Return the packet with these properties, or a new packet without one.

    Raises:
        Unreadable: the packet is not well-formed UTF-8, has a DTD or no `rdf:RDF`, or is larger than `MAX_BYTES`.
    """
    if packet and len(packet) > MAX_BYTES:
        raise Unreadable("the XMP packet is too large")
    text = packet.rstrip(b"\0") if packet else _BEGIN + _EMPTY
    parsed = _Packet(text)
    added: dict[Name, str] = {}
    changes: list[tuple[int, int, bytes]] = []
    for name, merge in properties.items():
        present = parsed.properties.get(name)
        if present is None and name in parsed.properties:
            continue  # the value is not a simple text, and stays unchanged
        value = merge(present.text if present else None)
        if value is not None and present:
            changes.append((present.start, present.end, _escaped(value)))
        elif value is not None:
            added[name] = value
    if added:
        changes.append(_insertion(parsed, _description(added, parsed.prefixes)))
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text + (packet[len(packet.rstrip(b"\0")) :] if packet else b"")


def _insertion(parsed: _Packet, description: bytes) -> tuple[int, int, bytes]:
    if not parsed.rdf.endswith(b"/>"):
        return parsed.end, parsed.end, description
    name = re.split(rb"[\s/]", parsed.rdf[1:], maxsplit=1)[0]
    return parsed.end - 2, parsed.end, b">" + description + b"</" + name + b">"


def _description(properties: Mapping[Name, str], present: Mapping[str, str]) -> bytes:
    """Return an `rdf:Description` with these properties, in UTF-8.

    Adobe's XMP toolkit refuses a packet with two prefixes for one namespace, so the packet's own prefixes are used.
    """
    prefixes = {namespace: _prefix(namespace, present) for namespace in (RDF, *(name[0] for name in properties))}
    declared = {f"xmlns:{prefix}": namespace for namespace, prefix in prefixes.items()}
    rdf = prefixes[RDF]
    element = ElementTree.Element(f"{rdf}:Description", {**declared, f"{rdf}:about": ""})
    for (namespace, local), text in properties.items():
        ElementTree.SubElement(element, f"{prefixes[namespace]}:{local}").text = text
    ElementTree.indent(element, "  ")
    return str(ElementTree.tostring(element, "unicode")).encode() + b"\n"


def _prefix(namespace: str, present: Mapping[str, str]) -> str:
    """Return the packet's prefix for a namespace, or one that the packet does not use."""
    prefix = PREFIXES[namespace]
    while namespace not in present and prefix in present.values():
        prefix += "1"
    return present.get(namespace, prefix)


def _escaped(text: str) -> bytes:
    """Return text for an element or for an attribute in quotes of either kind."""
    return text.translate(_ESCAPES).encode()
