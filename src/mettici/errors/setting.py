"""Errors of what surrounds the photos: models, libraries, policies, sources, outputs."""

from __future__ import annotations

from mettici.errors.base import MetticiError, Text

_REINSTALL = "Install mettici again (pip install --force-reinstall mettici), then run: mettici doctor"
_REINSTALL_IT = "Reinstalla mettici (pip install --force-reinstall mettici), poi esegui: mettici doctor"


class ModelError(MetticiError):
    """The models cannot be used; no photo can be judged."""

    code = "model_missing"
    exit_code = 4


class ModelMissingError(ModelError):
    """A model's file is not there."""

    code = "model_missing"
    texts = {
        "file": Text("The model {file} is missing.", _REINSTALL, "Manca il modello {file}.", _REINSTALL_IT),
    }  # fmt: skip


class ModelCorruptError(ModelError):
    """A model's file is not the one that was shipped."""

    code = "model_corrupt"
    texts = {
        "hash": Text("The model {file} is not the one that was shipped.", _REINSTALL,
                     "Il modello {file} non è quello distribuito.", _REINSTALL_IT),
        "load": Text("The model {file} could not be loaded: {detail}.", _REINSTALL,
                     "Il modello {file} non si è potuto caricare: {detail}.", _REINSTALL_IT),
    }  # fmt: skip


class LibraryError(ModelError):
    """A library that the models run on cannot be loaded."""

    code = "library_broken"
    texts = {
        "load": Text("A library could not be loaded: {detail}.", "To see what to do, run: mettici doctor",
                     "Una libreria non si è potuta caricare: {detail}.",
                     "Per sapere che cosa fare, esegui: mettici doctor"),
        "extra": Text("This needs a package that is not installed: {name}.",
                      "Install it with: pip install 'mettici[{extra}]'",
                      "Serve un pacchetto che non è installato: {name}.",
                      "Installalo con: pip install 'mettici[{extra}]'"),
    }  # fmt: skip


class ClosedError(MetticiError, RuntimeError):
    """A checker is used after it was closed, or while Python ends: a fault of the program that uses it."""

    code = "closed"
    texts = {
        "closed": Text("This checker is closed, and judges no more photos.",
                       "Close it when the last photo is judged, or make another: PhotoChecker().",
                       "Questo PhotoChecker è chiuso e non giudica più foto.",
                       "Chiudilo dopo l'ultima foto, o creane un altro: PhotoChecker()."),
        "exit": Text("Python is ending, and no more photos can be judged.",
                     "Judge photos before the program ends, not in atexit or in a thread that is still at work.",
                     "Python sta terminando: non si possono più giudicare foto.",
                     "Giudica le foto prima che il programma finisca, non in atexit né in un thread ancora attivo."),
    }  # fmt: skip


class PolicyError(MetticiError):
    """A policy that cannot be used: wrong usage."""

    code = "bad_policy"
    exit_code = 2
    texts = {
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
    texts = {
        "not_found": Text("There is nothing at {source}.",
                          "Name a folder, a pattern such as 'team/*.jpg', or a list: @list.txt",
                          "Non c'è nulla in {source}.",
                          "Indica una cartella, un modello come 'team/*.jpg', o un elenco: @list.txt"),
        "waited": Text("The list {source} is a pipe or a device, and gave nothing for {seconds} seconds.",
                       "See that the program that writes the list runs, or name a file.",
                       "L'elenco {source} è una pipe o un dispositivo, e per {seconds} secondi non ha dato nulla.",
                       "Controlla che il programma che scrive l'elenco sia in corso, o indica un file."),
        "no_photos": Text("There are no photos in {source}.",
                          "Check the folder or the pattern. With --all, every file counts as one.",
                          "Non ci sono foto in {source}.",
                          "Controlla la cartella o il modello. Con --all ogni file vale come foto."),
        "stdin_twice": Text("Standard input can be read only once.", "Name - or @- once, and the rest by their paths.",
                            "Lo standard input si può leggere una volta sola.",
                            "Indica - o @- una volta, e il resto con i percorsi."),
        "ray_one": Text("With --engine ray, photos cannot be read from {source}.",
                        "Name one source: a folder, a pattern, a list in a file, or an address.",
                        "Con --engine ray le foto non si possono leggere da {source}.",
                        "Indica una sola origine: una cartella, un modello, un elenco in un file o un indirizzo."),
    }  # fmt: skip


class OutputError(MetticiError):
    """An output that cannot be written where it was asked for: wrong usage."""

    code = "bad_output"
    exit_code = 2
    texts = {
        "ending": Text("Results cannot be written as {path}: its ending is not known.",
                       "Name a file that ends in: {known}",
                       "I risultati non si possono scrivere come {path}: l'estensione non è prevista.",
                       "Indica un file che finisca in: {known}"),
        "folder": Text("Several photos cannot be written to the one file {path}.", "Name a folder, such as: {folder}/",
                       "Più foto non si possono scrivere nell'unico file {path}.",
                       "Indica una cartella, per esempio: {folder}/"),
        "twice": Text("Two pictures cannot both be written to {path}.", "Name two files, or a folder.",
                      "Due immagini non si possono scrivere entrambe in {path}.",
                      "Indica due file, o una cartella."),
        "photo": Text("{path} is the photo itself, and would be lost.", "Name another file, or a folder.",
                      "{path} è la foto stessa, e andrebbe persa.", "Indica un altro file, o una cartella."),
        "io": Text("The file {path} could not be written: {detail}.",
                   "Check the folder, its permissions and the space that is left.",
                   "Non è stato possibile scrivere il file {path}: {detail}.",
                   "Controlla la cartella, i permessi e lo spazio rimasto."),
        "stdout": Text("The result could not be written to standard output: {detail}.",
                       "Check that the file or the program it goes to takes it, and the space that is left.",
                       "Non è stato possibile scrivere il risultato sullo standard output: {detail}.",
                       "Controlla che il file o il programma a cui va possa riceverlo, e lo spazio rimasto."),
        "busy": Text("The file {path} is being written by another scan.",
                     "Wait until it has ended, or name another file.",
                     "Un altro esame sta scrivendo il file {path}.",
                     "Aspetta che finisca, o indica un altro file."),
        "no_reports": Text("The file {path} does not hold reports of mettici, so there is nothing to resume.",
                           "Name the file of the earlier run, or leave --resume out to replace this one.",
                           "Il file {path} non contiene risultati di mettici: non c'è nulla da riprendere.",
                           "Indica il file dell'esame precedente, o togli --resume per sostituire questo."),
        "resume": Text("There is no file to resume: none of the outputs ends in .jsonl.",
                       "Name the .jsonl file of the earlier run: --output reports.jsonl --resume",
                       "Non c'è un file da riprendere: nessuna uscita finisce in .jsonl.",
                       "Indica il file .jsonl dell'esame precedente: --output risultati.jsonl --resume"),
        "ray": Text("With --engine ray, results cannot be written as {path}.",
                    "Name one output that ends in .jsonl or .parquet (it becomes a folder), without --resume.",
                    "Con --engine ray i risultati non si possono scrivere come {path}.",
                    "Indica una sola uscita che finisca in .jsonl o .parquet (sarà una cartella), senza --resume."),
        "extra": Text("Writing {path} needs an additional package.",
                      "Install it with: pip install 'mettici[{extra}]'",
                      "Per scrivere {path} serve un pacchetto in più.",
                      "Installalo con: pip install 'mettici[{extra}]'"),
    }  # fmt: skip
