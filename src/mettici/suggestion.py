"""What the report says about cropping: the crop that mends the photo, or why it has to be taken again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mettici.checks.base import Detail, Text
from mettici.frozen import freeze


@dataclass(frozen=True)
class SuggestedCrop:
    """A crop that was judged, and is better than the photo.

    `box`: [x, y, width, height] in pixels of the upright photo. `verdict_after`, `score_after` (0..100): of the crop's
    own report. `mends`: the ids of the checks that the photo does not pass and the crop does. `costs`: of those that it
    passes, and that warn of the crop.
    """

    box: tuple[int, int, int, int]
    verdict_after: str
    score_after: float
    mends: tuple[str, ...]
    costs: tuple[str, ...] = ()


RETAKES: Mapping[str, Text] = MappingProxyType(
    {
        "few_pixels": Text(
            "A crop would have only {pixels} of the {needed} pixels it needs: take the photo again, closer.",
            "Un ritaglio avrebbe solo {pixels} dei {needed} pixel che servono: scatta di nuovo la foto, più da vicino.",
        ),
        "head_cut": Text(
            "No crop brings back what is cut off: take the photo again, with the whole head and some room above it.",
            "Nessun ritaglio restituisce ciò che è rimasto fuori: scatta di nuovo la foto, con tutta la testa e un po' "
            "di spazio sopra.",
        ),
        "too_close": Text(
            "There is no room around the head to crop to: take the photo again, from further away.",
            "Intorno alla testa non c'è spazio per un ritaglio: scatta di nuovo la foto, da più lontano.",
        ),
        "at_the_edge": Text(
            "The head is too near the edge for a crop: take the photo again, with the head in the middle.",
            "La testa è troppo vicina al bordo per un ritaglio: scatta di nuovo la foto, con la testa al centro.",
        ),
        "others_close": Text(
            "The others are too close to be cropped away: take a photo of you alone.",
            "Gli altri sono troppo vicini per ritagliarli fuori: scatta una foto in cui ci sei solo tu.",
        ),
        "group": Text(
            "Any of the {faces} people who stand out here could be you, so no crop picks one: take a photo of you "
            "alone, or crop this one to yourself.",
            "Tra le {faces} persone in evidenza potresti essere chiunque, perciò nessun ritaglio ne sceglie una: "
            "scatta una foto in cui ci sei solo tu, o ritaglia questa su di te.",
        ),
        "no_better": Text(
            "The crops that leave enough pixels were judged, and none wins {points} points or more: take the photo "
            "again, with the head in the middle, about half as high as the photo.",
            "I ritagli che lasciano abbastanza pixel sono stati giudicati, e nessuno guadagna almeno {points} punti: "
            "scatta di nuovo la foto, con la testa al centro, alta circa metà della foto.",
        ),
    }
)
"""Why no crop helps, and what does; `no_better` where it could not be told beforehand."""


@dataclass(frozen=True)
class Retake:
    """No crop mends what is amiss in size, framing or company: why, as a key of `RETAKES`, and its placeholders."""

    reason: str
    details: Mapping[str, Detail] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze(self, "details")

    def message(self, lang: str = "en") -> str:
        return RETAKES[self.reason].filled(lang, **self.details)
