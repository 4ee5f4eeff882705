"""Errors of one photo: it could not be judged, others can."""

from __future__ import annotations

from mettici.errors.base import MetticiError, Text


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
    texts = {
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
    texts = {
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
    texts = {
        "file": Text("This {format} picture breaks off early: part of the file is missing.", _AGAIN,
                     "Questa immagine {format} si interrompe: manca una parte del file.", _AGAIN_IT),
    }  # fmt: skip


class TooLargeError(PhotoError):
    """The picture passes a limit on bytes (`limit` in MiB), pixels (in megapixels) or side (in px)."""

    code = "too_large"
    texts = {
        "bytes": Text("The file is larger than {limit} MB.", _SMALLER,
                      "Il file supera i {limit} MB.", _SMALLER_IT),
        "pixels": Text("The picture has {width} x {height} pixels, more than {limit} megapixels.", _SMALLER,
                       "L'immagine ha {width} x {height} pixel, più di {limit} megapixel.", _SMALLER_IT),
        "side": Text("The picture has {width} x {height} pixels: no side may pass {limit}.", _SMALLER,
                     "L'immagine ha {width} x {height} pixel: nessun lato può superare {limit}.",
                     _SMALLER_IT),
        "decoded": Text("This {format} picture has {width} x {height} pixels: opening it would take {needed} MB of"
                        " memory, more than {limit}.", _SMALLER,
                        "Questa immagine {format} ha {width} x {height} pixel: aprirla richiederebbe {needed} MB di"
                        " memoria, più di {limit}.", _SMALLER_IT),
        "scans": Text("This JPEG draws its picture {scans} times over, which takes too long.", _SMALLER,
                      "Questo JPEG disegna la sua immagine {scans} volte, e ci vorrebbe troppo tempo.", _SMALLER_IT),
        "runs": Text("This BMP has {width} x {height} pixels in run-length encoding, which takes too long to read.",
                     _SMALLER, "Questo BMP ha {width} x {height} pixel in codifica run-length, e leggerlo richiederebbe"
                     " troppo tempo.", _SMALLER_IT),
        "memory": Text("The picture needs more memory than there is.", _SMALLER,
                       "L'immagine richiede più memoria di quella disponibile.", _SMALLER_IT),
    }  # fmt: skip


class EmptyError(PhotoError):
    """There is nothing to read."""

    code = "empty"
    texts = {
        "file": Text("The file is empty.", _AGAIN, "Il file è vuoto.", _AGAIN_IT),
        "stream": Text("The stream gave no bytes.", "If it was read or written before, rewind it: seek(0).",
                       "Dal flusso non sono arrivati dati.",
                       "Se è già stato letto o scritto, riportalo all'inizio: seek(0)."),
        "pixels": Text("The picture has no pixels: its size is {width} x {height}.", _CHOOSE,
                       "L'immagine non ha pixel: misura {width} x {height}.", _CHOOSE_IT),
    }  # fmt: skip


_ARRAYS = {
    "channels_first": (": its channels come first.", ": i canali vengono per primi.", "array.transpose(1, 2, 0)"),
    "batch": (": a batch of one photo.", ": un gruppo di una sola foto.", "array[0]"),
    "bits": (": true and false.", ": vero e falso.", "array.astype('uint8') * 255"),
    "unit": (": numbers from 0 to 1.", ": numeri da 0 a 1.", "(array * 255).round().astype('uint8')"),
    "signed_unit": (": numbers from -1 to 1.", ": numeri da -1 a 1.",
                    "((array + 1) * 127.5).round().clip(0, 255).astype('uint8')"),
    "wide": (": numbers of sixteen bits.", ": numeri a sedici bit.", "(array / 257).round().astype('uint8')"),
    "numbers": (", not uint8.", ", non uint8.", "array.clip(0, 255).astype('uint8')"),
}  # fmt: skip
"""What is wrong with an array, in English and Italian, and the line of NumPy that mends it."""


class UnreadableError(PhotoError):
    """The file cannot be read, or its contents are damaged."""

    code = "unreadable"
    texts = {
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
        "waited": Text("{path} is a pipe or a device, and gave no photo within {seconds} seconds.",
                       "Name the photo's own file, or see that the program that writes the photo runs.",
                       "{path} è una pipe o un dispositivo, e non ha dato una foto entro {seconds} secondi.",
                       "Indica il file della foto stessa, o controlla che il programma che la scrive sia in corso."),
        "array": Text("The array is {dtype} with shape {shape}; a photo is uint8 with shape (H, W, 3), RGB.",
                      "Give its rows, columns and three colours, in whole numbers from 0 to 255.",
                      "L'array è {dtype} di forma {shape}; una foto è uint8 di forma (H, W, 3), RGB.",
                      "Passa righe, colonne e tre colori, in numeri interi da 0 a 255."),
        **{reason: Text(f"The array is {{dtype}} with shape {{shape}}{en}", f"Convert it first: {remedy}",
                        f"L'array è {{dtype}} di forma {{shape}}{it}", f"Convertilo prima: {remedy}")
           for reason, (en, it, remedy) in _ARRAYS.items()},
        "text_stream": Text("The stream gives text, and a photo is bytes.",
                            "Open the file in binary mode: open(path, 'rb').",
                            "Il flusso dà testo, e una foto è fatta di byte.",
                            "Apri il file in modo binario: open(percorso, 'rb')."),
        "async_stream": Text("The stream has to be awaited, and here nothing can be.",
                             "Await it yourself and give its bytes: check(await photo.read())",
                             "Il flusso è asincrono, e qui non si può attendere.",
                             "Attendilo tu e passa i suoi byte: check(await photo.read())"),
        "closed_stream": Text("The file is closed.", "Give its path, or check it before it is closed.",
                              "Il file è chiuso.", "Indica il suo percorso, o giudicalo prima di chiuderlo."),
        "closed_image": Text("The image is closed.", "Give its path, or check it before it is closed.",
                             "L'immagine è chiusa.", "Indica il suo percorso, o giudicala prima di chiuderla."),
        "address": Text("{scheme} addresses are not opened: mettici never goes on the network.",
                        "Download the photo, then give its path or its bytes.",
                        "Gli indirizzi {scheme} non vengono aperti: mettici non accede mai alla rete.",
                        "Scarica la foto, poi indica il suo percorso o passa i suoi byte."),
        "data_url": Text("This data URL holds no photo in base64.", "Give the bytes of the photo instead.",
                         "Questo data URL non contiene una foto in base64.", "Passa invece i byte della foto."),
        "base64": Text("This is the text of a photo in base64, and neither a path nor its bytes.",
                       "Decode it first: base64.b64decode(text)",
                       "Questo è il testo di una foto in base64, e non un percorso né i suoi byte.",
                       "Decodificalo prima: base64.b64decode(testo)"),
    }  # fmt: skip


class PhotoTimeoutError(PhotoError):
    """Judging took longer than allowed (`seconds`)."""

    code = "timeout"
    texts = {
        "worker": Text("The photo was not judged within {seconds} seconds.",
                       "Save it again as JPEG, or allow more time with --timeout.",
                       "La foto non è stata giudicata entro {seconds} secondi.",
                       "Salvala di nuovo come JPEG, o concedi più tempo con --timeout."),
        "service": Text("The photo was not judged within {seconds} seconds.",
                        "Save a smaller copy as JPEG, or try again in a few seconds.",
                        "La foto non è stata giudicata entro {seconds} secondi.",
                        "Salvane una copia più piccola come JPEG, o riprova tra qualche secondo."),
    }  # fmt: skip


class WorkerCrashedError(PhotoError):
    """The process that judged this photo died."""

    code = "worker_crashed"
    texts = {
        "worker": Text("The process that judged this photo ended unexpectedly.",
                       "Save the photo again as JPEG; if it happens again, run: mettici doctor",
                       "Il processo che giudicava questa foto è terminato all'improvviso.",
                       "Salva di nuovo la foto come JPEG; se succede ancora, esegui: mettici doctor"),
    }  # fmt: skip


class NotFoundError(PhotoError):
    """No such file."""

    code = "not_found"
    texts = {
        "file": Text("There is no file {path}.", "Check the name and the folder.",
                     "Il file {path} non esiste.", "Controlla il nome e la cartella."),
    }  # fmt: skip
