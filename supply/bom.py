"""Write the software bill of materials (CycloneDX 1.6) of an environment with mettici: packages, weights, fonts."""

from __future__ import annotations

import hashlib
import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

from supply.lock import ROOT, tomllib

SPEC = "1.6"
FONTS = ROOT / "src" / "mettici" / "output" / "fonts"
FONT_LICENCE = "Bitstream-Vera"
"""The SPDX name of the licence in fonts/LICENSE_DEJAVU; DejaVu's own changes are in the public domain."""
Component = dict[str, Any]


def run(environment: str, output: Path) -> int:
    """Write the bill of materials for the environment of the interpreter `environment`, and print each component."""
    bill = installed(environment)
    bill["components"] = sorted([*bill.get("components", ()), *weights(), *fonts()], key=lambda one: one["bom-ref"])
    validate(bill)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", "utf-8")
    for one in bill["components"]:
        print(f"{one['name']:32} {one.get('version', ''):12} {licences(one)}")
    print(f"{len(bill['components'])} components in {output}")
    return 0


def installed(environment: str) -> dict[str, Any]:
    """The installed packages according to cyclonedx-bom, with this project as the root."""
    how = ["--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "library", "--sv", SPEC, "--output-reproducible"]
    command = [sys.executable, "-m", "cyclonedx_py", "environment", *how, environment]
    bill: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    versions = runpy.run_path(str(ROOT / "src" / "mettici" / "_version.py"))
    bill["metadata"]["component"]["version"] = versions["__version__"]
    return bill


def weights() -> list[Component]:
    """Each weights file in models/manifest.toml, with its hash, licence and source."""
    entries = tomllib.loads((ROOT / "models" / "manifest.toml").read_text("utf-8"))
    return [
        {
            "type": "machine-learning-model",
            "bom-ref": f"weights:{name}",
            "name": entry["file"],
            "description": f"{entry['purpose']}. Source: {entry['source']}",
            "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}],
            "licenses": [{"license": {"id": entry["licence"]}}],
        }
        for name, entry in entries.items()
    ]


def fonts() -> list[Component]:
    """The fonts used on annotated pictures."""
    return [
        {
            "type": "file",
            "bom-ref": f"font:{path.name}",
            "name": path.name,
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
            "licenses": [{"license": {"id": FONT_LICENCE}}],
        }
        for path in sorted(FONTS.glob("*.ttf"))
    ]


def validate(bill: dict[str, Any]) -> None:
    """Raise `ValueError` if the bill does not match the standard's schema."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill))
    if wrong is not None:
        raise ValueError(f"no valid CycloneDX {SPEC}: {wrong}")


def licences(component: Component) -> str:
    """The component's licence, shortened."""
    named = [
        one.get("expression") or one["license"].get("id") or one["license"].get("name", "")
        for one in component.get("licenses", ())
    ]
    return ", ".join(name.splitlines()[0][:40] for name in named if name) or "not in its metadata"
