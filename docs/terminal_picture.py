"""Draws `docs/assets/check.svg`: what `mettici check` really prints for the photos named, in colour.

python docs/terminal_picture.py sample_images/made/spoiled_dark.jpg sample_images/made/spoiled_sunglasses.jpg
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 88
PICTURE = Path(__file__).parent / "assets" / "check.svg"


def main(photos: list[str]) -> None:
    """Run the command as a reader would, and keep what it prints as a picture."""
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "LC_ALL": "C.UTF-8"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "mettici", "check", *photos]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    if done.returncode > 1:  # 1 is a photo rejected, which is worth showing
        sys.exit(done.stderr)
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(f"$ mettici check {' '.join(photos)}\n\n{done.stdout}"))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    # A fixed id: the same text gives the same file, byte by byte.
    svg = console.export_svg(title="mettici check", unique_id="mettici")
    PICTURE.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
