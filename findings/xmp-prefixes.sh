#!/usr/bin/env bash
# If a namespace has two prefixes in an XMP packet, Adobe's XMP toolkit (in exiv2) refuses the whole packet. It reads a
# packet with one prefix for the namespace, whichever it is. Both are the same XML, and Python's parser reads both. So a
# program that adds a property to a packet must use the packet's prefix.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyexiv2==2.16.0 pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import platform
from importlib.metadata import version
from xml.etree import ElementTree

import pyexiv2
from PIL import Image

NAMESPACE = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PROPERTY = "<rdf:Description rdf:about='' xmlns:{0}='{1}'><{0}:{2}>a</{0}:{2}></rdf:Description>"


def packet(*prefixes: str) -> bytes:
    added = zip(prefixes, ("DigitalSourceType", "AISystemUsed"))
    body = "".join(PROPERTY.format(prefix, NAMESPACE, name) for prefix, name in added)
    return f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='{RDF}'>{body}</rdf:RDF></x:xmpmeta>".encode()


def read(xmp: bytes) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (1, 1)).save(buffer, "JPEG", xmp=xmp)
    try:
        image = pyexiv2.ImageData(buffer.getvalue())
        return ", ".join(sorted(image.read_xmp()))
    except RuntimeError as error:
        return f"RuntimeError: {error}"


print("Python", platform.python_version(), "pyexiv2", version("pyexiv2"), "exiv2", pyexiv2.__exiv2_version__)
results = {}
for prefixes in (("Iptc4xmpExt", "Iptc4xmpExt"), ("i", "i"), ("Iptc4xmpExt", "i")):
    xmp = packet(*prefixes)
    names = [child.tag for each in ElementTree.fromstring(xmp).iter(f"{{{RDF}}}Description") for child in each]
    assert names == [f"{{{NAMESPACE}}}DigitalSourceType", f"{{{NAMESPACE}}}AISystemUsed"]
    results[prefixes] = read(xmp)
    print(" and ".join(prefixes), "->", results[prefixes])
same, other, two = results.values()
assert same == other == "Xmp.iptcExt.AISystemUsed, Xmp.iptcExt.DigitalSourceType", results
assert "Schema namespace URI and prefix mismatch" in two, two
PYTHON
echo "OK: exiv2's XMP toolkit refuses a packet in which one namespace has two prefixes"
