"""The diagnostics of `mettici doctor`. Nothing here may raise: anything that fails to load has to be explained."""

from __future__ import annotations

import importlib
import platform
import re
import sys
from importlib import metadata
from typing import TYPE_CHECKING, NamedTuple

from mettici._version import __version__
from mettici.cli.terminal import default_language
from mettici.errors import ModelError
from mettici.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


OPENCV = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)
"""The distributions that contain cv2. One is enough; two overwrite each other."""


class Line(NamedTuple):
    """One line of the diagnosis: its `name`, what was `found` and, if that is a problem, the `remedy`.

    `fatal`: no photo can be judged until it is fixed.
    """

    name: str
    found: str
    remedy: str | None = None
    fatal: bool = False


def versions(lang: str) -> Iterator[Line]:
    """Python, mettici and the libraries, after trying to import each."""
    yield Line("Python", f"{platform.python_version()}, {platform.system()} {platform.machine()}")
    yield Line("mettici", __version__)
    yield _library("ONNX Runtime", "onnxruntime", ("onnxruntime",), lang)
    yield _library("OpenCV", "cv2", OPENCV, lang)
    yield _library("numpy", "numpy", ("numpy",), lang)
    yield _library("Pillow", "PIL.Image", ("pillow",), lang)


def models(lang: str) -> Iterator[Line]:
    """Every network: its file is checked against the manifest and, if we trained it, against its description."""
    try:
        weights, onnx, runtime = (
            importlib.import_module(f"mettici.vision.{module}") for module in ("weights", "onnx", "runtime")
        )
        entries = weights.manifest()
    except ImportError:
        yield Line(say("doctor.model_files", lang), say("doctor.unloaded", lang), say("doctor.above", lang), fatal=True)
        return
    except ModelError as error:
        yield Line(say("doctor.model_files", lang), error.message(lang), error.remedy_in(lang), fatal=True)
        return
    for name, entry in entries.items():
        try:
            path = weights.verified(name)
            onnx.OnnxNetwork(path, onnx.load_description(name)) if entry.trained_here else runtime.session(path)
        except ModelError as error:
            yield Line(name, error.message(lang), error.remedy_in(lang), fatal=True)
        else:
            source = say("doctor.trained_here", lang) if entry.trained_here else entry.source
            yield Line(name, f"{say(f'doctor.model.{name}', lang)}. {entry.licence}; {source}")


def formats(lang: str) -> Iterator[Line]:
    """The picture formats that this installation reads, and how to enable the others."""
    from mettici.image.formats import DECODABLE, decodable_here

    available = decodable_here()
    yield Line(say("doctor.read", lang), ", ".join(available))
    for name in sorted(DECODABLE.difference(available)):
        install = "pip install 'mettici[heif]'" if name == "HEIF" else "pip install --upgrade pillow"
        yield Line(name, say("doctor.not_read", lang), say("doctor.install", lang, command=install))


def processes(lang: str) -> Iterator[Line]:
    """The cores that `scan`, `rank` and `serve` use, and the kind of locks between processes."""
    from mettici.process import cores
    from mettici.workers import semaphores

    yield Line(say("doctor.cores", lang), str(cores()))
    problem = semaphores()
    locks = say("doctor.semaphores", lang) if problem is None else say("doctor.pipes", lang, detail=problem)
    yield Line(say("doctor.locks", lang), locks)


def terminal(lang: str) -> Iterator[Line]:
    """The terminal's encoding, and the language of the locale."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        "✔█è".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        yield Line(say("doctor.encoding", lang), encoding, say("doctor.plain_signs", lang))
    else:
        yield Line(say("doctor.encoding", lang), encoding)
    yield Line(say("doctor.language", lang), default_language())


def _library(name: str, module: str, distributions: Sequence[str], lang: str) -> Line:
    installed = {d: version for d in distributions if (version := _version(d))}
    found = ", ".join(f"{v} ({d})" if len(distributions) > 1 else v for d, v in installed.items())
    try:
        importlib.import_module(module)
    except Exception as error:  # importing a broken library may raise anything
        problem = f"{found}; {error}" if found else str(error)
        return Line(name, problem, _import_remedy(str(error), distributions[0], lang), fatal=True)
    if len(installed) > 1:
        kept, *spare = installed
        return Line(name, found, say("doctor.twice", lang, command=f"pip uninstall {' '.join(spare)}", first=kept))
    return Line(name, found or say("doctor.not_by_pip", lang))


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _import_remedy(error: str, distribution: str, lang: str) -> str:
    missing = re.search(r"lib[\w.+-]+\.so[.\d]*", error)
    if missing is None:
        return say("doctor.install", lang, command=f"pip install --force-reinstall {distribution}")
    if distribution == OPENCV[0]:
        return say("doctor.headless", lang, library=missing[0])
    return say("doctor.system", lang, library=missing[0])


SECTIONS: tuple[tuple[str, Callable[[str], Iterator[Line]]], ...] = (
    ("doctor.versions", versions),
    ("doctor.models", models),
    ("doctor.formats", formats),
    ("doctor.processes", processes),
    ("doctor.terminal", terminal),
)
"""Each section's heading, by key, and the function that yields its lines."""
