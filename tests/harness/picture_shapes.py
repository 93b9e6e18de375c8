"""Small pictures of every format and shape that Easel marks. Pillow makes them, some with later changes."""

from __future__ import annotations

import io
import zlib
from typing import Any

from PIL import Image

PACKET = """<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' dc:format='image/x-test'>
 <dc:title><rdf:Alt><rdf:li xml:lang='x-default'>a cat &amp; a hat</rdf:li></rdf:Alt></dc:title></rdf:Description>
{}</rdf:RDF></x:xmpmeta>
<?xpacket end='w'?>"""
PRODUCER = '{"Label": "1", "ContentProducer": "001191110102MADEUPCODE10002", "ProduceID": "p-1", "ReservedCode1": "r"'
_ATTRIBUTE = "<rdf:Description rdf:about='' xmlns:TC260='{}' TC260:AIGC='{}'/>"
_ELEMENT = "<rdf:Description rdf:about='' xmlns:T='{}'><T:AIGC>{}</T:AIGC></rdf:Description>"
NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
XMP = PACKET.format("").encode()
AIGC_ATTRIBUTE = PACKET.format(
    _ATTRIBUTE.format(NAMESPACE, PRODUCER.replace('"', "&quot;") + ", &quot;ContentPropagator&quot;: &quot;&quot;}")
).encode()
AIGC_ELEMENT = PACKET.format(_ELEMENT.format(NAMESPACE, PRODUCER + "}")).encode()


def drawn(kind: str, mode: str = "RGB", size: tuple[int, int] = (16, 12), **options: Any) -> bytes:
    """Return a picture that Pillow writes."""
    buffer = io.BytesIO()
    gradient = Image.linear_gradient("L").resize(size)
    image = gradient.convert(mode)
    if "A" in mode:
        image.putalpha(gradient)
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def png_with(*chunks: bytes, at_end: bool = False) -> bytes:
    """Return a PNG with chunks after IHDR or before IEND."""
    plain = drawn("PNG")
    at = -12 if at_end else 33
    return plain[:at] + b"".join(chunks) + plain[at:]


def xmp_chunk(packet: bytes, *, compressed: bool = False) -> bytes:
    text = zlib.compress(packet) if compressed else packet
    return png_chunk(b"iTXt", b"XML:com.adobe.xmp\0" + bytes([compressed, 0, 0, 0]) + text)


def jpeg_with(marker: int, body: bytes) -> bytes:
    """Return a JPEG with a segment after APP0."""
    plain = drawn("JPEG")
    return plain[:20] + bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body + plain[20:]


def webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)


def webp_with(*chunks: bytes) -> bytes:
    """Return an extended WebP with chunks at its end."""
    body = drawn("WEBP", exif=_exif())[12:] + b"".join(chunks)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def animated(kind: str, size: tuple[int, int] = (16, 12), **options: Any) -> bytes:
    frames = [Image.new("RGBA", size, color) for color in ("red", "#0000ff40", "green")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=80, **options)
    return buffer.getvalue()


def interlaced_png() -> bytes:
    """Return one pixel in the first of Adam7's seven passes. Pillow writes no interlaced PNG."""
    header = png_chunk(b"IHDR", (1).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 1]))
    pixels = png_chunk(b"IDAT", zlib.compress(b"\0\xc8\x10\x20"))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + png_chunk(b"IEND", b"")


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "an EXIF description"
    return exif.tobytes()


SHAPES: dict[str, bytes] = {
    "png": drawn("PNG"),
    "png-1x1": drawn("PNG", size=(1, 1)),
    "png-large": drawn("PNG", size=(2048, 1536)),
    "png-alpha": drawn("PNG", "RGBA"),
    "png-gray": drawn("PNG", "L"),
    "png-palette": drawn("PNG", "P"),
    "png-bits": drawn("PNG", "1"),
    "png-16-bit": drawn("PNG", "I;16"),
    "png-interlaced": interlaced_png(),
    "png-animated": animated("PNG"),
    "png-exif": drawn("PNG", exif=_exif()),
    "png-xmp": png_with(xmp_chunk(XMP)),
    "png-xmp-compressed": png_with(xmp_chunk(XMP, compressed=True)),
    "png-xmp-behind-pixels": png_with(xmp_chunk(XMP), at_end=True),
    "png-aigc-attribute": png_with(xmp_chunk(AIGC_ATTRIBUTE)),
    "png-aigc-element": png_with(xmp_chunk(AIGC_ELEMENT)),
    "jpeg": drawn("JPEG"),
    "jpeg-1x1": drawn("JPEG", size=(1, 1)),
    "jpeg-large": drawn("JPEG", size=(2048, 1536)),
    "jpeg-gray": drawn("JPEG", "L"),
    "jpeg-cmyk": drawn("JPEG", "CMYK"),
    "jpeg-progressive": drawn("JPEG", progressive=True),
    "jpeg-comment": drawn("JPEG", comment=b"a comment"),
    "jpeg-exif": drawn("JPEG", exif=_exif()),
    "jpeg-xmp": drawn("JPEG", xmp=XMP),
    "jpeg-xmp-exif": drawn("JPEG", xmp=XMP, exif=_exif()),
    "jpeg-aigc-attribute": drawn("JPEG", xmp=AIGC_ATTRIBUTE),
    "jpeg-aigc-element": drawn("JPEG", xmp=AIGC_ELEMENT),
    "webp": drawn("WEBP"),
    "webp-1x1": drawn("WEBP", size=(1, 1)),
    "webp-large": drawn("WEBP", size=(2048, 1536), method=0),
    "webp-alpha": drawn("WEBP", "RGBA"),
    "webp-lossless": drawn("WEBP", lossless=True),
    "webp-lossless-alpha": drawn("WEBP", "LA", lossless=True),
    "webp-animated": animated("WEBP"),
    "webp-animated-xmp": animated("WEBP", xmp=XMP),
    "webp-exif": drawn("WEBP", exif=_exif()),
    "webp-xmp": drawn("WEBP", xmp=XMP),
    "webp-aigc-attribute": drawn("WEBP", xmp=AIGC_ATTRIBUTE),
    "webp-aigc-element": drawn("WEBP", xmp=AIGC_ELEMENT),
}
