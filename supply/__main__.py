"""`python -m supply lock | audit | bom | lowest | try`: manage mettici's dependencies, and try its release."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from supply import audit, bom, lock, lowest, try_release


def main() -> None:
    """Run the chosen command and exit with its code."""
    parser = argparse.ArgumentParser(prog="python -m supply", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    renew = commands.add_parser("lock", help=lock.__doc__)
    renew.add_argument("--upgrade", action="store_true", help="update every pin to its newest version")
    commands.add_parser("audit", help=audit.__doc__)
    listing = commands.add_parser("bom", help=bom.__doc__)
    listing.add_argument("--environment", default=sys.executable, help="the interpreter whose packages are listed")
    listing.add_argument("--output", type=Path, default=Path("dist/mettici.cdx.json"))
    oldest = commands.add_parser("lowest", help=lowest.__doc__)
    oldest.add_argument("--python", default=sys.executable, help="the interpreter to try with")
    release = commands.add_parser("try", help=try_release.__doc__)
    release.add_argument("--dist", type=Path, default=Path("dist"), help="the folder that `make release` fills")
    options = vars(parser.parse_args())
    runs = {"lock": lock.run, "audit": audit.run, "bom": bom.run, "lowest": lowest.run, "try": try_release.run}
    sys.exit(runs[options.pop("command")](**options))


if __name__ == "__main__":
    main()
