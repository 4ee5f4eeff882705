"""A policy: which checks block, how much each weighs, and their limits.

Files hold overrides only: the defaults stand in the checks.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from mettici.checks import all_checks
from mettici.checks.base import Check, Limits
from mettici.errors import PolicyError
from mettici.frozen import freeze
from mettici.opening import opened

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DEFAULT = "professional"
ACCEPT_FROM = 80.0
"""Score from which a photo without failures is accepted, where the policy names no other: one clear warning of a check
that matters costs about 20 points (`verdict.LOSS`)."""


@dataclass(frozen=True)
class Rule:
    """One check under a policy. `cap`: the most a photo can score where the check is at the limit of failing."""

    check: Check
    weight: float
    cap: float
    blocking: bool
    limits: Limits

    def __post_init__(self) -> None:
        freeze(self, "limits")


@dataclass(frozen=True)
class Policy:
    """The effective policy: every check has its rule."""

    name: str
    version: str
    accept_from: float
    rules: tuple[Rule, ...]

    def __getitem__(self, check_id: str) -> Rule:
        return next(r for r in self.rules if r.check.id == check_id)

    def to_toml(self) -> str:
        """Every effective setting, as a policy file."""
        lines = [f'name = "{self.name}"', f'version = "{self.version}"', f"accept_from = {self.accept_from:g}"]
        for rule in self.rules:
            lines += [
                "",
                f"[{rule.check.id}]  # {rule.check.title.en.lower()}; unit: {rule.check.unit}",
                f"weight = {rule.weight:g}",
                f"cap = {rule.cap:g}",
                f"blocking = {str(rule.blocking).lower()}",
            ]
            lines += [f"{key} = {value:g}" for key, value in rule.limits.items()]
        return "\n".join(lines) + "\n"


def names() -> list[str]:
    """The policies that come with mettici."""
    return sorted(p.name.removesuffix(".toml") for p in _shipped().iterdir() if p.name.endswith(".toml"))


def load(policy: str | Path | Policy = DEFAULT) -> Policy:
    """A policy by the name of a shipped one, by the path of a TOML file, or as it is.

    Raises `PolicyError` where there is none such, or it is not valid.
    """
    if isinstance(policy, Policy):
        return policy
    if str(policy) in names():
        return _load_shipped(str(policy))
    path = Path(policy)
    if path.suffix != ".toml" or not path.is_file():
        raise PolicyError("unknown_policy", name=str(policy), known=", ".join(names()))
    try:
        with opened(str(path)) as file:
            text = (file.read() or b"").decode()
    except (OSError, UnicodeDecodeError) as e:
        raise PolicyError("not_toml", name=str(policy), detail=str(e)) from e
    return parse(text, path.stem)


def _shipped() -> Any:
    return resources.files("mettici") / "policies"


@lru_cache
def _load_shipped(name: str) -> Policy:
    return parse((_shipped() / f"{name}.toml").read_text("utf-8"), name)


def parse(text: str, name: str) -> Policy:
    """The policy in TOML `text`; `name` is used where the text gives none. Raises `PolicyError`."""
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise PolicyError("not_toml", name=name, detail=str(e)) from e
    name, version = str(settings.pop("name", name)), str(settings.pop("version", "1"))
    accept_from = _number(name, "accept_from", settings.pop("accept_from", ACCEPT_FROM), 0, 100)
    checks = {c.id: c for c in all_checks()}
    for key in settings:
        if key not in checks or not isinstance(settings[key], dict):
            known = ", ".join(["name", "version", "accept_from", *(f"[{c}]" for c in checks)])
            raise PolicyError("unknown_key", name=name, key=key, known=known)
    rules = tuple(_rule(name, check, settings.get(key, {})) for key, check in checks.items())
    return Policy(name, version, accept_from, rules)


def _rule(policy: str, check: Check, overrides: Mapping[str, object]) -> Rule:
    known = {"weight", "cap", "blocking", *check.limits}
    for key in overrides:
        if key not in known:
            raise PolicyError("unknown_key", name=policy, key=f"[{check.id}] {key}", known=", ".join(sorted(known)))
    blocking = overrides.get("blocking", check.blocking)
    if not isinstance(blocking, bool):
        raise PolicyError(
            "bad_value", name=policy, key=f"[{check.id}] blocking", value=str(blocking), expected="true or false"
        )
    limits = {
        key: _number(policy, f"[{check.id}] {key}", overrides.get(key, default))
        for key, default in check.limits.items()
    }
    for group in check.ascending:
        values = [limits[key] for key in group]
        for i, (low, high) in enumerate(pairwise(values)):
            if low >= high:
                raise PolicyError(
                    "bad_value",
                    name=policy,
                    key=f"[{check.id}] {group[i]}",
                    value=f"{low:g}",
                    expected=f"less than {group[i + 1]} ({high:g})",
                )
    weight = _number(policy, f"[{check.id}] weight", overrides.get("weight", check.weight), 0, 100)
    cap = _number(policy, f"[{check.id}] cap", overrides.get("cap", check.cap), 0, 100)
    return Rule(check, weight, cap, blocking, limits)


def _number(policy: str, key: str, value: object, low: float = -math.inf, high: float = math.inf) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or not low <= value <= high
    ):
        expected = f"a number from {low:g} to {high:g}" if math.isfinite(high) else "a number"
        raise PolicyError("bad_value", name=policy, key=key, value=str(value), expected=expected)
    return float(value)
