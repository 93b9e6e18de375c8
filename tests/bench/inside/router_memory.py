# mypy: ignore-errors
"""`router_memory.py`: the router's peak memory in MB after its largest call and after its largest answer.

Lambda takes 6 MB either way: a body in base64, which is refused; and a picture of 4 MB in base64.
"""

import base64
import json

import calls
from memory import peak

import router
from easel.store import images

LINE = b'{"prompt": "a cute cat", "provider": "gitee", "width": 512, "height": 512}\n'

called = calls.http("POST", "/api/batches/preview")
called |= {"body": base64.b64encode(LINE * (4_400_000 // len(LINE))).decode(), "isBase64Encoded": True}
answer = router.handler(called, calls.Context())
assert answer["statusCode"] == 413, answer
after_call = peak()
images.load = lambda key: bytes(4 * 2**20)
for _ in range(3):
    asked = calls.generate()
    asked["body"] = json.dumps({**json.loads(asked["body"]), "responseFormat": "b64_json"})
    answer = router.handler(asked, calls.Context())
    assert answer["statusCode"] == 200, answer
    assert len(answer["body"]) > 4 * 2**20, answer["body"][:500]
print(json.dumps([after_call, peak()]))
