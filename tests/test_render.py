"""Reports as text and as JSON, from made-up findings without models or photos."""

from __future__ import annotations

import json
from dataclasses import replace

import click
import pytest

from mettici.checks.base import NO_FACE, Assessment, Check, Status
from mettici.errors import EmptyError, TooLargeError
from mettici.output.json import error_object, to_text
from mettici.output.page import Page
from mettici.output.text import crop_text, error_text, report_text, tally_text
from mettici.policy import Policy, Rule
from mettici.report import Report, Retake, SuggestedCrop
from mettici.scoring import Finding, judge

FACTS = {"width": 800, "height": 600, "format": "JPEG", "sha256": "00", "notes": []}


SAID = {
    "fine": {"en": "All is fine.", "it": "Tutto bene."},
    "poor": {"en": "Only {value:.1f}; light is uneven.", "it": "Solo {value:.1f}: la luce non è uniforme."},
    "bare": {"en": "Something is off.", "it": "Qualcosa non va."},
}


class MadeUp(Check):
    """A check with scripted results."""

    unit = "ratio"
    weight = 1.0
    limits = {"warn_below": 0.5}
    reasons = ("fine", "poor", "bare")

    def __init__(self, name: str) -> None:
        self._name = name

    def title(self, lang: str = "en") -> str:
        return self.name(lang).capitalize()

    def name(self, lang: str = "en") -> str:
        return self._name if lang == "en" else f"{self._name} ({lang})"

    def fault_title(self, reason: str, lang: str = "en") -> str:  # noqa: ARG002 - the base's signature
        return f"{self._name} amiss"

    def message(self, reason: str, lang: str = "en", **facts: object) -> str:
        if reason not in SAID:
            return super().message(reason, lang, **facts)
        return SAID[reason][lang].format(**facts)

    def advice(self, reason: str, lang: str = "en", **_: object) -> str | None:
        return {"en": "Turn to the window.", "it": "Girati verso la finestra."}[lang] if reason == "poor" else None

    @property
    def id(self) -> str:
        return self._name

    def assess(self, evidence: object, limits: object) -> Assessment:
        raise NotImplementedError


def finding(name: str, status: Status, score: float | None, reason: str, *, blocking: bool = False) -> Finding:
    """A finding of the made-up check `name`."""
    rule = Rule(MadeUp(name), 1.0, 100.0, blocking, {"warn_below": 0.5})
    return Finding(rule, Assessment(status, reason, None if score is None else score / 100, score))


def made_report(*findings: Finding, path: str = "anna.jpg") -> Report:
    """A report on these findings, with the resulting verdict."""
    policy = Policy("professional", "1", 70.0, tuple(f.rule for f in findings))
    verdict, score = judge(findings, policy.accept_from)
    return Report(path, verdict, score, FACTS, (), findings, policy, {}, "0", {"decode": 1.0})


GOOD = (finding("light", Status.PASS, 96, "fine"), finding("smile", Status.PASS, 98, "fine"))
MIXED = (
    finding("light", Status.PASS, 100, "fine"),
    finding("noise", Status.WARN, 90, "poor"),
    finding("pose", Status.FAIL, 84, "poor"),
    finding("size", Status.WARN, 88, "poor"),
    finding("tilt", Status.WARN, 91, "poor"),
    finding("gaze", Status.UNKNOWN, None, "bare"),
    finding("eyes", Status.SKIPPED, None, NO_FACE),
)
REJECTED = (finding("face", Status.FAIL, 0, "poor", blocking=True), finding("noise", Status.WARN, 10, "poor"))


def shown(*findings: Finding, page: Page | None = None) -> str:
    return click.unstyle(report_text(made_report(*findings), page or Page()))


def test_a_good_photo_is_described_with_its_score() -> None:
    text = shown(*GOOD)
    assert "anna.jpg  800 × 600 JPEG" in text
    assert "✔ A good professional profile photo" in text
    assert "███  100/100" in text
    assert "✔ Light, smile" in text
    assert "help" not in text


def test_the_most_valuable_changes_come_first_then_the_rest() -> None:
    lines = shown(*MIXED).splitlines()
    first = lines.index("What would help most")
    then = lines.index("Then")
    assert [line.split(" amiss:")[0].split()[-1] for line in lines[first:then] if " amiss:" in line] == [
        "pose",
        "size",
        "noise",
    ]
    assert "      Turn to the window. (up to 1 more point)" in lines[first:then]
    assert lines[then + 1].startswith("  ! tilt amiss: Only 0.9; light is uneven.")


def test_faults_without_advice_come_after_those_with_advice() -> None:
    lines = shown(finding("noise", Status.FAIL, 10, "bare"), finding("pose", Status.WARN, 84, "poor")).splitlines()
    assert lines.index("What would help most") < lines.index("Also noticed")
    assert lines[lines.index("Also noticed") + 1] == "  ✘ noise amiss: Something is off."
    assert "help" not in shown(finding("noise", Status.FAIL, 10, "bare"))


def test_unknown_and_skipped_checks_are_mentioned() -> None:
    text = shown(*MIXED)
    assert "Could not tell\n  ? Gaze: Something is off." in text
    assert "Does not apply\n  - Eyes. There is no face to check." in text


def test_a_rejected_photo_leads_with_blocking_faults_and_promises_no_points() -> None:
    text = shown(*REJECTED)
    assert "✘ Not suitable for a professional profile" in text
    assert "  1 ✘ face amiss: Only 0.0" in text
    assert "points" not in text


def test_advice_for_a_passing_check_is_optional() -> None:
    text = shown(finding("smile", Status.PASS, 65, "poor"), GOOD[0])
    assert "Could be better still\n  • Smile: Only 0.7" in text
    assert "✔ Light\n" in f"{text}\n"


def test_italian() -> None:
    text = shown(*MIXED, page=Page("it"))
    for words in (
        "Si può migliorare",
        "Che cosa aiuterebbe di più",
        "Girati verso la finestra.",
        "E poi",
        "Va già bene",
        "Non valutabile",
        "Non si applica",
        "Non c'è un volto",
    ):
        assert words in text


@pytest.mark.parametrize("width", [48, 63, 100, 200])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    text = shown(*MIXED, page=Page("it", width))
    assert max(map(len, text.splitlines())) <= min(width, 100)


CROP = SuggestedCrop((10, 20, 300, 300), "accept", 93.6, ("light", "noise"), ("size",))


def test_a_suggested_crop_comes_with_its_result_its_cost_and_how_to_save_it() -> None:
    facts = {**FACTS, "width": 640, "height": 480}
    report = replace(made_report(*MIXED), score=61.2, crop=CROP, photo=facts)
    text = " ".join(click.unstyle(report_text(report, Page())).split())
    assert "→ Crop: A crop to 300 × 300 px is enough to fix: light, noise. Then 94/100 instead of 61: a good" in text
    assert "It leaves fewer pixels: 300 instead of 480 on the shorter side. Slightly worse with it: size." in text
    saving = "mettici check 'my photo.jpg' --crop 'my photo-crop.jpg'"
    assert f"    {saving}" in report_text(report, Page(width=40), saving=saving).splitlines(), "ready to paste"
    assert "--crop" not in report_text(report, Page())
    italian = " ".join(click.unstyle(report_text(report, Page("it"))).split())
    assert "Basta un ritaglio di 300 × 300 px per correggere: light (it), noise (it). Poi 94/100 invece di" in italian
    assert "Restano meno pixel: 300 invece di 480 sul lato corto. Un po' peggio, con il ritaglio: size (it)." in italian
    crop_json = {"box": [10, 20, 300, 300], "verdict_after": "accept", "score_after": 94, "mends": ["light", "noise"]}
    assert report.to_dict()["crop"] == {**crop_json, "costs": ["size"]}


def test_a_free_crop_mentions_no_cost() -> None:
    crop = replace(CROP, costs=())
    report = replace(made_report(*MIXED), crop=crop, photo={**FACTS, "width": 500, "height": 300})
    assert crop_text(report, "en").endswith("a good professional profile photo.")


def test_without_a_helpful_crop_it_suggests_a_retake() -> None:
    report = replace(made_report(*MIXED), retake=Retake("few_pixels", {"pixels": 96, "needed": 128}))
    text = " ".join(click.unstyle(report_text(report, Page())).split())
    assert "→ Crop: A crop would have only 96 of the 128 pixels it needs: take the photo again, closer." in text
    assert "--crop" not in text
    assert report.to_dict("it")["retake"]["message"].startswith("Un ritaglio avrebbe solo 96 dei 128 pixel")
    assert "Crop" not in shown(*MIXED)


def test_an_encoding_without_the_symbols_gets_plain_ones() -> None:
    text = shown(*MIXED, page=Page("it", encoding="ascii"))
    text.encode("ascii")
    assert "800 x 600" in text
    assert "Si puo migliorare" in text
    assert "###" in text
    assert "è" in shown(*MIXED, page=Page("it", encoding="cp1252")), "characters in the encoding stay"


def test_a_file_name_cannot_control_the_terminal() -> None:
    report = made_report(*GOOD, path="a\x1b[2J\n\udcff.jpg")
    first = click.unstyle(report_text(report, Page())).splitlines()[0]
    assert first.startswith("a\\x1b[2J\\n\\udcff.jpg  ")


def test_an_error_is_a_message_and_a_remedy() -> None:
    text = click.unstyle(error_text(EmptyError(), Page("it"), "foto.jpg"))
    assert text == "foto.jpg\n✘ Il file è vuoto.\n  Copia o scarica di nuovo la foto, poi riprova."


def test_tally() -> None:
    tally = click.unstyle(tally_text({"accept": 2, "reject": 1}, {"empty": 1, "timeout": 2}, Page(width=100), 2.0))
    assert tally == "6 photos in 2.0 s, 3.0 per second: 2 good, 1 not suitable, 3 unreadable (empty 1, took too long 2)"
    assert click.unstyle(tally_text({"improve": 1}, {}, Page("it"), 0.5)) == (
        "1 foto in 0,5 s, 2,0 al secondo: 1 da migliorare"
    )
    italian = click.unstyle(tally_text({}, {"empty": 1, "not_an_image": 2}, Page("it", width=100)))
    assert italian == "3 foto: 3 illeggibili (non è un'immagine 2, vuota 1)"
    assert click.unstyle(tally_text({}, {}, Page())) == "0 photos"


def test_the_error_object_follows_the_contract() -> None:
    error = TooLargeError("bytes", limit=100)
    assert error_object("a.jpg", error, "it") == {
        "schema": 1,
        "path": "a.jpg",
        "error": {
            "code": "too_large",
            "message": "Il file supera i 100 MB.",
            "remedy": error.remedy_in("it"),
        },
    }


def test_json_is_unescaped_if_the_encoding_allows() -> None:
    assert to_text({"è": 1}) == '{"è": 1}'
    assert to_text({"è": 1}, encoding="ascii") == '{"\\u00e8": 1}'
    odd = {"path": "a\udcff.jpg"}  # a file name that is not valid UTF-8
    assert json.loads(to_text(odd).encode()) == odd
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_text(float("nan"))
