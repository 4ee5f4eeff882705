"""What the page says, in English and Italian."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mettici.checks.base import Text
from mettici.render.text import COSTS, FEWER, GOOD, NOTICED, UNTOLD

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE: Mapping[str, Text] = {
    "all": Text("photos", "foto"),
    "error": Text("unreadable", "illeggibili"),
    "scores": Text("Scores", "Punteggi"),
    "scores_about": Text(
        "How many photos have each score, from 0 to 100.", "Quante foto hanno ciascun punteggio, da 0 a 100."
    ),
    "checks": Text("Checks", "Controlli"),
    "checks_about": Text(
        "How the photos did, check by check. Choose one to see the photos that it asks to mend.",
        "Com'è andato ogni controllo. Scegline uno per vedere le foto che chiede di migliorare.",
    ),
    "to_mend": Text("to mend", "da migliorare"),
    "errors": Text("Could not be judged", "Non esaminabili"),
    "photos": Text("Photos", "Foto"),
    "verdict": Text("Verdict", "Giudizio"),
    "any": Text("All", "Tutti"),
    "check": Text("Check to mend", "Controllo da migliorare"),
    "order": Text("Order", "Ordine"),
    "order_ranked": Text("Best first, as ranked", "Dalla migliore, come in classifica"),
    "order_worst": Text("Lowest score first", "Dal punteggio più basso"),
    "order_best": Text("Highest score first", "Dal punteggio più alto"),
    "order_name": Text("By name", "Per nome"),
    "search": Text("Name contains", "Il nome contiene"),
    "close": Text("Close", "Chiudi"),
    "script": Text(
        "To show the photos, this page needs JavaScript. It makes no request to any network.",
        "Per mostrare le foto serve JavaScript. Questa pagina non si collega a nessuna rete.",
    ),
    "foot": Text(
        "Made by mettici {version} on your own machine. This file holds small pictures of the people shown: "
        "treat it as you treat the photos.",
        "Fatto da mettici {version} sul tuo computer. Questo file contiene piccole immagini delle persone ritratte: "
        "trattalo come tratti le foto.",
    ),
    "pass": Text("fine", "a posto"),
    "warn": Text("could be better", "migliorabile"),
    "fail": Text("not fit", "non va"),
    "unknown": Text("could not be told", "non si è capito"),
    "skipped": Text("does not apply", "non si applica"),
}
"""In the template."""

SCRIPT: Mapping[str, Text] = {
    "shown": Text("{shown} of {all} photos", "{shown} di {all} foto"),
    "none": Text("No photo matches. Widen the filters.", "Nessuna foto corrisponde. Allarga i filtri."),
    "open": Text("What was found in {path}", "Che cosa è emerso in {path}"),
    "mend": Text("What to mend", "Che cosa migliorare"),
    "noticed": NOTICED,
    "good": GOOD,
    "untold": UNTOLD,
    "skipped": Text("Does not apply", "Non si applica"),
    "crop": Text("Suggested crop", "Ritaglio consigliato"),
    "crop_mends": Text("It would mend: {checks}.", "Migliorerebbe: {checks}."),
    "crop_fewer": FEWER,
    "crop_costs": COSTS,
    "crop_verdict": Text("With it: {verdict}.", "Così: {verdict}."),
    "no_picture": Text("no picture", "nessuna immagine"),
    "best_of": Text("best of {count} similar shots", "la migliore di {count} scatti simili"),
    "like": Text("similar to {path}", "simile a {path}"),
}
"""In the page's script."""

SCANNED = Text("Photos judged", "Foto esaminate")
RANKED = Text("Photos, the best first", "Foto, dalla migliore")
STOPPED = Text(
    "The scan was stopped before its end: this shows what had been judged until then.",
    "L'esame è stato interrotto: qui c'è quanto era stato esaminato fino a quel momento.",
)
SHORTENED = Text(
    "The counts are of all {count} photos; the list holds the first {listed}. Take a CSV for all.",
    "I conteggi riguardano tutte le {count} foto; l'elenco contiene le prime {listed}. Per averle tutte c'è il CSV.",
)
