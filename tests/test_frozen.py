"""Reports, policies and checkers are immutable, and work with pickle, copy and other processes."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from mettici import PhotoChecker, Report
from mettici.frozen import Frozen, thawed
from mettici.policy import load


@pytest.fixture(scope="module")
def report(checker: PhotoChecker, samples: Path) -> Report:
    return checker.check(samples / "spoiled_far_away.jpg")


def through_pickle(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


WAYS: list[Callable[[Any], Any]] = [through_pickle, copy.copy, copy.deepcopy]


@pytest.mark.parametrize("way", WAYS)
def test_reports_and_policies_survive_copying_and_pickling(report: Report, way: Callable[[Any], Any]) -> None:
    there = way(report)
    assert there == report
    assert there.to_dict("it") == report.to_dict("it")
    assert hash(there) == hash(report)
    assert way(load("strict")) == load("strict")


def everything(value: object) -> list[object]:
    """Everything reachable from a report."""
    if dataclasses.is_dataclass(value):
        parts: list[object] = [getattr(value, f.name) for f in dataclasses.fields(value)]
    elif isinstance(value, Mapping):
        parts = [*value.values()]
    else:
        parts = [*value] if isinstance(value, (list, tuple)) else []
    return [value, *(one for part in parts for one in everything(part))]


def test_nothing_in_a_report_can_be_changed(report: Report) -> None:
    parts = everything(report)
    assert not [p for p in parts if isinstance(p, (list, set, bytearray))]
    assert len([p for p in parts if isinstance(p, Mapping)]) > 40
    for part in (*parts, report["smile"].rule.check.limits, report["smile"].rule.check.reasons):
        if isinstance(part, Mapping):
            with pytest.raises(TypeError):
                part["width"] = 1  # type: ignore[index]
        elif dataclasses.is_dataclass(part):
            with pytest.raises(dataclasses.FrozenInstanceError):
                part.path = ""  # type: ignore[union-attr,misc]


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(a=2),
        lambda m: m.pop("a"),
        lambda m: m.clear(),
        lambda m: m.popitem(),
        lambda m: m.setdefault("b", 1),
        lambda m: m.__delitem__("a"),
        lambda m: m.__ior__({"b": 2}),
    ],
)
def test_a_frozen_mapping_refuses_every_change(change: Callable[[Frozen[str, Any]], object]) -> None:
    mapping = Frozen({"a": 1, "b": [1, {"c": {2}}]})
    with pytest.raises(TypeError, match="read-only"):
        change(mapping)
    assert mapping == {"a": 1, "b": (1, {"c": frozenset({2})})}
    assert mapping | {"a": 3} == {"a": 3, "b": mapping["b"]}
    assert thawed(Frozen({"a": [1, {"b": (2,)}]})) == {"a": [1, {"b": [2]}]}


def test_to_dict_returns_an_independent_copy(report: Report) -> None:
    given = report.to_dict()
    given["photo"]["notes"].append("mine")
    given["models"].clear()
    assert "mine" not in report.to_dict()["photo"]["notes"]
    assert report.models


def test_asdict_gives_plain_values(report: Report) -> None:
    given = dataclasses.asdict(report)
    assert given["photo"]["width"] == report.photo["width"]
    assert given["findings"][0]["rule"]["limits"] == report.findings[0].rule.limits
    assert given["verdict"] is report.verdict


def judged_there(checker: PhotoChecker, path: str) -> Report:
    with checker:
        return checker.check(path)


def test_a_checker_can_be_sent_to_another_process_and_returns_a_report(checker: PhotoChecker, samples: Path) -> None:
    path = str(samples / "portrait_good.jpg")
    here = checker.check(path)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(judged_there, checker, path).result() == here
    with copy.deepcopy(checker) as other:
        assert other.check(path) == here
        assert other._vision is not checker._vision, "closing one leaves the other open"
    assert checker.check(path) == here


def test_a_route_of_fastapi_returns_it(report: Report) -> None:
    fastapi, testing = pytest.importorskip("fastapi"), pytest.importorskip("fastapi.testclient")
    app = fastapi.FastAPI()

    @app.get("/annotated")
    def annotated() -> Report:
        return report

    @app.get("/plain", response_model=None)
    def plain():  # type: ignore[no-untyped-def]
        return report

    client = testing.TestClient(app)
    assert client.get("/annotated").json() == json.loads(json.dumps(report.to_dict()))
    assert client.get("/plain").json()["verdict"] == report.verdict.value
    assert client.get("/openapi.json").status_code == 200
