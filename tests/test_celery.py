"""The Celery example with a real worker: forked processes, a file-based broker, results as JSON."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mettici import PhotoChecker

EXAMPLES = Path(__file__).parent.parent / "examples"


def settings(folder: Path) -> dict[str, Any]:
    """A broker and a result store in folders."""
    for name in ("queue", "control", "results"):
        (folder / name).mkdir(exist_ok=True)
    queue = str(folder / "queue")
    through = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "control")}
    return {
        "broker_url": "filesystem://",
        "broker_transport_options": through,
        "result_backend": f"file://{folder / 'results'}",
    }


WORKER = """
import json, sys
from celery_avatar import app
app.conf.update(json.loads(sys.argv[1]))
app.worker_main(["worker", "--pool", "prefork", "--concurrency", "2", "--without-gossip", "--without-mingle"])
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_forked_worker_answers_as_the_library_does(
    samples: Path, tmp_path: Path, checker: PhotoChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    example, conf = importlib.import_module("celery_avatar"), settings(tmp_path)
    example.app.conf.update(conf)
    photos = [str(samples / n) for n in ("portrait_good.jpg", "spoiled_two_people.jpg", "broken/text.jpg")]
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, json.dumps(conf)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(EXAMPLES)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        good, two, broken = (t.get(timeout=90) for t in [example.judge.delay(p) for p in photos])
    finally:
        worker.terminate()  # which also stops its pool
        try:
            worker.wait(15)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
    expected = json.loads(json.dumps(checker.check(photos[0]).to_dict()))
    assert {**good, "timing_ms": 0} == {**expected, "timing_ms": 0}
    assert two["verdict"] == "reject"
    assert broken["error"]["code"] == "not_an_image"
