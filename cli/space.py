"""`make space`: read a Gradio Space's description and write a catalog section for it.

Environment variables: URL is the Space's address (`https://….hf.space`). MODEL is the id of its model. For a built-in
model, the Space is added after the model's other Spaces. Any other id is a new model; by default its id is derived from
the address. NAME is the new model's display name. FILE is the overlay to which the section is added; without it, the
section is printed. TRY=1 generates one picture. HUGGINGFACE_TOKEN is a token for a private Space, or for more GPU time.
"""

import os
import re
import tempfile
import time
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

import huggingface
from cli.catalog import OFF_VALUES, read_overlay
from cli.space_section import NoEndpoint, Section, choose, endpoints
from easel.catalog import lookup, overlay
from easel.catalog.requests import GenerateBody
from easel.common import image_formats
from easel.common.deadline import Deadline
from easel.errors import EaselError
from easel.front_door import validation
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.downloads import fetch
from easel.providers.http import Http
from easel.store import images
from easel.store.records import GenerationRequest
from local.errors import LocalError
from local.terminal import run
from space_client import Spaces
from space_connection import Connection, NotAccepted, SpaceCall, open_space

PROVIDER = "huggingface"
WAKE_SECONDS = 120.0
TRY_SECONDS = 240.0
PAUSE_SECONDS = 3.0
PROMPT = "a lighthouse at dawn, watercolor"


def address(environment: Mapping[str, str]) -> str:
    """Return the Space's address. The address of a page on huggingface.co/spaces is converted to that of its app."""
    url = environment.get("URL", "").strip().rstrip("/")
    if page := re.fullmatch(r"https://huggingface\.co/spaces/([^/]+)/([^/]+)", url):
        url = f"https://{re.sub(r'[^a-z0-9]+', '-', f'{page[1]}-{page[2]}'.lower())}.hf.space"
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise LocalError("URL must be the address of a Space: make space URL=https://owner-name.hf.space")
    return url


def connect(url: str, token: str | None) -> Connection:
    """Connect to the Space, and wait for it if it sleeps."""
    deadline, attempts = Deadline(WAKE_SECONDS), 0
    while True:
        attempts += 1
        try:
            return open_space(url, token, deadline)
        except NotAccepted as refusal:
            if deadline.remaining() < PAUSE_SECONDS or not refusal.may_retry(attempts):
                raise LocalError(f"the Space {refusal.host} {refusal.failure.text}") from refusal
        except EaselError as error:
            raise LocalError(error.message) from error
        time.sleep(PAUSE_SECONDS)


def section(url: str, model_id: str, token: str | None) -> Section:
    """Return the section for a Space. Raise `LocalError` if the Space is unsuitable."""
    connection = connect(url, token)
    try:
        endpoint, roles = choose(endpoints(*connection.description()))
    except NoEndpoint as error:
        raise LocalError(f"the Space {urlsplit(url).netloc}: {error}") from error
    finally:
        connection.drop()
    known = lookup.built_in()[PROVIDER]
    return Section(url, endpoint, roles, known.model(model_id) if known.has(model_id) else None)


def try_section(made: Section, text: str, model_id: str, token: str | None) -> str:
    """Generate or enlarge one picture with a section. Return a text about the outcome."""
    began, run = time.monotonic(), Run(Deadline(TRY_SECONDS))
    try:
        picture = _enlarge(text, token, run) if made.upscales else _generate(text, model_id, token, run)
        data = _download(picture, run.deadline)
        info = images.inspect(data, PROVIDER)
    except EaselError as error:
        detail = f" ({error.upstream})" if error.upstream else ""
        raise LocalError(f"the trial generated no picture: {error.message}{detail}") from error
    seconds = time.monotonic() - began
    return f"tried: {info.format}, {info.width} x {info.height}, in {seconds:.1f} s, seed {picture.seed}"


def _generate(text: str, model_id: str, token: str | None, run: Run) -> GeneratedImage:
    """Generate a picture with the section's Space only."""
    lookup.use(overlay.read(text.replace("models.more_spaces]]", "models.spaces]]")))
    try:
        body = validation.validated(
            GenerateBody, {"provider": PROVIDER, "model": model_id, "prompt": PROMPT, "seed": 7}
        )
        return huggingface.HuggingFace().generate(validation.generation(body).request, token, run)
    finally:
        lookup.use()


def _enlarge(text: str, token: str | None, run: Run) -> GeneratedImage:
    """Enlarge a small picture."""
    space = overlay.read(text).providers[PROVIDER].upscaler
    assert space
    request = GenerationRequest(provider=PROVIDER, model="upscaler", scale=2)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "small.png")
        Image.new("RGB", (64, 48), "teal").save(file)
        image = {"path": str(file), "orig_name": file.name, "meta": {"_type": "gradio.FileData"}}
        call = SpaceCall(space.url, space.endpoint, huggingface.arguments_of(space, request, image))
        _, output = Spaces().call([call], token, run)
    return huggingface.read_output(output, space.url, token)


def _download(picture: GeneratedImage, deadline: Deadline) -> bytes:
    http = Http(PROVIDER)
    try:
        provider = lookup.built_in()[PROVIDER]
        return fetch(picture.url or "", provider, (picture.origin,), http, deadline, picture.headers)[:]
    finally:
        http.close()


def main(environment: MutableMapping[str, str]) -> list[str]:
    """Run the command and return the lines to print."""
    image_formats.load()
    url, token = address(environment), environment.get("HUGGINGFACE_TOKEN") or None
    host = (urlsplit(url).hostname or "").removesuffix(".hf.space")
    last = urlsplit(url).path.rpartition("/")[2]
    model_id = environment.get("MODEL", "").strip() or last or host
    name = environment.get("NAME", "").strip() or model_id.replace("-", " ").title()
    made = section(url, model_id, token)
    text = made.text(model_id, name)
    try:
        overlay.read(text)
    except overlay.OverlayInvalid as error:
        raise LocalError(f"{text}\nthe section is invalid: {error}") from error
    said = []
    if environment.get("TRY", "").lower() not in OFF_VALUES:
        said = [f"# {try_section(made, text, model_id, token)}"]
    if not (file := environment.get("FILE")):
        return [*text.splitlines(), *said]
    return [*add_to_overlay(file, text), *(line for line in text.splitlines() if line.startswith("#")), *said]


def add_to_overlay(file: str, text: str) -> list[str]:
    """Add the section to an overlay, unless the result would be invalid."""
    path = Path(file)
    before = path.read_text("utf-8") if path.exists() else ""
    whole = f"{before.rstrip()}\n\n{text}".lstrip()
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder, path.name)
        trial.write_text(whole, "utf-8")
        read_overlay(str(trial))
    path.write_text(whole, "utf-8")
    return [f"{file}: added; make catalog FILE={file} activates it"]


if __name__ == "__main__":
    run("make space", lambda: main(os.environ))
