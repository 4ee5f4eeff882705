"""What `mettici doctor` looks at. Nothing here may fail: what does not load is what it has to explain."""

from __future__ import annotations

import importlib
import platform
import re
import sys
from importlib import metadata
from typing import TYPE_CHECKING, NamedTuple

from mettici._version import __version__
from mettici.checks.base import Text
from mettici.cli.terminal import default_language
from mettici.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


OPENCV = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)
"""The distributions that carry cv2: one of them is enough, two overwrite each other."""


class Line(NamedTuple):
    """One thing looked at: its `name`, what was found, and, where it is a problem, the `remedy`.

    `fatal`: no photo can be judged as it stands.
    """

    name: str
    found: str
    remedy: str | None = None
    fatal: bool = False


def versions(lang: str) -> Iterator[Line]:
    """Python, mettici and the libraries, each loaded to see that it can be."""
    yield Line("Python", f"{platform.python_version()}, {platform.system()} {platform.machine()}")
    yield Line("mettici", __version__)
    yield _library("mediapipe", "mediapipe", ("mediapipe",), lang)
    yield _library("OpenCV", "cv2", OPENCV, lang)
    yield _library("numpy", "numpy", ("numpy",), lang)
    yield _library("Pillow", "PIL.Image", ("pillow",), lang)


def models(lang: str) -> Iterator[Line]:
    """Every file of weights, its content checked against the manifest; of ours, that they are what is described."""
    try:
        weights, onnx = (importlib.import_module(f"mettici.vision.{module}") for module in ("weights", "onnx"))
        entries = weights.manifest()
    except ImportError:
        yield Line(_MODELS(lang), _UNLOADED(lang), _ABOVE(lang), fatal=True)
        return
    except ModelError as error:
        yield Line(_MODELS(lang), error.message(lang), error.remedy_in(lang), fatal=True)
        return
    for name, entry in entries.items():
        try:
            path = weights.verified(name)
            if path.suffix == ".onnx":
                onnx.OnnxNetwork(path, onnx.described(name))
        except ModelError as error:
            yield Line(name, error.message(lang), error.remedy_in(lang), fatal=True)
        else:
            yield Line(name, f"{entry.purpose}. {entry.licence}; {entry.source}")


def formats(lang: str) -> Iterator[Line]:
    """The picture formats that this installation reads, and those that it could."""
    from mettici.photo.formats import DECODABLE, decodable_here

    here = decodable_here()
    yield Line(_READ(lang), ", ".join(here))
    for name in sorted(DECODABLE.difference(here)):
        install = "pip install 'mettici[heif]'" if name == "HEIF" else "pip install --upgrade pillow"
        yield Line(name, _NOT_READ(lang), _INSTALL(lang).format(command=install))


def processes(lang: str) -> Iterator[Line]:
    """What `scan`, `rank` and `serve` judge in, and what they use between processes."""
    from mettici.cores import cores
    from mettici.spawning import semaphores

    yield Line(_CORES(lang), str(cores()))
    wrong = semaphores()
    yield Line(_BETWEEN(lang), _SEMAPHORES(lang) if wrong is None else _PIPES(lang).format(detail=wrong))


def terminal(lang: str) -> Iterator[Line]:
    """What the terminal can show, and the language that the locale asks for."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        "✔█è".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        yield Line(_ENCODING(lang), encoding, _PLAIN_SIGNS(lang))
    else:
        yield Line(_ENCODING(lang), encoding)
    yield Line(_LOCALE(lang), default_language())


def _library(name: str, module: str, distributions: Sequence[str], lang: str) -> Line:
    installed = {d: version for d in distributions if (version := _version(d))}
    told = ", ".join(f"{v} ({d})" if len(distributions) > 1 else v for d, v in installed.items())
    try:
        importlib.import_module(module)
    except Exception as error:  # a broken library may raise anything while it is loaded
        problem = f"{told}; {error}" if told else str(error)
        return Line(name, problem, _import_remedy(str(error), distributions[0], lang), fatal=True)
    if len(installed) > 1:
        kept, *spare = installed
        return Line(name, told, _TWICE(lang).format(command=f"pip uninstall {' '.join(spare)}", first=kept))
    return Line(name, told or _UNKNOWN(lang))


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _import_remedy(error: str, distribution: str, lang: str) -> str:
    missing = re.search(r"lib[\w.+-]+\.so[.\d]*", error)
    if missing is None:
        return _INSTALL(lang).format(command=f"pip install --force-reinstall {distribution}")
    if distribution == OPENCV[0]:
        return _HEADLESS(lang).format(library=missing[0])
    return _SYSTEM(lang).format(library=missing[0])


_CORES = Text("cores", "core")
_BETWEEN = Text("locks", "lock")
_SEMAPHORES = Text("semaphores, in shared memory", "semafori, in memoria condivisa")
_PIPES = Text(
    "pipes, as this system has no semaphores in shared memory ({detail}); scan, rank and serve work all the same",
    "pipe, perché questo sistema non ha semafori in memoria condivisa ({detail}); scan, rank e serve funzionano lo "
    "stesso",
)
_MODELS = Text("models", "modelli")
_UNLOADED = Text("could not be looked at", "non si sono potuti esaminare")
_ABOVE = Text("First mend the library named above.", "Prima sistema la libreria indicata sopra.")
_READ = Text("read", "si leggono")
_NOT_READ = Text("not read", "non si legge")
_UNKNOWN = Text("loaded; not installed by pip", "caricato; non installato con pip")
_INSTALL = Text("Install it with: {command}", "Installalo con: {command}")
_ENCODING = Text("encoding", "codifica")
_LOCALE = Text("language", "lingua")
_PLAIN_SIGNS = Text(
    "Signs are shown in plain letters. For the others, choose UTF-8: export PYTHONIOENCODING=utf-8",
    "I segni si mostrano con lettere semplici. Per gli altri, scegli UTF-8: export PYTHONIOENCODING=utf-8",
)
_TWICE = Text(
    "Several packages carry OpenCV and overwrite each other. Keep one: {command}, then pip install "
    "--force-reinstall {first}",
    "Più pacchetti contengono OpenCV e si sovrascrivono. Tienine uno: {command}, poi pip install "
    "--force-reinstall {first}",
)
_HEADLESS = Text(
    "{library} belongs to the graphical desktop, which a server lacks. Use the OpenCV that needs none: "
    "pip uninstall opencv-python, then pip install opencv-python-headless",
    "{library} fa parte del desktop grafico, che su un server manca. Usa la versione di OpenCV che non lo "
    "richiede: pip uninstall opencv-python, poi pip install opencv-python-headless",
)
_SYSTEM = Text(
    "Install the system library {library}; on Debian and Ubuntu: apt install libgles2 libegl1 libgl1",
    "Installa la libreria di sistema {library}; su Debian e Ubuntu: apt install libgles2 libegl1 libgl1",
)

SECTIONS: tuple[tuple[Text, Callable[[str], Iterator[Line]]], ...] = (
    (Text("Versions", "Versioni"), versions),
    (Text("Models", "Modelli"), models),
    (Text("Picture formats", "Formati di immagine"), formats),
    (Text("Processes", "Processi"), processes),
    (Text("Terminal", "Terminale"), terminal),
)
