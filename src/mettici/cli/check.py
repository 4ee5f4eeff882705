"""`mettici check`: judge photos and print the reports."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mettici.cli.exit_codes import REJECTED
from mettici.cli.help import Command
from mettici.cli.pictures import Pictures, Target
from mettici.cli.terminal import files, lang_option, page, policy_option, print_error, print_raw, show
from mettici.errors import EmptyError, PhotoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mettici.checker import PhotoChecker
    from mettici.report import Report

    Result = tuple[str, Report | PhotoError]


@click.command("check", cls=Command)
@click.argument("photos", shell_complete=files, nargs=-1, required=True, metavar="PHOTO...")
@policy_option
@lang_option
@click.option("--json", "as_json", is_flag=True)
@click.option("--annotate", shell_complete=files, metavar="FILE_OR_DIR")
@click.option("--crop", shell_complete=files, metavar="FILE_OR_DIR")
@click.pass_context
def command(
    ctx: click.Context,
    photos: tuple[str, ...],
    policy: str,
    lang: str,
    as_json: bool,
    annotate: str | None,
    crop: str | None,
) -> None:
    """The help text is in the catalogues, under `cli.check`."""
    paths = {"annotate": annotate, "crop": crop}
    pictures = Pictures({kind: Target(path, photos) for kind, path in paths.items() if path}, lang)
    from mettici.process import configure

    configure()
    from mettici.vision.pipeline import Vision

    with Vision() as vision:
        vision.prepare()  # loads the networks while the rest is imported and the first photo decoded
        from mettici.checker import PhotoChecker

        results = _judge(PhotoChecker(policy, vision=vision), photos, pictures)
        if as_json:
            code = _print_json(list(results), lang)
        else:
            code = _print_text(results, lang, len(photos), "" if crop else policy)
    ctx.exit(code)


def _judge(checker: PhotoChecker, photos: Iterable[str], pictures: Pictures) -> Iterator[Result]:
    for photo in photos:
        source, name = (sys.stdin.buffer, "-") if photo == "-" else (photo, None)
        try:
            if not pictures.targets:
                yield photo, checker.check(source, name=name)
                continue
            done = checker.examine(source, name=name)
            yield photo, done.report
            pictures.write(photo, done)
        except EmptyError as error:
            yield photo, error.for_uploader()  # advice on how to rewind a stream is for programs
        except PhotoError as error:
            yield photo, error


def _print_text(results: Iterable[Result], lang: str, count: int, policy: str) -> int:
    """Print the reports. `policy`: for the hint on how to save the crop; "" if crops are being written anyway."""
    from mettici.output.text import report_text, tally_text

    shown, verdicts, failures, code = page(lang), Counter[str](), Counter[str](), 0
    for number, (path, result) in enumerate(results):
        if number:
            show(err=isinstance(result, PhotoError))
        if isinstance(result, PhotoError):
            failures[result.code] += 1
            print_error(result, lang, path)
        else:
            verdicts[result.verdict.value] += 1
            show(report_text(result, shown, saving=_crop_command(result, policy) if policy else ""))
        code = max(code, _exit_code(result))
    if count > 1:
        show(f"\n{tally_text(verdicts, failures, shown)}")
    return code


def _crop_command(report: Report, policy: str) -> str:
    """The command that saves this photo's crop in the current folder; "" for a photo from standard input."""
    from mettici.policy import DEFAULT

    path = report.path
    if path == "-":
        return ""
    extension = ".png" if report.photo["format"] == "PNG" else ".jpg"
    argument = os.path.join(os.curdir, path) if path.startswith("-") else path  # otherwise it would be an option
    words = ["mettici", "check", argument, "--crop", f"{Path(path).stem}-crop{extension}"]
    words += ["--policy", policy] if policy != DEFAULT else []
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def _print_json(results: list[Result], lang: str) -> int:
    from mettici.output.json import error_object, to_text

    objects = [
        error_object(path, result, lang) if isinstance(result, PhotoError) else result.to_dict(lang)
        for path, result in results
    ]
    print_raw(to_text(objects if len(objects) > 1 else objects[0], indent=2, encoding=page(lang).encoding))
    return max(_exit_code(r) for _, r in results)


def _exit_code(result: Report | PhotoError) -> int:
    if isinstance(result, PhotoError):
        return result.exit_code
    return REJECTED if result.verdict.value == "reject" else 0
