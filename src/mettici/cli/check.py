"""`mettici check`: judge photos, for a person to read."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from mettici.cli.exit_codes import REJECTED
from mettici.cli.pictures import Pictures, Target
from mettici.cli.terminal import lang_option, page, policy_option, say_error
from mettici.errors import PhotoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mettici.checker import PhotoChecker
    from mettici.report import Report

    Result = tuple[str, Report | PhotoError]


@click.command("check", short_help="Judge photos: verdict, score, what is good, what to mend.")
@click.argument("photos", nargs=-1, required=True, metavar="PHOTO...")
@policy_option
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON; an array for several.")
@click.option(
    "--annotate",
    metavar="FILE_OR_DIR",
    help="Write the photo with the face, the wanted frame and the numbered findings drawn on it.",
)
@click.option("--crop", metavar="FILE_OR_DIR", help="Write the suggested crop, upright, without metadata.")
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
    """Judge each PHOTO: whether it is a good professional profile photo, why, and what to mend.

    The most valuable changes come first. A PHOTO named - is read from standard input. With several, FILE_OR_DIR is a
    folder; pictures are JPEG or PNG, by a file's ending, or as suits the photo.
    """
    wanted = {"annotate": annotate, "crop": crop}
    pictures = Pictures({k: Target(path, photos) for k, path in wanted.items() if path}, lang)
    from mettici.process import settle

    settle()
    from mettici.vision import Vision

    with Vision() as vision:
        vision.prepare()  # while the rest is imported and the first photo decoded
        from mettici.checker import PhotoChecker

        results = _judged(PhotoChecker(policy, vision=vision), photos, pictures)
        if as_json:
            code = _print_json(list(results), lang)
        else:
            code = _print_text(results, lang, len(photos), hint=crop is None)
    ctx.exit(code)


def _judged(checker: PhotoChecker, photos: Iterable[str], pictures: Pictures) -> Iterator[Result]:
    for photo in photos:
        source, name = (sys.stdin.buffer, "-") if photo == "-" else (photo, None)
        try:
            if not pictures.wanted:
                yield photo, checker.check(source, name=name)
                continue
            done = checker.examine(source, name=name)
            yield photo, done.report
            pictures.write(photo, done)
        except PhotoError as error:
            yield photo, error


def _print_text(results: Iterable[Result], lang: str, count: int, *, hint: bool) -> int:
    from mettici.render.text import report_text, tally_text

    shown, verdicts, failures, code = page(lang), Counter[str](), Counter[str](), 0
    for number, (path, result) in enumerate(results):
        if number:
            click.echo(err=isinstance(result, PhotoError))
        if isinstance(result, PhotoError):
            failures[result.code] += 1
            say_error(result, lang, path)
        else:
            verdicts[result.verdict.value] += 1
            click.echo(report_text(result, shown, hint=hint))
        code = max(code, _exit_code(result))
    if count > 1:
        click.echo(f"\n{tally_text(verdicts, failures, shown)}")
    return code


def _print_json(results: list[Result], lang: str) -> int:
    from mettici.render.json import error_object, to_text

    objects = [
        error_object(path, result, lang) if isinstance(result, PhotoError) else result.to_dict(lang)
        for path, result in results
    ]
    click.echo(to_text(objects if len(objects) > 1 else objects[0], indent=2, encoding=page(lang).encoding))
    return max(_exit_code(r) for _, r in results)


def _exit_code(result: Report | PhotoError) -> int:
    if isinstance(result, PhotoError):
        return result.exit_code
    return REJECTED if result.verdict.value == "reject" else 0
