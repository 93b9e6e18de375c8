"""Write a batch's results as an HTML page: each picture with its prompt and its outcome."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from easel.batch import manifest
from local.terminal import visible

MAX_RESULTS = 2000
"""Maximum number of results on the page, because a browser lays out all of them."""
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


def write(manifest_path: Path, results_path: Path) -> Path:
    """Write the page into the manifest's folder and return its path. The page only links to the pictures."""
    prompts = _prompts(manifest_path)
    with results_path.open(encoding="utf-8") as file:
        entries = [json.loads(line) for line in file]
    figures = [_figure(result, prompts.get(result["line"], "")) for result in entries[:MAX_RESULTS]]
    made = sum(result["status"] == "succeeded" for result in entries)
    note = f"{made} pictures of {len(entries)}. The links work until the deployment removes the pictures."
    if len(entries) > MAX_RESULTS:
        note += f" The page shows the first {MAX_RESULTS} results; {results_path.name} has all of them."
    page = manifest_path.with_name(f"{manifest_path.name}.gallery.html")
    text = PAGE.format(title=_escaped(manifest_path.name), note=_escaped(note), figures="\n".join(figures))
    page.write_text(text, encoding="utf-8")
    return page


def _prompts(path: Path) -> dict[int, str]:
    """Return the prompts on the page by line number. Lines are parsed as in the batch."""
    size = path.stat().st_size
    with path.open("rb") as file:

        def read(start: int, length: int) -> bytes:
            file.seek(start)
            return file.read(length)

        return dict(_numbered_prompts(manifest.lines(read, size)))


def _numbered_prompts(lines: Iterator[manifest.Line]) -> Iterator[tuple[int, str]]:
    for _, line in zip(range(MAX_RESULTS), lines, strict=False):
        yield line.number, str((line.fields or {}).get("prompt") or "")


def _escaped(text: str) -> str:
    """Return an external text as HTML, with control characters as escapes."""
    return escape(visible(text))


def _figure(result: Mapping[str, Any], prompt: str) -> str:
    name = _escaped(f"{result['id']} · {result['copy']}" if "copy" in result else str(result["id"]))
    caption = f"<figcaption><strong>{name}</strong> {_escaped(prompt)}"
    if result["status"] != "succeeded":
        error = result.get("error", {"code": result["status"].upper(), "message": "it was not started"})
        reason = _escaped(f"{error['code']}: {error['message']}")
        return f'<figure class="failed">{caption}<small>{reason}</small></figcaption></figure>'
    url, names = _escaped(result["url"]), ("provider", "model", "dimensions", "duration")
    made = " · ".join([*(str(result[each]) for each in names), f"seed {result['seed']}"])
    warnings = "".join(f"<small>{_escaped(warning)}</small>" for warning in result.get("warnings", ()))
    picture = f'<a href="{url}"><img loading="lazy" src="{url}" alt="{_escaped(prompt)}"></a>'
    return f"<figure>{picture}{caption}<small>{_escaped(made)}</small>{warnings}</figcaption></figure>"
