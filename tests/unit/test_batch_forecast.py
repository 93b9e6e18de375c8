"""Whether the deployment's tokens will do for a batch, as preview, start and `make batch` say it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import batch_forecast
import router
from easel.front_door import invoke
from routes import quota
from tests.harness import gateway
from tests.harness.easel_keys import bearer, give_key

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

MIDNIGHT = 1_800_028_800.0  # 16:00 UTC
MAGICUBES = {"state": "usable", "drawnToday": 0, "allowance": {"left": 12.5, "unit": "magicubes"}}
SPENT = {"state": "used up", "until": MIDNIGHT - 3600, "drawnToday": 100}
KNOWN = {"state": "usable", "drawnToday": 388, "fullAfter": 1000}
UNKNOWN = {"state": "usable", "drawnToday": 3, "allowance": {"left": 3.5, "unit": "CNY"}}
TOMORROW = "612 of 1,000 today; the rest after about 16:00 UTC"
FLUX_2 = "black-forest-labs/FLUX.2-dev"  # whose price is not known
Z_IMAGE = "Tongyi-MAI/Z-Image-Turbo"  # at 1 magicube


def foreseen(monkeypatch: pytest.MonkeyPatch, cloud: Cloud, reports: dict[str, Any], lines: list[Any]) -> list[Any]:
    """What a preview with a key says of these lines; a function without a report does not answer."""

    def reach(function: str, event: dict[str, Any], kind: str) -> Any:
        return {**reports[function.removeprefix("easel-")], "models": []}

    monkeypatch.setattr(invoke, "reach", reach)
    monkeypatch.setenv("FUNCTION_PREFIX", "easel-")
    quota.forget()
    headers = {"Content-Type": "application/x-ndjson", **bearer(give_key(cloud, batches=True))}
    body = "\n".join(json.dumps(line) for line in lines).encode()
    answer = gateway.call(router.handler, "POST", "/api/batches/preview", body, headers)
    result: list[Any] = json.loads(answer.get_data())["quota"]
    return result


@pytest.mark.parametrize(
    ("provider", "report", "count", "text"),
    [
        (
            "gitee",
            {"tokens": [KNOWN], "renewsAt": MIDNIGHT},
            1000,
            "612 of 1,000 today; the rest after about 16:00 UTC",
        ),
        ("gitee", {"tokens": [KNOWN], "renewsAt": MIDNIGHT}, 612, "all 612 today"),
        ("gitee", {"tokens": [SPENT], "renewsAt": MIDNIGHT}, 7, "0 of 7 today; the rest after about 15:00 UTC"),
        ("gitee", {"tokens": [KNOWN, UNKNOWN], "renewsAt": MIDNIGHT}, 7, "how many of 7 today is not known"),
        ("gitee", {"tokens": []}, 7, "the deployment has no token"),
        ("modelscope", {"tokens": [MAGICUBES, MAGICUBES]}, 100, "24 of 100 today; the rest when there is more"),
        ("huggingface", {}, 3, "how many of 3 today is not known"),
    ],
)
def test_a_preview_says_what_will_do_today(
    monkeypatch: pytest.MonkeyPatch, cloud: Cloud, provider: str, report: dict[str, Any], count: int, text: str
) -> None:
    line = {"provider": provider, "prompt": "a cat", "count": count}
    (entry,) = foreseen(monkeypatch, cloud, {provider: report}, [line])
    assert entry["text"].partition(": ")[2] == text
    assert (entry["provider"], entry["pictures"]) == (provider, count)


def test_a_model_without_a_known_price_takes_the_most_magicubes(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> None:
    lines = [{"provider": "modelscope", "prompt": "a", "model": model} for model in (Z_IMAGE, FLUX_2)]
    (entry,) = foreseen(monkeypatch, cloud, {"modelscope": {"tokens": [MAGICUBES]}}, lines * 5)
    assert (entry["left"], entry["pictures"]) == (6, 10)


def test_requests_are_counted_before_they_are_validated() -> None:
    requests = [{"prompt": "a", "count": 3}, {"model": "ms/z-image-turbo"}, {"provider": "hf", "count": "x"}, None, 7]
    assert batch_forecast.wanted_by(requests) == {("gitee", "z-image-turbo"): 5, ("modelscope", Z_IMAGE): 1}
