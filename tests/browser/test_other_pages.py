"""Pages of other origins call Easel and show its pictures, with any origin allowed and with a named one.

The bucket applies its CORS rules as S3 does (`local/aws.py`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image
from playwright.sync_api import Error

from local import access, api_gateway
from local.deploy import deploy
from tests.harness.chromium import site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from local.stack import LocalStack

CALL = """async ([url, method, headers, body]) => {
    const answer = await fetch(url, { method, headers, body });
    const names = ["X-Request-ID", "Location", "Retry-After", "ETag", "Preference-Applied"];
    const found = Object.fromEntries(names.map((name) => [name, answer.headers.get(name)]));
    const text = await answer.text();
    return { status: answer.status, headers: found, body: text && JSON.parse(text) };
}"""
SHOW = """(url) => new Promise((shown, failed) => {
    const picture = new Image();
    picture.onload = () => shown([picture.naturalWidth, picture.naturalHeight]);
    picture.onerror = () => failed(new Error("the picture was not shown"));
    picture.src = url;
})"""
READ = """async (url) => {
    const answer = await fetch(url);
    return [answer.status, Array.from(new Uint8Array(await answer.arrayBuffer()))];
}"""
DRAW = """(url) => new Promise((drawn, failed) => {
    const picture = new Image();
    picture.crossOrigin = "anonymous";
    picture.onload = () => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
        const context = canvas.getContext("2d");
        context.drawImage(picture, 0, 0);
        try {
            drawn(Array.from(context.getImageData(0, 0, canvas.width, 8).data));
        } catch (error) {
            failed(error);
        }
    };
    picture.onerror = () => failed(new Error("the picture was not given to the page"));
    picture.src = url;
})"""
REQUEST = '{"prompt": "a cat", "width": 256, "height": 256}'


@dataclass(frozen=True)
class Easel:
    """A deployed Easel, and a page of another origin that it allows."""

    endpoint: str
    allowed: str


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with site() as port:
        yield port


@pytest.fixture(scope="module")
def named_endpoint(local_easel: LocalStack, port: int) -> Iterator[str]:
    """A second Easel on the stack's AWS, which allows one origin by name."""
    listener = api_gateway.bind(0)
    endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
    parameters = {
        "PublicUrl": endpoint,
        "AllowedOrigins": f"https://front.example,http://127.0.0.1:{port}",
        **local_easel.providers.parameters,
    }
    deployed = deploy(local_easel.aws_url, parameters, "named")
    access.store_credentials(local_easel.client, deployed.outputs["JobsTable"], live=False, stack="named")
    api_url = f"{local_easel.aws_url}/_aws/execute-api/{deployed.api_id}/$default"
    with listener, api_gateway.serve(api_gateway.create_app(api_gateway.Target(api_url)), listener):
        yield endpoint


@pytest.fixture(params=["any origin", "named origins"])
def easel(request: pytest.FixtureRequest, local_easel: LocalStack, port: int) -> Easel:
    named = request.param == "named origins"
    endpoint = request.getfixturevalue("named_endpoint") if named else local_easel.endpoint
    return Easel(endpoint, f"http://127.0.0.1:{port}/")


def call(page: Page, url: str, method: str = "GET", body: str | None = None, **headers: str) -> dict[str, Any]:
    """Return what the page's own script can see of the answer."""
    answer: dict[str, Any] = page.evaluate(CALL, [url, method, headers, body])
    return answer


def test_a_page_sends_and_reads_every_documented_header(page: Page, easel: Easel) -> None:
    page.goto(easel.allowed)
    headers = {
        "Content-Type": "application/json",
        "X-API-Key": "any",
        "Prefer": "respond-async",
        "Idempotency-Key": f"of {easel.endpoint}",
    }
    begun = call(page, f"{easel.endpoint}/api/generate", "POST", REQUEST, **headers)
    assert (begun["status"], begun["headers"]["Preference-Applied"]) == (202, "respond-async")
    assert begun["headers"]["X-Request-ID"]
    assert begun["headers"]["Location"] == begun["body"]["statusUrl"]
    again = call(page, f"{easel.endpoint}/api/generate", "POST", REQUEST, **headers)
    assert again["body"]["jobId"] == begun["body"]["jobId"]
    job = call(page, begun["headers"]["Location"])
    assert (job["status"], job["body"]["jobId"]) == (200, begun["body"]["jobId"])
    assert job["headers"]["ETag"]
    assert call(page, begun["headers"]["Location"], "DELETE")["status"] == 200


@pytest.mark.parametrize("where", ["another origin", "its own origin"])
def test_a_page_shows_and_reads_a_picture(page: Page, easel: Easel, where: str) -> None:
    page.goto(easel.allowed if where == "another origin" else f"{easel.endpoint}/")
    answer = call(page, f"{easel.endpoint}/api/generate", "POST", REQUEST, **{"X-API-Key": "any"})
    assert answer["status"] == 200, answer
    link = answer["body"]["imageDetails"]["url"]
    content = httpx2.get(link, follow_redirects=True).content
    assert page.evaluate(SHOW, link) == [256, 256]
    assert page.evaluate(READ, link) == [200, list(content)]
    assert page.evaluate(SHOW, link) == [256, 256]
    picture = Image.open(io.BytesIO(content))
    assert bytes(page.evaluate(DRAW, link)) == picture.convert("RGBA").crop((0, 0, 256, 8)).tobytes()


def test_a_page_uploads_a_manifest_to_the_bucket(page: Page, easel: Easel) -> None:
    page.goto(easel.allowed)
    authorization = {"Authorization": f"Bearer {access.KEY}"}
    manifest = "prompt\r\na cat\r\n"
    told = call(page, f"{easel.endpoint}/api/batches/uploads", "POST", f'{{"size": {len(manifest)}}}', **authorization)
    assert told["status"] == 201, told
    put = call(page, told["body"]["uploadUrl"], "PUT", manifest, **told["body"]["uploadHeaders"])
    assert put["status"] == 200, put


def test_a_page_of_an_unnamed_origin_may_not_call(page: Page, named_endpoint: str, port: int) -> None:
    page.goto(f"http://localhost:{port}/")
    for method in ("GET", "POST"):
        with pytest.raises(Error, match="Failed to fetch"):
            call(page, f"{named_endpoint}/api", method, **{"X-API-Key": "any"})
