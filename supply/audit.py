"""Ask whether anything that is pinned in requirements/ci.txt has a known vulnerability."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from supply.lock import LOCK, ROOT

SERVICES = ("pypi", "osv")
"""pip-audit's sources of advisories, in turns: the first one that knows all of the packages decides."""
CLEAN, VULNERABLE, UNANSWERED = 0, 1, 3


def run() -> int:
    """0: all were looked up, and none is known to be vulnerable. 1: some are. 3: not all could be looked up."""
    told: list[dict[str, Any]] = []
    for service in SERVICES:
        answered = asked(service)
        skipped = [one for one in answered if "skip_reason" in one]
        print(f"{service}: {len(answered) - len(skipped)} of {len(answered)} packages looked up")
        told += answered
        if answered and not skipped:
            return verdict(told, whole=True)
    return verdict(told, whole=False)


def asked(service: str) -> list[dict[str, Any]]:
    """What the service says of each pinned package; nothing where it does not answer."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes"]
    how = ["--vulnerability-service", service, "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run([*command, *how], capture_output=True, text=True, check=False, cwd=ROOT)
    try:
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"{service}: no answer (pip-audit ended with {done.returncode})")
        return []
    return dependencies


def verdict(told: list[dict[str, Any]], whole: bool) -> int:
    """Say it, and the exit code; `whole`: one service knew all of the packages."""
    bad = [one for one in told if one.get("vulns")]
    for one in bad:
        for found in one["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "no version yet"
            print(f"VULNERABLE: {one['name']} {one['version']}: {found['id']}, fixed in {fixed}")
    if bad:
        return VULNERABLE
    if not whole:
        print("NOT AUDITED: no service of advisories knows all of the packages from here. Run this where one answers.")
        return UNANSWERED
    print("no known vulnerability")
    return CLEAN
