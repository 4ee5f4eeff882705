"""For operators: metrics, request ids, JSON logs, and consistent container examples."""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from web_server import serving

from mettici.web.logs import JsonFormatter
from mettici.web.observing import REQUEST_ID, request_id

GOOD = "portrait_good.jpg"
EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def api() -> Iterator[httpx.Client]:
    with serving(metrics=True, root_path="/photo") as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def metrics(api: httpx.Client) -> dict[tuple[str, ...], float]:
    """Every sample, by its name and label values."""
    answer = api.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_requests_photos_and_the_queue_are_counted(api: httpx.Client, samples: Path) -> None:
    before = metrics(api)
    for _ in range(2):
        assert api.post("/v1/check", files={"photo": (GOOD, (samples / GOOD).read_bytes())}).status_code == 200
    assert api.post("/v1/check", content=b"no photo").status_code == 415
    for path in ("/no/such/page", "/nor/this?photo=anna.jpg", "/static/app.js"):
        api.get(path)
    after = metrics(api)

    def grew(*sample: str) -> float:
        return after[sample] - before.get(sample, 0)

    assert grew("mettici_requests_total", "/v1/check", "200") == 2
    assert grew("mettici_requests_total", "/v1/check", "415") == 1
    assert grew("mettici_requests_total", "other", "404") == 2
    assert grew("mettici_request_seconds_count", "/v1/check") == 3
    assert grew("mettici_request_seconds_sum", "/v1/check") > 0
    assert grew("mettici_photos_total") == 2
    assert after["mettici_ready",] == 1
    assert after["mettici_requests_capacity",] > after["mettici_workers",] >= 1
    assert after["mettici_requests_under_way",] == after["mettici_uploads_arriving",] == 0
    text = api.get("/metrics").text
    assert "anna" not in text
    assert GOOD not in text


def test_metrics_are_off_by_default() -> None:
    with serving() as address:
        assert httpx.get(f"{address}/metrics").status_code == 404
        assert "/metrics" not in httpx.get(f"{address}/openapi.json").text


def test_every_answer_has_the_request_id(api: httpx.Client) -> None:
    assert api.get("/healthz", headers={REQUEST_ID: "proxy-42"}).headers[REQUEST_ID] == "proxy-42"
    fresh = [api.get("/no/such/page").headers[REQUEST_ID] for _ in range(2)]
    assert fresh[0] != fresh[1]
    for bad in ("a b", "x" * 65, '"; drop'):
        assert re.fullmatch(r"[0-9a-f]{32}", api.get("/healthz", headers={REQUEST_ID: bad}).headers[REQUEST_ID])


def test_json_log_lines_quote_no_error_message() -> None:
    sent = "the bytes of a face"
    try:
        raise ValueError(sent)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it\nfailed: %s", ("è\x1b",), sys.exc_info())
    token = request_id.set("r1")
    line = JsonFormatter().format(record)
    request_id.reset(token)
    assert "\n" not in line
    assert "\x1b" not in line
    assert "face" not in line
    entry = json.loads(line)
    assert (entry["message"], entry["level"], entry["request_id"]) == ("it\nfailed: è\x1b", "error", "r1")
    assert entry["exception"]["kind"] == "ValueError"
    assert "request_id" not in json.loads(JsonFormatter().format(record))


def test_serve_logs_json_and_exposes_metrics(samples: Path, tmp_path: Path) -> None:
    options = ["--port", "0", "--workers", "1", "--metrics", "--log-format", "json"]
    command = [sys.executable, "-m", "mettici", "serve", *options]
    log = tmp_path / "log"
    with log.open("wb") as err, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err) as server:
        try:
            address = _address(log)
            photo = {"photo": ("secret-name.jpg", (samples / GOOD).read_bytes())}
            answer = httpx.post(f"{address}/v1/check?lang=it", files=photo, headers={REQUEST_ID: "mine"}, timeout=60)
            assert answer.status_code == 200
            assert httpx.get(f"{address}/metrics").status_code == 200
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    (mine,) = [line for line in lines if line.get("request_id") == "mine"]
    assert (mine["method"], mine["route"], mine["status"]) == ("POST", "/v1/check", 200)
    assert mine["seconds"] > 0
    assert "secret-name" not in log.read_text("utf-8")


def _address(log: Path) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf-8")):
            return found[0]
        time.sleep(0.1)
    raise TimeoutError(log.read_text("utf-8"))


# --- examples for containers ------------------------------------------------------------------------------


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((EXAMPLES / "kubernetes.yaml").read_text("utf-8")))


def test_the_manifests_are_valid_for_kubernetes() -> None:
    validate = pytest.importorskip("kubernetes_validate")
    for manifest in manifests():
        validate.validate(manifest, validate.latest_version(), strict=True)


def test_the_manifests_are_consistent() -> None:
    deployment, service, policy = manifests()
    pod = deployment["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    for selector in (
        deployment["spec"]["selector"]["matchLabels"],
        service["spec"]["selector"],
        policy["spec"]["podSelector"]["matchLabels"],
    ):
        assert selector.items() <= pod["metadata"]["labels"].items()
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert service["spec"]["ports"][0]["targetPort"] in ports
    probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")}
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "startup": "/readyz",
        "readiness": "/readyz",
        "liveness": "/healthz",
    }
    assert all(probe["port"] in ports for probe in probes.values())
    assert workers(container["args"]) == int(container["resources"]["limits"]["cpu"])
    assert policy["spec"]["egress"] == [], "a photo never leaves"


def test_compose_gives_as_many_cores_as_there_are_workers() -> None:
    service = yaml.safe_load((EXAMPLES / "compose.yaml").read_text("utf-8"))["services"]["mettici"]
    assert workers(service["command"]) == service["cpus"]
    assert service["read_only"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert (EXAMPLES / service["build"]["context"] / "Dockerfile").is_file()


def workers(command: list[str]) -> int:
    """The number of workers in a command, whose options must exist in `mettici serve`."""
    from mettici.cli.serve import command as serve

    assert command[:2] == ["mettici", "serve"]
    with serve.make_context("serve", command[2:]) as context:
        return int(context.params["workers"])
