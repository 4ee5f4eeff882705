"""Trains the networks from folders of labelled pictures: `python -m training --data DATA --output models`."""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from training.faces import figures
from training.faces import main as faces
from training.picture import main as picture

NETWORKS = {"faces": faces.main, "picture": picture.main}
FILES = (figures.FILE, picture.FILE)


def main() -> None:
    """Train the named networks, or all of them, each in its own process, and record the results in the manifest."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("network", nargs="*", metavar="NETWORK", help=f"of {', '.join(NETWORKS)} (default: all)")
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled sets")
    parser.add_argument("--output", type=Path, required=True, help="folder for the networks and their cards")
    arguments = parser.parse_args()
    if unknown := set(arguments.network) - set(NETWORKS):
        parser.error(f"no such network: {', '.join(sorted(unknown))}")
    arguments.output.mkdir(parents=True, exist_ok=True)
    wanted = arguments.network or list(NETWORKS)
    with ProcessPoolExecutor(len(wanted), multiprocessing.get_context("spawn")) as pool:
        runs = [pool.submit(NETWORKS[name], arguments.data, arguments.output) for name in wanted]
        for run in runs:
            run.result()
    record(arguments.output)


def record(models: Path) -> None:
    """Write the SHA-256 of each network trained here into the manifest in the same folder, if there is one."""
    manifest = models / "manifest.toml"
    if not manifest.exists():
        return
    text = manifest.read_text("utf-8")
    for path in filter(Path.exists, (models / file for file in FILES)):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        text = re.sub(rf'(file = "{re.escape(path.name)}"\nsha256 = )"[^"]*"', rf'\1"{sha256}"', text)
    beside = manifest.with_suffix(".new")
    beside.write_text(text, "utf-8")
    beside.replace(manifest)


if __name__ == "__main__":
    main()
