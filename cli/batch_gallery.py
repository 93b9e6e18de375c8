"""The results of a batch as one HTML page: each picture above what was asked for and what came of it."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from easel.batch import manifest

MOST = 2000
"""Results on a page; a browser has to lay them all out."""
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif }}
  body {{ margin: 1.5rem }}
  main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1.25rem }}
  figure {{ margin: 0; overflow-wrap: anywhere }}
  img {{ width: 100%; aspect-ratio: 1; object-fit: contain; background: #8882; border-radius: .4rem }}
  .failed {{ border: 1px solid #c448; border-radius: .4rem; padding: .75rem }}
  small {{ display: block; opacity: .75 }}
</style>
<h1>{title}</h1>
<p>{note}</p>
<main>
{figures}
</main>
</html>
"""


def write(asked: Path, results: Path) -> Path:
    """Writes the page beside the manifest. The pictures stay where they are; the page has their links."""
    prompts = _prompts(asked)
    with results.open(encoding="utf-8") as file:
        told = [json.loads(line) for line in file]
    figures = [_figure(result, prompts.get(result["line"], "")) for result in told[:MOST]]
    made = sum(result["status"] == "succeeded" for result in told)
    note = f"{made} pictures of {len(told)}. The links work until the deployment removes the pictures."
    if len(told) > MOST:
        note += f" The first {MOST} results are shown; {results.name} has them all."
    page = asked.with_name(f"{asked.name}.gallery.html")
    text = PAGE.format(title=escape(asked.name), note=escape(note), figures="\n".join(figures))
    page.write_text(text, encoding="utf-8")
    return page


def _prompts(path: Path) -> dict[int, str]:
    """The prompt of each line that the page may show, read as the batch reads it."""
    size = path.stat().st_size
    with path.open("rb") as file:

        def read(start: int, length: int) -> bytes:
            file.seek(start)
            return file.read(length)

        return dict(_first(manifest.lines(read, size)))


def _first(lines: Iterator[manifest.Line]) -> Iterator[tuple[int, str]]:
    for _, line in zip(range(MOST), lines, strict=False):
        yield line.number, str((line.fields or {}).get("prompt") or "")


def _figure(result: Mapping[str, Any], prompt: str) -> str:
    name = escape(f"{result['id']} · {result['copy']}" if "copy" in result else str(result["id"]))
    asked = f"<figcaption><strong>{name}</strong> {escape(prompt)}"
    if result["status"] != "succeeded":
        error = result.get("error", {"code": result["status"].upper(), "message": "it was not begun"})
        reason = escape(f"{error['code']}: {error['message']}")
        return f'<figure class="failed">{asked}<small>{reason}</small></figcaption></figure>'
    url, names = escape(result["url"]), ("provider", "model", "dimensions", "duration")
    made = " · ".join([*(str(result[each]) for each in names), f"seed {result['seed']}"])
    warnings = "".join(f"<small>{escape(warning)}</small>" for warning in result.get("warnings", ()))
    picture = f'<a href="{url}"><img loading="lazy" src="{url}" alt="{escape(prompt)}"></a>'
    return f"<figure>{picture}{asked}<small>{escape(made)}</small>{warnings}</figcaption></figure>"
