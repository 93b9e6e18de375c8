"""Whether the deployment's tokens suffice for a batch: the same forecast in preview, start and `make batch`."""

from __future__ import annotations

import calendar
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

import batch_forecast
import router
from easel import catalog
from easel.batch import executions
from easel.front_door import invoke, own_models
from easel.settings import settings
from tests.harness import gateway
from tests.harness.easel_keys import bearer, give_key

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

MIDNIGHT = time.time() // 86400 * 86400 + 16 * 3600.0
"""In Beijing, at 16:00 UTC; today's, which may be over."""
MAGICUBES = {"state": "usable", "drawnToday": 0, "allowance": {"left": 12.5, "unit": "magicubes"}}
SPENT = {"state": "used up", "until": MIDNIGHT - 3600, "drawnToday": 100}
KNOWN = {"state": "usable", "drawnToday": 388, "fullAfter": 1000}
UNKNOWN = {"state": "usable", "drawnToday": 3, "allowance": {"left": 3.5, "unit": "CNY"}}
GITEE = {"tokens": [KNOWN], "renewsAt": MIDNIGHT}
FLUX_2 = "black-forest-labs/FLUX.2-dev"  # its price is unknown
Z_IMAGE = "Tongyi-MAI/Z-Image-Turbo"  # it costs 1 magicube


def reported(monkeypatch: pytest.MonkeyPatch, cloud: Cloud, reports: dict[str, Any], **limits: Any) -> dict[str, str]:
    """Set what the functions report. Return the headers of a new key."""

    def reach(function: str, event: dict[str, Any], kind: str) -> Any:
        return {**reports[function.removeprefix("easel-")], "models": []}

    monkeypatch.setattr(invoke, "reach", reach)
    monkeypatch.setenv("FUNCTION_PREFIX", "easel-")
    return {"Content-Type": "application/x-ndjson", **bearer(give_key(cloud, batches=True, **limits))}


def forecast(
    monkeypatch: pytest.MonkeyPatch, cloud: Cloud, reports: dict[str, Any], lines: list[Any], **limits: Any
) -> list[Any]:
    """Return the forecast in a preview of these lines, with a key that has these limits."""
    headers = reported(monkeypatch, cloud, reports, **limits)
    body = "\n".join(json.dumps(line) for line in lines).encode()
    answer = gateway.call(router.handler, "POST", "/api/batches/preview", body, headers)
    result: list[Any] = json.loads(answer.get_data())["quota"]
    return result


@pytest.mark.parametrize(
    ("provider", "report", "count", "text"),
    [
        ("gitee", GITEE, 1000, "612 of 1,000 today; the rest after about 16:00 UTC"),
        ("gitee", GITEE, 612, "all 612 today"),
        ("gitee", {"tokens": [SPENT], "renewsAt": MIDNIGHT}, 7, "0 of 7 today; the rest after about 15:00 UTC"),
        ("gitee", {"tokens": [KNOWN, UNKNOWN], "renewsAt": MIDNIGHT}, 7, "unknown how many of 7 today"),
        ("gitee", {"tokens": []}, 7, "the deployment has no token of this provider"),
        ("modelscope", {"tokens": [MAGICUBES, MAGICUBES]}, 100, "24 of 100 today; the rest after the quota renews"),
        ("huggingface", {}, 3, "unknown how many of 3 today"),
    ],
)
def test_a_preview_forecasts_today(
    monkeypatch: pytest.MonkeyPatch, cloud: Cloud, provider: str, report: dict[str, Any], count: int, text: str
) -> None:
    line = {"provider": provider, "prompt": "a cat", "count": count}
    (entry,) = forecast(monkeypatch, cloud, {provider: report}, [line])
    assert entry["text"].partition(": ")[2] == text
    assert (entry["provider"], entry["pictures"]) == (provider, count)


def test_requests_are_counted_before_they_are_validated() -> None:
    requests = [{"prompt": "a", "count": 3}, {"model": "ms/z-image-turbo"}, {"provider": "hf", "count": "x"}, None, 7]
    requests += [{"prompt": "a", "count": count} for count in (10**300, 1001, 0, -1, True)]
    assert batch_forecast.count_requests(requests) == {("gitee", "z-image-turbo"): 6, ("modelscope", Z_IMAGE): 1}


FAMILY = {"provider": "auto", "model": "flux-1-krea", "prompt": "a cat"}


@pytest.mark.parametrize(
    ("named", "modelscope", "text"),
    [
        (0, {"tokens": [MAGICUBES]}, "Automatic: 624 of 700 today; the rest after about 16:00 UTC"),
        (600, {"tokens": [MAGICUBES]}, "Automatic: 24 of 700 today; the rest after about 16:00 UTC"),
        (0, {"tokens": [UNKNOWN]}, "Automatic: unknown how many of 700 today"),
        (0, {"tokens": []}, "Automatic: 612 of 700 today; the rest after about 16:00 UTC"),
    ],
)
def test_a_family_can_use_all_its_providers_allowances(
    monkeypatch: pytest.MonkeyPatch, cloud: Cloud, named: int, modelscope: dict[str, Any], text: str
) -> None:
    monkeypatch.setattr(own_models, "usable_providers", lambda: list(catalog.providers().values()))
    lines = [{**FAMILY, "count": 700}, *([{"prompt": "a", "count": named}] if named else [])]
    *_, entry = forecast(monkeypatch, cloud, {"gitee": GITEE, "modelscope": modelscope}, lines)
    assert entry["text"] == text


def test_the_limits_of_the_key_and_the_deployment_are_forecast(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> None:
    monkeypatch.setenv("DAILY_PICTURES", "5")
    settings.cache_clear()
    now = time.gmtime()
    _, key, deployment = forecast(monkeypatch, cloud, {"gitee": GITEE}, [{"prompt": "a", "count": 9}], day=7, month=4)
    then = f"1 {calendar.month_name[now.tm_mon % 12 + 1]}"
    assert (key["provider"], key["left"]) == ("key", 4)
    assert key["text"].startswith("Your key: 4 of 9 today; the rest after about 00:00 UTC")
    assert then in key["text"].replace(" 01 ", " 1 ") or now.tm_mday > 27
    assert deployment["provider"] == "deployment"
    assert deployment["left"] <= 5


def stored(cloud: Cloud, count: int) -> tuple[str, int]:
    body = b"".join(b'{"prompt": "cat %d", "count": 2}\n' % (number % 10) for number in range(count))
    cloud.client("s3").put_object(Bucket=cloud.environment["IMAGES_BUCKET"], Key="manifests/cats.jsonl", Body=body)
    return f"s3://{cloud.environment['IMAGES_BUCKET']}/manifests/cats.jsonl", len(body)


@pytest.mark.parametrize("read", [10_000, 100])
def test_a_stored_manifest_is_forecast(monkeypatch: pytest.MonkeyPatch, cloud: Cloud, read: int) -> None:
    monkeypatch.setattr(batch_forecast, "COUNTED_BYTES", read)
    assert batch_forecast.count_manifest(*stored(cloud, 100)) == {("gitee", "z-image-turbo"): 200}
    assert batch_forecast.count_manifest(f"s3://{cloud.environment['IMAGES_BUCKET']}/nothing", 10) == {}


def test_an_unknown_price_is_taken_as_the_highest(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> None:
    lines = [{"provider": "modelscope", "prompt": "a", "model": model} for model in (Z_IMAGE, FLUX_2)]
    (entry,) = forecast(monkeypatch, cloud, {"modelscope": {"tokens": [MAGICUBES]}}, lines * 5)
    assert (entry["left"], entry["pictures"]) == (6, 10)


def test_a_preview_of_a_files_start_covers_the_whole_file(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> None:
    headers = reported(monkeypatch, cloud, {"gitee": GITEE})
    body = b'{"prompt": "a cat"}\n' * 1200
    path = f"/api/batches/preview?size={2 * len(body)}"
    answer = json.loads(gateway.call(router.handler, "POST", path, body, headers).get_data())
    assert (answer["counts"]["lines"], answer["complete"]) == (1000, False)
    assert [(entry["pictures"], entry["left"]) for entry in answer["quota"]] == [(2400, 612)]


def test_starting_a_stored_manifest_returns_the_forecast(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> None:
    address, _ = stored(cloud, 400)
    monkeypatch.setenv("KEY_MANIFESTS", "manifests/")
    monkeypatch.setattr(executions, "execute", lambda batch: None)
    settings.cache_clear()
    headers = {**reported(monkeypatch, cloud, {"gitee": GITEE}), "Content-Type": "application/json"}
    body = json.dumps({"manifest": address}).encode()
    answer = gateway.call(router.handler, "POST", "/api/batches", body, headers)
    (entry,) = json.loads(answer.get_data())["quota"]
    assert entry["text"] == "Gitee AI: 612 of 800 today; the rest after about 16:00 UTC"
