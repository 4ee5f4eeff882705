"""Check the packages pinned in requirements/ci.txt for known vulnerabilities."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from supply.lock import LOCK, ROOT

SERVICES = ("pypi", "osv")
"""pip-audit's advisory sources, tried in order; the first that knows every package decides."""
CLEAN, VULNERABLE, UNANSWERED = 0, 1, 3


def run() -> int:
    """Return 0 if every package was looked up and none is known to be vulnerable, 1 if some are, 3 if a lookup
    failed."""
    answers: list[dict[str, Any]] = []
    for service in SERVICES:
        answered = asked(service)
        skipped = [one for one in answered if "skip_reason" in one]
        print(f"{service}: {len(answered) - len(skipped)} of {len(answered)} packages looked up")
        answers += answered
        if answered and not skipped:
            return verdict(answers, whole=True)
    return verdict(answers, whole=False)


def asked(service: str) -> list[dict[str, Any]]:
    """What the service reports for each pinned package; empty if it does not answer."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes"]
    how = ["--vulnerability-service", service, "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run([*command, *how], capture_output=True, text=True, check=False, cwd=ROOT)
    try:
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"{service}: no answer (pip-audit ended with {done.returncode})")
        return []
    return dependencies


def verdict(answers: list[dict[str, Any]], whole: bool) -> int:
    """Print the result and return the exit code. `whole`: one service knew every package."""
    bad = [one for one in answers if one.get("vulns")]
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
