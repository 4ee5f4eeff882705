"""Policies: which checks block, how much each weighs, and their thresholds.

A policy file contains overrides only; the checks define the defaults.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from mettici.checks import all_checks
from mettici.checks.base import Check, Limits
from mettici.errors import PolicyError
from mettici.frozen import Frozen, freeze
from mettici.safe_open import opened

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DEFAULT = "professional"
ACCEPT_FROM = 80.0
"""Minimum score to accept a photo without failures, unless the policy overrides it. Among similar values, it agrees
best with two people's verdicts on published photos, and still accepts five in six of the good ones (`python -m
benchmarks.ratings`)."""
MAX_ASPECT = 4
"""Maximum aspect ratio, longer over shorter side, of a policy's crop: a head does not fit in a strip."""
MAX_WIDTH = 10_000
"""Maximum width of a policy's crop, px: more than cameras have."""
_OWN = ("name", "version", "accept_from", "about", "sources", "crop")


@dataclass(frozen=True)
class Rule:
    """A check with a policy's settings. `cap`: the maximum score of a photo for which the check is on the verge of
    failing."""

    check: Check
    weight: float
    cap: float
    blocking: bool
    limits: Limits

    def __post_init__(self) -> None:
        freeze(self, "limits")


@dataclass(frozen=True)
class Crop:
    """The picture that the policy's platform requires: aspect ratio `across`:`down`; `width` in pixels, if it specifies
    one."""

    across: int
    down: int
    width: int | None = None

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.across / self.down

    @property
    def shape(self) -> str:
        """The aspect ratio as written in a policy file, such as "4:5"."""
        return f"{self.across}:{self.down}"

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, if the policy specifies a width."""
        return None if self.width is None else (self.width, round(self.width / self.aspect))


@dataclass(frozen=True)
class Policy:
    """An effective policy, with a rule for every check.

    `about`: its purpose in a line, by language. `sources`: the addresses of the rules it implements. `crop`: the aspect
    ratio and size that the platform requires; None if any will do.
    """

    name: str
    version: str
    accept_from: float
    rules: tuple[Rule, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    crop: Crop | None = None

    def __post_init__(self) -> None:
        freeze(self, "about")

    def described(self, lang: str = "en") -> str:
        """Its purpose: in the requested language, in English, or in any other; "" if the policy does not say."""
        return self.about.get(lang) or self.about.get("en") or next(iter(self.about.values()), "")

    def __getitem__(self, check_id: str) -> Rule:
        return next(r for r in self.rules if r.check.id == check_id)

    def to_toml(self) -> str:
        """Every effective setting, in the format of a policy file."""
        lines = [f"name = {_quoted(self.name)}", f"version = {_quoted(self.version)}"]
        lines.append(f"accept_from = {self.accept_from:g}")
        if self.sources:
            lines.append(f"sources = [{', '.join(map(_quoted, self.sources))}]")
        if self.about:
            lines += ["", "[about]", *(f"{lang} = {_quoted(text)}" for lang, text in self.about.items())]
        if self.crop:
            lines += ["", "[crop]", f'shape = "{self.crop.shape}"']
            lines += [f"width = {self.crop.width}"] if self.crop.width else []
        for rule in self.rules:
            lines += [
                "",
                f"[{rule.check.id}]  # {rule.check.name()}; unit: {rule.check.unit}",
                f"weight = {rule.weight:g}",
                f"cap = {rule.cap:g}",
                f"blocking = {str(rule.blocking).lower()}",
            ]
            lines += [f"{key} = {value:g}" for key, value in rule.limits.items()]
        return "\n".join(lines) + "\n"


def names() -> list[str]:
    """The names of the built-in policies."""
    return sorted(p.name.removesuffix(".toml") for p in _shipped().iterdir() if p.name.endswith(".toml"))


def load(policy: str | Path | Policy = DEFAULT) -> Policy:
    """Load a built-in policy by name, or one from a TOML file by path; a `Policy` is returned unchanged.

    Raises `PolicyError` if it does not exist or is invalid.
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
    """Parse a policy from TOML; `name` is its default name. Raises `PolicyError`."""
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise PolicyError("not_toml", name=name, detail=str(e)) from e
    name, version = str(settings.pop("name", name)), str(settings.pop("version", "1"))
    accept_from = _number(name, "accept_from", settings.pop("accept_from", ACCEPT_FROM), 0, 100)
    about, sources = _about(name, settings.pop("about", {})), _sources(name, settings.pop("sources", []))
    crop = _crop(name, settings.pop("crop")) if "crop" in settings else None
    checks = {c.id: c for c in all_checks()}
    for key in settings:
        if key not in checks or not isinstance(settings[key], dict):
            known = ", ".join([*_OWN, *(f"[{c}]" for c in checks)])
            raise PolicyError("unknown_key", name=name, key=key, known=known)
    rules = tuple(_rule(name, check, settings.get(key, {})) for key, check in checks.items())
    return Policy(name, version, accept_from, rules, about, sources, crop)


def _about(policy: str, value: object) -> Mapping[str, str]:
    texts = {"en": value} if isinstance(value, str) else value
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise _bad_value(policy, "about", value, "a text, or a table with one for each language: en = '…'")
    return Frozen(texts)


def _sources(policy: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _bad_value(policy, "sources", value, "a list of addresses")
    return tuple(value)


def _crop(policy: str, value: object) -> Crop:
    if not isinstance(value, dict):
        raise _bad_value(policy, "crop", value, "a table with shape, and width if need be")
    for key in value:
        if key not in ("shape", "width"):
            raise PolicyError("unknown_key", name=policy, key=f"[crop] {key}", known="shape, width")
    shape, width = value.get("shape"), value.get("width")
    named = re.fullmatch(r"([1-9]\d{0,3}):([1-9]\d{0,3})", shape) if isinstance(shape, str) else None
    across, down = map(int, named.groups()) if named else (0, 1)
    if not 1 / MAX_ASPECT <= across / down <= MAX_ASPECT:
        raise _bad_value(
            policy, "[crop] shape", shape, f"width:height such as 4:5, from 1:{MAX_ASPECT} to {MAX_ASPECT}:1"
        )
    if width is not None and (isinstance(width, bool) or not isinstance(width, int) or not 1 <= width <= MAX_WIDTH):
        raise _bad_value(policy, "[crop] width", width, f"a whole number of pixels from 1 to {MAX_WIDTH}")
    return Crop(across, down, width)


def _bad_value(policy: str, key: str, value: object, expected: str) -> PolicyError:
    return PolicyError("bad_value", name=policy, key=key, value=str(value), expected=expected)


def _quoted(text: str) -> str:
    """Quote a string for TOML, whose basic strings include JSON strings."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _rule(policy: str, check: Check, overrides: Mapping[str, object]) -> Rule:
    known = {"weight", "cap", "blocking", *check.limits}
    for key in overrides:
        if key not in known:
            raise PolicyError("unknown_key", name=policy, key=f"[{check.id}] {key}", known=", ".join(sorted(known)))
    blocking = overrides.get("blocking", check.blocking)
    if not isinstance(blocking, bool):
        raise _bad_value(policy, f"[{check.id}] blocking", blocking, "true or false")
    limits = {
        key: _number(policy, f"[{check.id}] {key}", overrides.get(key, default))
        for key, default in check.limits.items()
    }
    for group in check.ascending:
        values = [limits[key] for key in group]
        for i, (low, high) in enumerate(pairwise(values)):
            if low >= high:
                raise _bad_value(policy, f"[{check.id}] {group[i]}", f"{low:g}", f"less than {group[i + 1]} ({high:g})")
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
        raise _bad_value(policy, key, value, expected)
    return float(value)
