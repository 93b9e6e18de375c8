"""Gitee AI (模力方舟), as docs/providers/gitee.md describes it.

It reproduces the provider's oddities: error codes are strings, a used-up quota is HTTP 400 with a Chinese text,
`created` is in milliseconds, a picture is inline unless a url is requested, z-image-turbo accepts few sizes.
"""

import asyncio
import base64
import random
import string
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.emulators import bad_answers, directives, held_pictures, quota, sources
from tests.emulators.fields import MAX_SEED, FieldError, Fields
from tests.emulators.gitee_tasks import PRICE, Order, TaskDesk
from tests.emulators.pictures import INLINE, INTERNAL_URL, Picture, Shelf
from tests.emulators.request_log import Entry, RequestLog, bearer

MAX_SIDE = 2048
Z_IMAGE_SIZES = frozenset(
    [
        *("256x256", "512x512", "1024x1024", "2048x2048", "1152x896", "2048x1536", "768x1024", "1536x2048"),
        *("2048x1360", "1360x2048", "1024x576", "2048x1152", "576x1024", "1152x2048"),
    ]
)


@dataclass(frozen=True)
class Model:
    """What a model accepts (docs/providers/gitee.md#models).

    `guidance` is the field and range; the field of Qwen-Image is `cfg_scale`. `images` is the JSON field for source
    pictures, or "form" for a model that requires a source picture.
    """

    steps: tuple[int, int]
    guidance: tuple[str, float, float] | None = None
    negative: bool = False
    sizes: frozenset[str] | None = None
    images: str = ""


MODELS: Mapping[str, Model] = {
    "z-image-turbo": Model((1, 20), negative=True, sizes=Z_IMAGE_SIZES),
    "Qwen-Image": Model((4, 50), ("cfg_scale", 0, 20), negative=True),
    "flux-1-schnell": Model((1, 50), ("guidance_scale", 0, 50)),
    "FLUX_1-Krea-dev": Model((1, 50), ("guidance_scale", 0, 20)),
    "FLUX.1-dev": Model((1, 50), ("guidance_scale", 0, 20)),
    "qwen-image-2.0": Model((1, 50), negative=True, images="images"),
    "qwen-image-2.0-pro": Model((1, 50), negative=True, images="images"),
    "Qwen-Image-Edit": Model((1, 50), ("cfg_scale", 0, 20), negative=True, images="form"),
    "FLUX.1-Kontext-dev": Model((1, 50), ("guidance_scale", 0, 20), images="form"),
}

# The texts of package, quota and interface have a source (docs/providers/gitee.md#errors). The others are guesses.
REFUSALS: Mapping[str, tuple[int, str]] = {
    "error": (500, "服务内部错误，请稍后重试"),
    "quota": (400, f"您已达到最大当日免费 API 使用次数，请明日再试或购买资源包{quota.NOTE}"),
    "retired": (400, "该模型已停用，请更换或升级为其他模型版本"),
    "payment": (402, "账户额度不足，请购买资源包"),
    "quota200": (200, "您已达到最大当日免费 API 使用次数，请明日再试或购买资源包"),
    "toolong": (400, "prompt is too long"),
    "badsize": (400, "width must be a multiple of 8"),
    "package": (400, "当前访问令牌尚未绑定到任何资源包，请先购买资源包"),
    "interface": (400, "暂不支持该接口"),
    "rate": (429, "请求过于频繁，请稍后再试"),
    "auth": (401, "无效的访问令牌"),
    "expired": (401, "访问令牌已过期"),
    "moderation": (400, "内容安全审核未通过，请修改提示词后重试"),
    "busy": (503, "Server is busy, please try again later"),
    "loading": (503, "The model is currently loading, please try again later"),
    "notfound": (404, "404 Not Found"),
}
DRAWN = frozenset({"cut", "garbage", "badjson", "gateway"})
"""Faults that lose the response after the picture was generated."""
_BAD_TOKENS = {"invalid": "auth", "expired": "expired"}


def app(seconds: float = 0.0) -> Starlette:
    """Return the provider as an ASGI app. A generation takes `seconds` unless the prompt requests another delay."""
    log, shelf = RequestLog(), Shelf()
    desk = TaskDesk(shelf, seconds, _fail, _refuse_token)

    async def generate(request: Request) -> Response:
        body, files = await sources.read_body(request)
        entry = log.record("POST", request.url.path, request.headers, body)
        response = await _generate(request, body, files, entry, shelf, seconds)
        entry["status"] = response.status_code
        return response

    async def submit(request: Request) -> Response:
        body, files = await sources.read_body(request)
        entry = log.record("POST", request.url.path, request.headers, body)
        checked = _check(request, body, files, entry)
        response = checked if isinstance(checked, Response) else await desk.submit(request, *checked)
        entry["status"] = response.status_code
        return response

    emulator = Starlette(
        routes=[
            Route("/v1/images/generations", generate, methods=["POST"]),
            Route("/v1/images/edits", generate, methods=["POST"]),
            Route("/v1/async/images/generations", submit, methods=["POST"]),
            Route("/v1/async/images/edits", submit, methods=["POST"]),
            Route("/v1/task/{task_id}", desk.poll),
            Route("/v1/models", _list_models),
            Route("/v1/tokens/packages/balance", _balance),
            Route("/v1/public/temp/{day}/{name}", shelf.serve),
            *log.routes(),
            *held_pictures.routes(),
        ]
    )
    emulator.state.requests = log.entries
    emulator.state.log = log
    emulator.state.published = published()
    emulator.state.desk = desk
    emulator.state.charged = desk.charged
    return emulator


async def _generate(
    request: Request, body: Any, files: list[bytes], entry: Entry, shelf: Shelf, seconds: float
) -> Response:
    checked = _check(request, body, files, entry)
    if isinstance(checked, Response):
        return checked
    ordered, order = checked
    await asyncio.sleep(seconds if ordered.delay is None else ordered.delay)
    await held_pictures.wait(ordered.caption)
    failed = _fail(ordered.fault)
    if failed is None or ordered.fault in DRAWN:
        request.app.state.charged.append(PRICE)
        request.app.state.log.drew(ordered.caption)
    return failed or await _deliver(request, order, shelf)


def _check(
    request: Request, body: Any, files: list[bytes], entry: Entry
) -> Response | tuple[directives.Directives, Order]:
    """Return the prompt's directives and the order, or a refusal of the token or a field."""
    if (refused := _refuse_token(request)) is not None:
        return refused
    if not isinstance(body, dict):
        return error(400, "请求体不是合法的 JSON")
    try:
        ordered = directives.parse(Fields(body).text("prompt"), "gitee")
        order = read_order(body, ordered, files)
    except FieldError as bad:
        return _refuse_field(bad, body)
    except directives.DirectiveError as bad:
        return error(400, str(bad))
    if (MODELS[body["model"]].images == "form") is not request.url.path.endswith("/images/edits"):
        return error(*REFUSALS["interface"])
    entry["ignored"] = ignored_fields(body)
    return ordered, order


def read_order(body: Mapping[str, Any], ordered: directives.Directives, files: Sequence[bytes] = ()) -> Order:
    """Return the picture to draw. Raise FieldError at the first invalid field."""
    fields = Fields(body)
    model = MODELS.get(fields.text("model"))
    if model is None or not ordered.caption:
        raise FieldError("model" if model is None else "prompt")
    fields.text("negative_prompt", "")
    fields.integer("num_inference_steps", model.steps[1], *model.steps)
    if model.guidance is not None:
        name, low, high = model.guidance
        fields.number(name, high, low, high)
    wanted = fields.text("response_format", "b64_json")
    if wanted not in ("url", "b64_json"):
        raise FieldError("response_format")
    images = _read_images(body, model, files)
    width, height = _read_size(fields, model, images)
    seed = fields.integer("seed", random.randint(0, MAX_SEED), 0, MAX_SEED)
    picture = Picture(ordered.caption, seed, width, height, fault=ordered.fault, model=body["model"], sources=images)
    as_url = wanted == "url" and ordered.fault != "b64"
    return Order(picture, as_url, count=fields.integer("num_images_per_prompt", 1, 1, 4))


def _read_images(body: Mapping[str, Any], model: Model, files: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the source pictures. Raise FieldError if a model that only edits gets none."""
    if model.images == "form" and not files:
        raise FieldError("image")
    return sources.checked(list(files), "image") if files else sources.of_links(body, model.images)


def _read_size(fields: Fields, model: Model, images: tuple[bytes, ...]) -> tuple[int, int]:
    """Read the size, which must be listed. width and height override it (docs/providers/gitee.md#sizes)."""
    size = fields.size("size", 256, MAX_SIDE) or sources.size_of(images)
    if "size" in fields and model.sizes is not None and f"{size[0]}x{size[1]}" not in model.sizes:
        raise FieldError("size")
    width = fields.integer("width", size[0], 256, MAX_SIDE)
    return width, fields.integer("height", size[1], 256, MAX_SIDE)


def ignored_fields(body: Mapping[str, Any]) -> list[str]:
    """Return the fields that the model ignores without an error (docs/providers/gitee.md#request)."""
    model = MODELS[body["model"]]
    used = {"model", "prompt", "size", "width", "height", "num_inference_steps", "seed", "response_format"}
    used |= {"num_images_per_prompt", *(["negative_prompt"] if model.negative else [])}
    used |= {model.guidance[0]} if model.guidance else set()
    used |= {model.images} if model.images else set()
    return sorted(set(body) - used)


async def _deliver(request: Request, order: Order, shelf: Shelf) -> Response:
    """Return the pictures of a request. Their seeds are consecutive."""
    first = order.picture
    count = 0 if first.fault == "empty" else order.count
    pictures = [replace(first, seed=(first.seed + number) % (MAX_SEED + 1)) for number in range(count)]
    data = [await _one_image(request, picture, order.as_url, shelf) for picture in pictures]
    return JSONResponse({"created": int(time.time() * 1000), "data": data})


async def _one_image(request: Request, picture: Picture, as_url: bool, shelf: Shelf) -> dict[str, str]:
    if picture.fault in INLINE:
        text = INLINE[picture.fault](await run_in_threadpool(picture.file))
        return {"url" if picture.fault == "datalink" else "b64_json": text}
    if not as_url:
        return {"b64_json": base64.b64encode(await run_in_threadpool(picture.file)).decode()}
    if picture.fault == "internal":
        return {"url": INTERNAL_URL}
    letters = "".join(random.choices(string.ascii_letters, k=16))
    path = f"/v1/public/temp/{time.strftime('%y%m%d')}{random.randint(10, 99)}/{letters}.png"
    shelf.put(path, picture)
    return {"url": str(request.url.replace(path=path, query=""))}


def _refuse_token(request: Request) -> Response | None:
    token = bearer(request.headers, ["authorization"])
    if token is None:
        return error(401, "缺少访问令牌")
    return _fail(_BAD_TOKENS.get(token))


def _refuse_field(bad: FieldError, body: Mapping[str, Any]) -> Response:
    if bad.field == "model" and isinstance(body.get("model"), str):
        return error(404, f"模型 '{body['model']}' 不存在")
    return error(400, f"参数无效 '{bad.field}'")


def _fail(fault: str | None) -> Response | None:
    """Return the response for a fault of the response itself. Return None for no fault or a fault of the picture."""
    if refusal := REFUSALS.get(fault or ""):
        return error(*refusal, headers=quota.HEADERS if fault == "quota" else None)
    if fault == "refused200":
        return JSONResponse({"success": False, "message": "node 17 failed"})
    return bad_answers.broken(fault, garbage={"created": "now", "data": "picture"})


def error(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error in the provider's format: `code` is the status as a string (docs/providers/gitee.md#errors)."""
    headers = {"Retry-After": "7"} if status == 429 else headers
    return JSONResponse({"error": {"code": str(status), "message": message}}, status, headers)


def published() -> dict[str, dict[str, Any]]:
    """Return the models of the public list, by id (docs/providers/gitee.md#models). The prices are made up."""
    operation = {"type": "text2image", "name": "文生图", "price": "0.0100", "unit_tag": {"name": "次"}}
    named = {"object": "model", "created": 1735689600, "owned_by": "gitee"}
    paths = {
        name: f"v1/images/{'edits' if model.images == 'form' else 'generations'}" for name, model in MODELS.items()
    }
    return {name: {"id": name, **named, "operations": [{**operation, "path": path}]} for name, path in paths.items()}


async def _list_models(request: Request) -> Response:
    """List models, even without a valid token (docs/providers/gitee.md#hosts-and-authentication)."""
    models = list(request.app.state.published.values())
    if request.query_params.get("include_details") != "true":
        models = [{name: value for name, value in model.items() if name != "operations"} for model in models]
    return JSONResponse({"object": "list", "data": models})


async def _balance(request: Request) -> Response:
    """Return the balance, which is a cheap check of a token (docs/providers/gitee.md#hosts-and-authentication)."""
    body = {"total_amount": 100, "used_amount": 1, "balance": 99, "details": list[object]()}
    return _refuse_token(request) or JSONResponse(body)
