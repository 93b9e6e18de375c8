# mypy: ignore-errors
"""`router_memory.py`: the router's peak memory in MB after its largest calls and after its largest answer.

Lambda's limit is 6 MB in both directions: a refused base64 body, a form and a JSON body with a source picture,
and an answer with a picture of 4 MB in base64.
"""

import base64
import json
import zlib

import calls
from memory import peak

import router
from easel.store import images

LINE = b'{"prompt": "a cute cat", "provider": "gitee", "width": 512, "height": 512}\n'

called = calls.http("POST", "/api/batches/preview")
called |= {"body": base64.b64encode(LINE * (4_400_000 // len(LINE))).decode(), "isBase64Encoded": True}
answer = router.handler(called, calls.Context())
assert answer["statusCode"] == 413, answer


def chunk(kind, data):
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def edit(kind, make_body, **fields):
    """Call with a body that has no other reference, as in Lambda's runtime client."""
    event = calls.http("POST", "/v1/images/edits", None, {"content-type": kind, "authorization": "Bearer token"})
    event |= {"body": make_body(), **fields}
    answer = router.handler(event, calls.Context())
    assert answer["statusCode"] == 200, answer


def form():
    part = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    fields = part % (b"model", b"qwen-image-2.0") + part % (b"prompt", b"a cat")
    file = part.replace(b'"\r', b'"; filename="cat.png"\r') % (b"image", PNG)
    return base64.b64encode(fields + file + b"--x--\r\n").decode()


def link():
    picture = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    return json.dumps({"model": "qwen-image-2.0", "prompt": "a cat", "image": picture})


HEADER = chunk(b"IHDR", b"\0\0\4\0\0\0\4\0\x08\2\0\0\0")
PNG = b"\x89PNG\r\n\x1a\n" + HEADER + chunk(b"IDAT", bytes(4_150_000)) + chunk(b"IEND", b"")
for _ in range(3):
    edit("multipart/form-data; boundary=x", form, isBase64Encoded=True)
    edit("application/json", link)
after_call = peak()
images.load = lambda key: bytes(4 * 2**20)
for _ in range(3):
    asked = calls.generate()
    asked["body"] = json.dumps({**json.loads(asked["body"]), "responseFormat": "b64_json"})
    answer = router.handler(asked, calls.Context())
    assert answer["statusCode"] == 200, answer
    assert len(answer["body"]) > 4 * 2**20, answer["body"][:500]
print(json.dumps([after_call, peak()]))
