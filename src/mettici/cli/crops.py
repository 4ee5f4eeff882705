"""The crop options of `scan`: output folder, shape and size."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from mettici.cli.help import WrongUsage
from mettici.cli.terminal import files

if TYPE_CHECKING:
    from mettici.policy import Crop

Command = TypeVar("Command", bound=Callable[..., Any])

_SHAPE = re.compile(r"(?P<across>[1-9]\d{0,4})(?P<sign>[:x\xd7])(?P<down>[1-9]\d{0,4})", re.I)


def _parse_shape(ctx: click.Context, _param: click.Parameter, value: str | None) -> Crop | None:
    """Parse a shape such as `square`, `4:5` or `800x1000`. Raises `WrongUsage`, also if it is too narrow for a head."""
    from mettici.policy import MAX_ASPECT, MAX_WIDTH, Crop

    if value is None:
        return None
    if value.lower() == "square":
        return Crop(1, 1)
    match = _SHAPE.fullmatch(value)
    if not match:
        raise WrongUsage("cli.no_such_shape", ctx, value=value)
    across, down = int(match["across"]), int(match["down"])
    if not 1 / MAX_ASPECT <= across / down <= MAX_ASPECT or max(across, down) > MAX_WIDTH:
        raise WrongUsage("cli.shape_outside", ctx, value=value, flattest=MAX_ASPECT, widest=MAX_WIDTH)
    return Crop(across, down, across if match["sign"] != ":" else None)


def crop_options(command: Command) -> Command:
    """Add `--crop`, `--crop-size` and `--crop-shape`, passed to the command as `crops` and `shape`."""

    @wraps(command)
    def with_crops(*args: Any, crop: str | None, size: int | None, shape: Crop | None, **others: Any) -> Any:
        if not crop:
            if size or shape:
                raise WrongUsage("cli.alone", options="--crop-size, --crop-shape", needed="--crop")
            return command(*args, crops=None, shape=None, **others)
        from mettici.scan.crops import Crops

        resolved = _resolve(size, shape, others["policy"])
        return command(*args, crops=Crops(crop, resolved.size if resolved else None), shape=resolved, **others)

    options = (
        click.option("--crop", shell_complete=files, metavar="DIR"),
        click.option("--crop-size", "size", type=click.IntRange(1, 10_000), metavar="PIXELS"),
        click.option("--crop-shape", "shape", callback=_parse_shape, metavar="SHAPE"),
    )
    wrapped = cast(Command, with_crops)
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def _resolve(size: int | None, shape: Crop | None, policy: str) -> Crop | None:
    """Combine size and shape; None without either. A size alone applies to the policy's shape, else to a square."""
    from mettici.policy import Crop, load

    if size is None:
        return shape
    if shape and shape.width:
        raise WrongUsage("cli.size_twice")
    return replace(shape or load(policy).crop or Crop(1, 1), width=size)
