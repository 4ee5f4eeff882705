"""Runs a cluster of two local Ray nodes and kills one in mid-scan, for `test_ray.py`.

python tests/ray_cluster.py FOLDER OUTPUT LOG
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from scripted_scan import Reader

from mettici.scan import ray_engine

KILL_AFTER = 40


def main(folder: str, output: str, log: str) -> None:
    """Scan with three actors on two nodes, kill the second node after forty photos, and print the tally."""
    os.environ.update(ray_engine._PRIVATE)
    from ray.cluster_utils import Cluster

    ray_engine.BLOCK = 8
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    victim = cluster.add_node(num_cpus=2)
    cluster.wait_for_nodes()
    os.environ["RAY_ADDRESS"] = cluster.address
    killed: list[int] = []

    def kill() -> None:
        while _judged(log) < KILL_AFTER:
            time.sleep(0.05)
        cluster.remove_node(victim, allow_graceful=False)
        killed.append(_judged(log))

    threading.Thread(target=kill, daemon=True).start()
    judge = Reader("professional", "en", log=log)
    verdicts, failures = ray_engine.scan(folder, output, judge, jobs=3, timeout=30)
    sys.stdout.write(json.dumps({"verdicts": verdicts, "failures": failures, "killed_at": killed}) + "\n")
    sys.stdout.flush()
    cluster.shutdown()


def _judged(log: str) -> int:
    return len(Path(log).read_bytes().splitlines())


if __name__ == "__main__":
    main(*sys.argv[1:])
