"""The tree of errors. Each knows its code, its exit code, and its sentence and remedy in English and Italian.

An error is raised with a *reason*, which picks the sentence, and with the *facts* that fill it::

    raise TooLargeError("pixels", width=50000, height=50000, limit=120)

Codes and exit codes are those of the contract (`Exit codes`, `A photo that could not be judged`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, Literal, NamedTuple

Fact = str | int | float
Language = Literal["en", "it"]


class Text(NamedTuple):
    """What to say for one reason: the sentence and the remedy, in English and in Italian."""

    en: str
    en_remedy: str
    it: str
    it_remedy: str


Texts = Mapping[str, Text]  # reason → text


class MetticiError(Exception):
    """The root of every error that mettici raises on purpose. `str(error)` is the English sentence.

    Raises `KeyError` when made with a reason it does not have, or without a fact that its sentence names.
    Picklable, so that it can leave a worker process.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    texts: ClassVar[Texts] = {}

    def __init__(self, reason: str | None = None, /, **facts: Fact) -> None:
        """`reason` is a key of `texts` (left out: the first); `facts` fill the sentence's placeholders."""
        self.reason = next(iter(self.texts)) if reason is None else reason
        self.facts = facts
        super().__init__(self.message("en"))

    def message(self, lang: Language = "en") -> str:
        """The sentence in the language asked for."""
        text = self.texts[self.reason]
        return (text.it if lang == "it" else text.en).format_map(self.facts)

    def remedy_in(self, lang: Language = "en") -> str:
        """What a person can do about it, in the language asked for."""
        text = self.texts[self.reason]
        return (text.it_remedy if lang == "it" else text.en_remedy).format_map(self.facts)

    @property
    def remedy(self) -> str:
        """What a person can do about it, in English."""
        return self.remedy_in("en")

    def __reduce__(self) -> tuple[Callable[[], MetticiError], tuple[()]]:
        return partial(type(self), self.reason, **self.facts), ()


class PhotoError(MetticiError):
    """One photo could not be judged; the others of a batch can."""

    code = "unreadable"
    exit_code = 3


_CHOOSE = "Choose a photo saved as JPEG or PNG."
_CHOOSE_IT = "Scegli una foto salvata come JPEG o PNG."
_SAVE = "Save it as JPEG or PNG and try again."
_SAVE_IT = "Salvala come JPEG o PNG e riprova."
_SMALLER = "Save a smaller copy as JPEG: 2000 pixels on the longer side are plenty."
_SMALLER_IT = "Salvane una copia più piccola come JPEG: 2000 pixel sul lato lungo bastano e avanzano."
_AGAIN = "Copy or download the photo again, then try once more."
_AGAIN_IT = "Copia o scarica di nuovo la foto, poi riprova."


class NotAnImageError(PhotoError):
    """The contents are no picture, whatever the file is called."""

    code = "not_an_image"
    texts: ClassVar[Texts] = {
        "unknown": Text("This file is not a picture: its contents match no picture format.", _CHOOSE,
                        "Questo file non è un'immagine: il contenuto non è in alcun formato di immagine.",
                        _CHOOSE_IT),
        "document": Text("This file is a document ({name}), not a picture.", _CHOOSE,
                         "Questo file è un documento ({name}), non un'immagine.", _CHOOSE_IT),
        "text": Text("This file holds text, not a picture.", _CHOOSE,
                     "Questo file contiene testo, non un'immagine.", _CHOOSE_IT),
        "video": Text("This file is a video ({name}), not a picture.",
                      "Take a still from it, save it as JPEG and try again.",
                      "Questo file è un video ({name}), non un'immagine.",
                      "Estrai un fotogramma, salvalo come JPEG e riprova."),
        "audio": Text("This file holds sound ({name}), not a picture.", _CHOOSE,
                      "Questo file contiene audio ({name}), non un'immagine.", _CHOOSE_IT),
        "archive": Text("This file is an archive ({name}), not a picture.",
                        "Unpack it and choose a photo inside.",
                        "Questo file è un archivio ({name}), non un'immagine.",
                        "Aprilo e scegli una foto al suo interno."),
    }  # fmt: skip


class UnsupportedFormatError(PhotoError):
    """A picture, in a format that is not accepted or that this installation cannot decode."""

    code = "unsupported_format"
    texts: ClassVar[Texts] = {
        "picture": Text("This picture is in the {name} format, which is not read here.", _SAVE,
                        "Questa immagine è in formato {name}, che qui non si legge.", _SAVE_IT),
        "drawing": Text("This is a {name} file, a format for drawings and not for photos.", _CHOOSE,
                        "Questo è un file {name}, un formato per disegni e non per foto.", _CHOOSE_IT),
        "raw": Text("This is a raw camera file ({name}), which is not read here.",
                    "Export it as JPEG from your photo program and try again.",
                    "Questo è un file grezzo della fotocamera ({name}), che qui non si legge.",
                    "Esportalo come JPEG dal tuo programma di foto e riprova."),
        "heif": Text("This picture is in the HEIC format, which needs an additional package.",
                     "Install it with: pip install 'mettici[heif]' - or save the photo as JPEG.",
                     "Questa immagine è in formato HEIC, che richiede un pacchetto in più.",
                     "Installalo con: pip install 'mettici[heif]' - oppure salva la foto come JPEG."),
    }  # fmt: skip


class TruncatedError(PhotoError):
    """The picture breaks off before its end."""

    code = "truncated"
    texts: ClassVar[Texts] = {
        "file": Text("This {format} picture breaks off early: part of the file is missing.", _AGAIN,
                     "Questa immagine {format} si interrompe: manca una parte del file.", _AGAIN_IT),
    }  # fmt: skip


class TooLargeError(PhotoError):
    """The picture passes a limit on bytes (`limit` in MiB), pixels (in megapixels) or side (in px)."""

    code = "too_large"
    texts: ClassVar[Texts] = {
        "bytes": Text("The file is larger than {limit} MB.", _SMALLER,
                      "Il file supera i {limit} MB.", _SMALLER_IT),
        "pixels": Text("The picture has {width} x {height} pixels, more than {limit} megapixels.", _SMALLER,
                       "L'immagine ha {width} x {height} pixel, più di {limit} megapixel.", _SMALLER_IT),
        "side": Text("The picture has {width} x {height} pixels: no side may pass {limit}.", _SMALLER,
                     "L'immagine ha {width} x {height} pixel: nessun lato può superare {limit}.",
                     _SMALLER_IT),
        "memory": Text("The picture needs more memory than there is.", _SMALLER,
                       "L'immagine richiede più memoria di quella disponibile.", _SMALLER_IT),
    }  # fmt: skip


class EmptyError(PhotoError):
    """There is nothing to read."""

    code = "empty"
    texts: ClassVar[Texts] = {
        "file": Text("The file is empty.", _AGAIN, "Il file è vuoto.", _AGAIN_IT),
        "stream": Text("The stream gave no bytes.", "If it was read or written before, rewind it: seek(0).",
                       "Dal flusso non sono arrivati dati.",
                       "Se è già stato letto o scritto, riportalo all'inizio: seek(0)."),
        "pixels": Text("The picture has no pixels: its size is {width} x {height}.", _CHOOSE,
                       "L'immagine non ha pixel: misura {width} x {height}.", _CHOOSE_IT),
    }  # fmt: skip


class UnreadableError(PhotoError):
    """The file cannot be read, or its contents are damaged."""

    code = "unreadable"
    texts: ClassVar[Texts] = {
        "damaged": Text("This {format} picture is damaged and cannot be decoded.",
                        "Open it in a photo program, save it again as JPEG or PNG and try once more.",
                        "Questa immagine {format} è danneggiata e non si può decodificare.",
                        "Aprila in un programma di foto, salvala di nuovo come JPEG o PNG e riprova."),
        "folder": Text("{path} is a folder, not a picture.",
                       "Name a photo inside it, or judge the whole folder with: mettici scan",
                       "{path} è una cartella, non un'immagine.",
                       "Indica una foto al suo interno, o giudica l'intera cartella con: mettici scan"),
        "permission": Text("There is no permission to read {path}.",
                           "Allow reading the file (its permissions), or copy it where you may read it.",
                           "Manca il permesso di leggere {path}.",
                           "Concedi la lettura del file, o copialo dove puoi leggerlo."),
        "io": Text("The photo could not be read: {detail}.",
                   "Check that the disk or the connection is there, then try again.",
                   "Non è stato possibile leggere la foto: {detail}.",
                   "Controlla che il disco o la connessione ci siano, poi riprova."),
        "array": Text("The array is {dtype} with shape {shape}; a photo is uint8 with shape (H, W, 3), RGB.",
                      "Convert it first, for example: array.clip(0, 255).astype('uint8')",
                      "L'array è {dtype} di forma {shape}; una foto è uint8 di forma (H, W, 3), RGB.",
                      "Convertilo prima, per esempio: array.clip(0, 255).astype('uint8')"),
        "text_stream": Text("The stream gives text, and a photo is bytes.",
                            "Open the file in binary mode: open(path, 'rb').",
                            "Il flusso dà testo, e una foto è fatta di byte.",
                            "Apri il file in modo binario: open(percorso, 'rb')."),
    }  # fmt: skip


class PhotoTimeoutError(PhotoError):
    """Judging took longer than allowed (`seconds`)."""

    code = "timeout"
    texts: ClassVar[Texts] = {
        "worker": Text("The photo was not judged within {seconds} seconds.",
                       "Save it again as JPEG, or allow more time with --timeout.",
                       "La foto non è stata giudicata entro {seconds} secondi.",
                       "Salvala di nuovo come JPEG, o concedi più tempo con --timeout."),
    }  # fmt: skip


class WorkerCrashedError(PhotoError):
    """The process that judged this photo died."""

    code = "worker_crashed"
    texts: ClassVar[Texts] = {
        "worker": Text("The process that judged this photo ended unexpectedly.",
                       "Save the photo again as JPEG; if it happens again, run: mettici doctor",
                       "Il processo che giudicava questa foto è terminato all'improvviso.",
                       "Salva di nuovo la foto come JPEG; se succede ancora, esegui: mettici doctor"),
    }  # fmt: skip


class NotFoundError(PhotoError):
    """No such file."""

    code = "not_found"
    texts: ClassVar[Texts] = {
        "file": Text("There is no file {path}.", "Check the name and the folder.",
                     "Il file {path} non esiste.", "Controlla il nome e la cartella."),
    }  # fmt: skip


_REINSTALL = "Install mettici again (pip install --force-reinstall mettici), then run: mettici doctor"
_REINSTALL_IT = "Reinstalla mettici (pip install --force-reinstall mettici), poi esegui: mettici doctor"


class ModelError(MetticiError):
    """The models cannot be used; no photo can be judged."""

    code = "model_missing"
    exit_code = 4


class ModelMissingError(ModelError):
    """A model's file is not there."""

    code = "model_missing"
    texts: ClassVar[Texts] = {
        "file": Text("The model {file} is missing.", _REINSTALL, "Manca il modello {file}.", _REINSTALL_IT),
    }  # fmt: skip


class ModelCorruptError(ModelError):
    """A model's file is not the one that was shipped."""

    code = "model_corrupt"
    texts: ClassVar[Texts] = {
        "hash": Text("The model {file} is not the one that was shipped.", _REINSTALL,
                     "Il modello {file} non è quello distribuito.", _REINSTALL_IT),
        "load": Text("The model {file} could not be loaded: {detail}.", _REINSTALL,
                     "Il modello {file} non si è potuto caricare: {detail}.", _REINSTALL_IT),
    }  # fmt: skip


class LibraryError(ModelError):
    """A library that the models run on cannot be loaded."""

    code = "library_broken"
    texts: ClassVar[Texts] = {
        "load": Text("A library could not be loaded: {detail}.", "To see what to do, run: mettici doctor",
                     "Una libreria non si è potuta caricare: {detail}.",
                     "Per sapere che cosa fare, esegui: mettici doctor"),
    }  # fmt: skip


class PolicyError(MetticiError):
    """A policy that cannot be used: wrong usage."""

    code = "bad_policy"
    exit_code = 2
    texts: ClassVar[Texts] = {
        "unknown_policy": Text("There is no policy {name}.", "Use one of: {known}; or a TOML file.",
                               "La politica {name} non esiste.", "Usa una fra: {known}; o un file TOML."),
        "not_toml": Text("The policy {name} is not valid TOML: {detail}.", "Mend the line named above.",
                         "La politica {name} non è TOML valido: {detail}.", "Correggi la riga indicata."),
        "unknown_key": Text("The policy {name} has an unknown key: {key}.", "Known here are: {known}.",
                            "La politica {name} ha una chiave sconosciuta: {key}.",
                            "Qui si conoscono: {known}."),
        "bad_value": Text("In the policy {name}, {key} is {value}.", "It must be {expected}.",
                          "Nella politica {name}, {key} vale {value}.", "Deve essere {expected}."),
    }  # fmt: skip


class SourceError(MetticiError):
    """A source of `scan` or `rank` that gives no photo: wrong usage."""

    code = "bad_source"
    exit_code = 2
    texts: ClassVar[Texts] = {
        "not_found": Text("There is nothing at {source}.",
                          "Name a folder, a pattern such as 'team/*.jpg', or a list: @list.txt",
                          "Non c'è nulla in {source}.",
                          "Indica una cartella, un modello come 'team/*.jpg', o un elenco: @list.txt"),
        "no_photos": Text("There are no photos in {source}.", "Check the folder or the pattern.",
                          "Non ci sono foto in {source}.", "Controlla la cartella o il modello."),
    }  # fmt: skip


class OutputError(MetticiError):
    """An output of `scan` that cannot be written: wrong usage."""

    code = "bad_output"
    exit_code = 2
    texts: ClassVar[Texts] = {
        "ending": Text("Results cannot be written as {path}: its ending is not known.",
                       "Name a file that ends in: {known}",
                       "I risultati non si possono scrivere come {path}: l'estensione non è prevista.",
                       "Indica un file che finisca in: {known}"),
        "io": Text("The file {path} could not be written: {detail}.",
                   "Check the folder, its permissions and the space that is left.",
                   "Non è stato possibile scrivere il file {path}: {detail}.",
                   "Controlla la cartella, i permessi e lo spazio rimasto."),
    }  # fmt: skip
