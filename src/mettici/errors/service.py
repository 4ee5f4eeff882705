"""Errors of a service that judges photos for others: the request, not the photo, is what it cannot take."""

from __future__ import annotations

from mettici.errors.base import MetticiError, Text

_LATER = "Try again in a few seconds."
_LATER_IT = "Riprova tra qualche secondo."
_SEE = "See the API's description: openapi.json"
_SEE_IT = "Vedi la descrizione dell'API: openapi.json"


class ServiceError(MetticiError):
    """A request that is not answered with a report."""

    code = "bad_request"


class BusyError(ServiceError):
    """Every place in the queue is taken."""

    code = "busy"
    texts = {
        "queue": Text("Too many photos are waiting at the moment.", _LATER,
                      "In questo momento ci sono troppe foto in attesa.", _LATER_IT),
        "shutting_down": Text("The service is shutting down.", _LATER, "Il servizio si sta spegnendo.", _LATER_IT),
    }  # fmt: skip


class TooManyRequestsError(ServiceError):
    """One client has more requests under way than it may (`limit`)."""

    code = "too_many_requests"
    texts = {
        "client": Text("You may have {limit} requests under way at once.", "Wait for an answer before sending more.",
                       "Puoi avere {limit} richieste in corso alla volta.",
                       "Aspetta una risposta prima di mandarne altre."),
    }  # fmt: skip


class SlowUploadError(ServiceError):
    """The body did not arrive in time (`seconds`)."""

    code = "slow_upload"
    texts = {
        "body": Text("The photo did not arrive within {seconds} seconds.", "Send a smaller copy, or try again.",
                     "La foto non è arrivata entro {seconds} secondi.", "Manda una copia più piccola, o riprova."),
        "crowded": Text("The photo came so slowly that others had to go first.",
                        "Send a smaller copy, or try again in a few seconds.",
                        "La foto arrivava così lentamente che altre hanno dovuto passare avanti.",
                        "Manda una copia più piccola, o riprova tra qualche secondo."),
    }  # fmt: skip


class BadRequestError(ServiceError):
    """A request that does not say what it wants in the way that is understood."""

    code = "bad_request"
    texts = {
        "parameter": Text("The parameter {name} is not understood: {detail}.", _SEE,
                          "Il parametro {name} non è valido: {detail}.", _SEE_IT),
        "form": Text("The form could not be read: {detail}.",
                     "Send multipart/form-data, or the photo itself as the body.",
                     "Il modulo non si è potuto leggere: {detail}.",
                     "Manda multipart/form-data, o la foto stessa come corpo della richiesta."),
        "no_photo": Text("The request holds no photo.", "Send it as the file field 'photo', or as the body.",
                         "La richiesta non contiene foto.", "Mandala come campo file 'photo', o come corpo."),
        "count": Text("The request holds {count} photos; up to {most} are taken here.", "Send fewer at a time.",
                      "La richiesta contiene {count} foto; qui se ne accettano al massimo {most}.",
                      "Mandane meno alla volta."),
        "other": Text("The request was not understood: {detail}.", _SEE,
                      "La richiesta non è stata capita: {detail}.", _SEE_IT),
    }  # fmt: skip


class NoSuchPageError(ServiceError):
    """Nothing is at this address, or not for this method."""

    code = "no_such_page"
    texts = {
        "path": Text("There is nothing at this address.", "See what there is: openapi.json",
                     "A questo indirizzo non c'è nulla.", "Vedi che cosa c'è: openapi.json"),
        "method": Text("This address does not take that method.", "See what it takes: openapi.json",
                       "Questo indirizzo non accetta quel metodo.", "Vedi che cosa accetta: openapi.json"),
    }  # fmt: skip


class InternalError(ServiceError):
    """A fault of the program."""

    code = "internal"
    texts = {
        "fault": Text("Something went wrong here, and not with your photo.",
                      "Try again; if it happens again, report it.",
                      "Qualcosa è andato storto qui, e non nella tua foto.", "Riprova; se succede ancora, segnalalo."),
    }  # fmt: skip
