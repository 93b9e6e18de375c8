#!/usr/bin/env bash
# The class Image of MCP's Python SDK sets the media type without reading the picture. Bytes are always image/png, even
# those of a JPEG. A .avif file is application/octet-stream. format="jpg" becomes image/jpg, which is not registered. An
# Image in a dict is not sent: the client gets the object's repr as text, and the call succeeds. An Image in a list is
# sent.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check mcp==2.3.0 pydantic==2.14.4 pillow==13.0.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import io
from importlib.metadata import version

from mcp import Client
from mcp.server import MCPServer
from mcp.server.mcpserver import Image
from PIL import Image as Picture

server = MCPServer("pictures")


def encode(kind):
    buffer = io.BytesIO()
    Picture.new("RGB", (16, 16)).save(buffer, kind)
    return buffer.getvalue()


@server.tool()
def jpeg_bytes() -> Image:
    return Image(data=encode("JPEG"))


@server.tool()
def format_jpg() -> Image:
    return Image(data=encode("JPEG"), format="jpg")


@server.tool()
def avif_file() -> Image:
    with open("picture.avif", "wb") as file:
        file.write(encode("AVIF"))
    return Image(path="picture.avif")


@server.tool()
def picture_and_seed():
    return {"seed": 7, "picture": Image(data=encode("PNG"), format="png")}


@server.tool()
def list_of_both():
    return ["seed 7", Image(data=encode("PNG"), format="png")]


async def call_all():
    results = {}
    async with Client(server) as client:
        for tool in (await client.list_tools()).tools:
            result = await client.call_tool(tool.name, {})
            assert not result.is_error, result
            results[tool.name] = [getattr(each, "mime_type", None) or each.text for each in result.content]
            print(f"{tool.name}: {results[tool.name]}")
    return results


print(f"mcp {version('mcp')}")
results = asyncio.run(call_all())
assert results["list_of_both"] == ["seed 7", "image/png"]
assert results["jpeg_bytes"] == ["image/png"], "mcp behaves otherwise now"
assert results["format_jpg"] == ["image/jpg"], "mcp behaves otherwise now"
assert results["avif_file"] == ["application/octet-stream"], "mcp behaves otherwise now"
(text,) = results["picture_and_seed"]
assert "Image object at 0x" in text, "mcp behaves otherwise now"
print("OK: MCP's Image sends a JPEG as image/png or image/jpg, an AVIF as octet-stream, and in a dict only its repr.")
PYTHON
