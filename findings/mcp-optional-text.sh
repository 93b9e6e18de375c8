#!/usr/bin/env bash
# If a tool of an MCP server in Python declares a parameter as `str | None`, the server parses its text as JSON before
# it validates it. So the tool gets None for the text "null", and the server refuses a text that is a JSON list or
# object. For a parameter that is declared as `str` this was fixed in 2025, and the text arrives unchanged:
# https://github.com/modelcontextprotocol/python-sdk/pull/1113
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check mcp==2.3.0 pydantic==2.14.4
"$folder/venv/bin/python" - 2>"$folder/log" <<'PYTHON' || { cat "$folder/log"; exit 1; }
import asyncio
import importlib.metadata
import json

from mcp import Client
from mcp.server import MCPServer

server = MCPServer("pictures")


@server.tool()
def required(prompt: str) -> str:
    return repr(prompt)


@server.tool()
def optional(prompt: str | None = "a cat") -> str:
    return repr(prompt)


TEXTS = ["a dog", "007", "null", '["red", "blue"]', '{"style": "ink"}']


async def main():
    """Call both tools with each text. Return what they received, or None for a refused call."""
    received = {}
    async with Client(server) as client:
        schemas = {tool.name: tool.input_schema["properties"]["prompt"] for tool in (await client.list_tools()).tools}
        print(f"schema of the optional text: {json.dumps(schemas['optional'])}")
        for name in ("required", "optional"):
            for text in TEXTS:
                result = await client.call_tool(name, {"prompt": text})
                answer = result.content[0].text
                received[name, text] = None if result.is_error else answer
                print(f"{name}({text!r}): {answer.splitlines()[2].strip() if result.is_error else answer}")
    return received


print(f"mcp {importlib.metadata.version('mcp')}")
received = asyncio.run(main())
for text in TEXTS:
    assert received["required", text] == repr(text)
assert received["optional", "a dog"] == "'a dog'" and received["optional", "007"] == "'007'"
assert received["optional", "null"] == "None", "mcp behaves otherwise now"
assert received["optional", TEXTS[3]] is received["optional", TEXTS[4]] is None, "mcp behaves otherwise now"
print("OK: an optional text of an MCP tool is parsed as JSON: null becomes None, a list or an object is refused.")
PYTHON
