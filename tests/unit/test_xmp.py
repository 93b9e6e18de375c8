"""XMP packets: a merge adds and replaces properties, and leaves all other bytes unchanged."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from easel.providers.xmp import AIGC, EASEL, RDF, Merge, Unreadable, merged

MARK = (AIGC, "AIGC")
JOB = (EASEL, "Job")
OPEN, CLOSE = f"<rdf:RDF xmlns:rdf='{RDF}'>", "</rdf:RDF>"
OWN = f"<rdf:Description xmlns:T='{AIGC}'><T:AIGC>old &amp; true</T:AIGC></rdf:Description>"


def always(value: str) -> Merge:
    return lambda _: value


def properties(packet: bytes) -> dict[str, str | None]:
    """Return the properties that are elements, as another parser reads them."""
    root = ElementTree.fromstring(packet.strip(b"\0"))
    return {element.tag: element.text for description in root.iter(f"{{{RDF}}}Description") for element in description}


def test_a_new_packet_has_the_properties() -> None:
    packet = merged(None, {MARK: always('{"a": "<&>"}'), JOB: always("1")})
    assert packet.startswith(b'<?xpacket begin="\xef\xbb\xbf"')
    assert packet.endswith(b'<?xpacket end="w"?>')
    assert properties(packet) == {f"{{{AIGC}}}AIGC": '{"a": "<&>"}', f"{{{EASEL}}}Job": "1"}


@pytest.mark.parametrize(
    "packet",
    [
        OPEN + CLOSE,
        f"<rdf:RDF xmlns:rdf='{RDF}'/>",
        f"<rdf:RDF xmlns:rdf='{RDF}'\n />",
        f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF xmlns:r='{RDF}' x:y='a>b'></r:RDF></x:xmpmeta>",
        f"<RDF xmlns='{RDF}'></RDF>",
        f"<?xml version='1.0' encoding='UTF-8'?><a>{OPEN}{CLOSE}</a>",
        OPEN + f"<!-- {CLOSE} --><rdf:Description xmlns:easel='urn:another' easel:Job='2'/>" + CLOSE,
    ],
)
def test_properties_are_added_to_any_form_of_a_packet(packet: str) -> None:
    assert properties(merged(packet.encode(), {JOB: always("1")}))[f"{{{EASEL}}}Job"] == "1"


@pytest.mark.parametrize(
    ("own", "changed"),
    [
        (OWN, OWN.replace("old &amp; true", "&lt;new&gt; &apos;&quot;&#10;")),
        (f"<rdf:Description T:AIGC = '' xmlns:T='{AIGC}'/>", None),
        (f"""<rdf:Description note=" T:AIGC='no'" xmlns:T='{AIGC}' T:AIGC="it's"/>""", None),
        (f"<rdf:Description xmlns:T='{AIGC}'><T:AIGC></T:AIGC></rdf:Description>", None),
        (f"<rdf:Description xmlns:T='{AIGC}'><T:AIGC><![CDATA[<a>]]></T:AIGC></rdf:Description>", None),
    ],
    ids=["element", "empty attribute", "attribute", "empty element", "CDATA"],
)
def test_a_value_is_replaced_in_place(own: str, changed: str | None) -> None:
    packet, new = (OPEN + own + CLOSE).encode(), "<new> '\"\n"
    data = merged(packet, {MARK: always(new)})
    assert changed is None or data.decode() == OPEN + changed + CLOSE
    seen: list[str | None] = []
    assert merged(data, {MARK: seen.append}) == data
    assert seen == [new]


@pytest.mark.parametrize(
    "own",
    [
        f"<rdf:Description xmlns:T='{AIGC}'><T:AIGC/></rdf:Description>",
        f"<rdf:Description xmlns:T='{AIGC}'><T:AIGC rdf:resource='a'/></rdf:Description>",
        f"<rdf:Description xmlns:T='{AIGC}'><T:AIGC><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></T:AIGC></rdf:Description>",
    ],
    ids=["self-closed", "a resource", "a list"],
)
def test_a_value_that_is_not_text_is_left_unchanged(own: str) -> None:
    packet = (OPEN + own + CLOSE).encode()
    assert merged(packet, {MARK: always("new")}) == packet


def test_a_nested_property_is_not_the_pictures() -> None:
    inner = f"<b:part><rdf:Description>{OWN}</rdf:Description></b:part>"
    nested = f"<rdf:Description xmlns:b='urn:b#'>{inner}</rdf:Description>"
    data = merged((OPEN + nested + CLOSE).encode(), {MARK: always("new")})
    assert nested.encode() in data
    assert data.count(b"AIGC>new<") == 1


def test_a_packets_prefixes_and_padding_are_kept() -> None:
    data = merged((OPEN + OWN + CLOSE).encode() + b"\0\0", {(AIGC, "Other"): always("1")})
    assert b"<T:Other>1</T:Other>" in data
    assert data.endswith(b"</rdf:RDF>\0\0")


@pytest.mark.parametrize(
    "packet",
    [b"\0", b"<a/>", b"no XML", b"<!DOCTYPE a><a/>", (OPEN + CLOSE).encode("utf-16"), b" " * 2_000_000, b"\xff"],
    ids=["zeros", "no RDF", "no XML", "a DTD", "UTF-16", "too large", "no UTF-8"],
)
def test_an_unreadable_packet_is_refused(packet: bytes) -> None:
    with pytest.raises(Unreadable):
        merged(packet, {JOB: always("1")})
