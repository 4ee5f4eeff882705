"""Plots how often the program is right, into `docs/assets/`, from the exam and the model cards.

python docs/plots.py     # needs matplotlib (extra `samples`)

Every figure comes from `docs/exam.json`, which the exam writes, or from `models/picture_card.md` and
`models/face_card.md`, which training writes. `docs/how-sure.md` lists the commands.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "docs" / "assets"
EXAM = ROOT / "docs" / "exam.json"
CARDS = {"picture": ROOT / "models" / "picture_card.md", "face": ROOT / "models" / "face_card.md"}
TEAL, AMBER, GREY, INK = "#0f766e", "#b45309", "#8b9894", "#20302e"


class Figure(NamedTuple):
    """A share, 0..1, with its 95 % interval if the source gives one, the number of pictures, and the goal."""

    what: str
    share: float
    low: float | None = None
    high: float | None = None
    pictures: int | None = None
    goal: float | None = None


FEWEST = 20
"""Shares over fewer pictures than this are left out, because they mean too little."""
LANGUAGES = ("en", "it", "es")
Names = dict[tuple[str, str], tuple[str, str, str]]
"""Labels of the exam's figures in each language, by suite and name."""
RIGHT: Names = {
    ("wild_verdicts", "good photos accepted"): (
        "good profile photos: accepted",
        "buone foto profilo: accettate",
        "buenas fotos de perfil: aceptadas",
    ),
    ("wild_verdicts", "to be rejected: rejected"): (
        "unsuitable profile photos: rejected",
        "foto profilo non adatte: scartate",
        "fotos de perfil que no sirven: rechazadas",
    ),
    ("tricky", "rejected: drawn, painted, rendered"): (
        "drawings, paintings, renderings: rejected",
        "disegni, dipinti, rendering: scartati",
        "dibujos, pinturas, renders: rechazados",
    ),
    ("tricky", "rejected: screens, calls, cards, documents"): (
        "screenshots, video calls, cards: rejected",
        "screenshot, videochiamate, tessere: scartati",
        "capturas, videollamadas, tarjetas: rechazadas",
    ),
    ("tricky", "rejected: statues and dolls"): (
        "statues and dolls: rejected",
        "statue e bambole: scartate",
        "estatuas y muñecas: rechazadas",
    ),
    ("tricky", "rejected: animals, food, places"): (
        "animals, food, places: rejected",
        "animali, cibo, luoghi: scartati",
        "animales, comida, lugares: rechazados",
    ),
    ("tricky", "rejected: several people"): (
        "several people: rejected",
        "più persone: scartate",
        "varias personas: rechazadas",
    ),
    ("tricky", "rejected: covered faces"): (
        "covered faces: rejected",
        "volti coperti: scartati",
        "caras tapadas: rechazadas",
    ),
}
WRONG: Names = {
    ("wild_verdicts", "usable photos of one person rejected"): (
        "usable profile photos: rejected",
        "foto profilo utilizzabili: scartate",
        "fotos de perfil utilizables: rechazadas",
    ),
    ("wild_verdicts", "photos to improve accepted"): (
        "photos to improve: accepted as they are",
        "foto da migliorare: accettate così",
        "fotos mejorables: aceptadas tal cual",
    ),
    ("tricky", "real people rejected"): (
        "real people: rejected",
        "persone vere: scartate",
        "personas reales: rechazadas",
    ),
    ("tricky", "real people told they are drawn"): (
        "real people: taken for drawings",
        "persone vere: scambiate per disegni",
        "personas reales: tomadas por dibujos",
    ),
    ("tricky", "not to be accepted: accepted"): (
        "unacceptable pictures: accepted",
        "ciò che non deve passare: accettato",
        "lo que no debe pasar: aceptado",
    ),
    ("tricky", "sunglasses named where there are none"): (
        "visible eyes: taken for sunglasses",
        "occhi visibili: scambiati per occhiali da sole",
        "ojos visibles: tomados por gafas de sol",
    ),
}
TITLES = (
    ("Right: more is better", "Giusto: più è meglio", "Acierta: cuanto más, mejor"),
    ("Wrong: less is better", "Sbagliato: meno è meglio", "Falla: cuanto menos, mejor"),
)
GOAL = ("goal", "obiettivo", "objetivo")
POINT = (".", ",", ",")


def main() -> None:
    """Draw every plot."""
    figures = exam()
    for number, lang in enumerate(LANGUAGES):
        panels = [
            (title[number], chosen(figures, names, number), colour)
            for title, names, colour in zip(TITLES, (RIGHT, WRONG), (TEAL, AMBER), strict=True)
        ]
        draw("right.svg" if lang == "en" else f"right.{lang}.svg", panels, GOAL[number], POINT[number])
    draw("picture.svg", split(picture_card()), None)
    draw("face.svg", split(face_card()), None)
    draw("groups.svg", [(title, told_of, AMBER) for title, told_of in groups()], None)


def exam() -> dict[tuple[str, str], Figure]:
    """The exam's figures, by suite and name."""
    figures = json.loads(EXAM.read_text("utf-8"))
    return {(one["suite"], one["figure"]): Figure(one["figure"], one["value"], goal=one["goal"]) for one in figures}


def chosen(figures: dict[tuple[str, str], Figure], names: Names, lang: int) -> list[Figure]:
    """Some of the figures, with readable labels. Raises `KeyError` if the exam no longer has one of them."""
    return [figures[key]._replace(what=name[lang]) for key, name in names.items()]


def rows(card: Path, heading: str) -> list[list[str]]:
    """The cells of the first table whose header starts with `heading`. Raises `ValueError` if there is none."""
    found = re.search(
        rf"^\| {re.escape(heading)}[^\n]*\n\| ---[^\n]*\n((?:\|[^\n]*\n)+)", card.read_text("utf-8"), re.M
    )
    if found is None:
        raise ValueError(f"{card.name} has no table of {heading}")
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()]


def picture_card() -> list[Figure]:
    """The rates in `models/picture_card.md`, measured on sources that the network never saw."""
    found = []
    for what, pictures, share, interval in rows(CARDS["picture"], "what | pictures | share"):
        low, high = map(float, interval.split(" to "))
        found.append(Figure(what, float(share), low, high, int(pictures)))
    return found


PERCENT = re.compile(r"([\d.]+) % \((\d+) of (\d+)\)")


def face_card() -> list[Figure]:
    """The rates in `models/face_card.md`, measured on the check part."""
    found = []
    for what, value, interval, goal in rows(CARDS["face"], "figure | value | 95 % interval"):
        rate = PERCENT.fullmatch(value)
        if rate is not None and not what.startswith("people called no person: "):
            low, high = (float(end) / 100 for end in interval.removesuffix(" %").split(" to "))
            aim = float(goal) / 100 if goal else None
            found.append(Figure(what, float(rate[1]) / 100, low, high, int(rate[3]), aim))
    return found


def groups() -> list[tuple[str, list[Figure]]]:
    """By group of people: how often the program finds a fault that the labels do not have, from
    `models/face_card.md`."""
    figures = rows(CARDS["face"], "group | n | eyes called closed")
    found = []
    for column, what in enumerate(("eyes called closed", "eyes called hidden", "face called hidden"), start=2):
        shares = [(_group(one[0]), int(one[1]), float(one[column].removesuffix(" %")) / 100) for one in figures]
        found.append((what, [Figure(name, share, *interval(share, n), n) for name, n, share in shares]))
    return found


def _group(name: str) -> str:
    """A readable name for a group, which the card spells as the data set does."""
    for spelt, texts_table in (
        ("fairface adults", "FairFace,"),
        ("utkface", "UTKFace,"),
        ("_", ", "),
        ("humans160", "Humans"),
    ):
        name = name.replace(spelt, texts_table)
    return name


def interval(share: float, pictures: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z = 1.96
    middle = (share + z * z / (2 * pictures)) / (1 + z * z / pictures)
    half = z / (1 + z * z / pictures) * (share * (1 - share) / pictures + z * z / (4 * pictures**2)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


AGAINST = re.compile(r"\bcalled\b|where absent")


def split(figures: list[Figure]) -> list[tuple[str, list[Figure], str]]:
    """The figures that should be high and those that should be low, without those measured on few pictures."""
    enough = [one for one in figures if (one.pictures or 0) >= FEWEST]
    wrong = [one for one in enough if AGAINST.search(one.what)]
    right = [one for one in enough if one not in wrong]
    return [(TITLES[0][0], right, TEAL), (TITLES[1][0], wrong, AMBER)]


def draw(name: str, panels: list[tuple[str, list[Figure], str]], goal: str | None, point: str = ".") -> None:
    """The panels, one below the other, as an SVG; the same figures always give the same file."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams |= {"svg.hashsalt": "mettici", "svg.fonttype": "none", "font.family": "DejaVu Sans"}
    from matplotlib import pyplot

    counts = [len(figures) for _, figures, _ in panels]
    size = (10, 0.36 * sum(counts) + 1.0 * len(panels))
    canvas, axes = pyplot.subplots(len(panels), 1, figsize=size, height_ratios=counts, squeeze=False)
    for ax, (title, figures, colour) in zip(axes[:, 0], panels, strict=True):
        _panel(ax, title, figures, colour, goal, point)
    canvas.set_facecolor("white")
    canvas.tight_layout(h_pad=1.6)
    canvas.savefig(ASSETS / name, metadata={"Date": None, "Creator": None})
    pyplot.close(canvas)


def _panel(ax: Axes, title: str, figures: list[Figure], colour: str, goal: str | None, point: str) -> None:
    places = range(len(figures))
    ax.set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK)
    ax.barh(places, [one.share for one in figures], color=colour, height=0.56, alpha=0.9)
    for place, one in zip(places, figures, strict=True):
        if one.low is not None and one.high is not None:
            ax.plot([one.low, one.high], [place, place], color=INK, linewidth=1.2, solid_capstyle="round")
        if one.goal is not None and goal:
            ax.plot(
                [one.goal, one.goal],
                [place - 0.42, place + 0.42],
                color=INK,
                linewidth=1.6,
                label=goal if place == 0 else None,
            )
        number = f"{100 * one.share:.1f} %".replace(".", point) + (f" of {one.pictures}" if one.pictures else "")
        ax.text(1.02, place, number, va="center", fontsize=10, color=INK, transform=ax.get_yaxis_transform())
    ax.set_yticks(places, [one.what for one in figures], fontsize=10, color=INK)
    ax.invert_yaxis()
    _scale(ax, figures)
    if goal:
        ax.legend(loc="lower right", bbox_to_anchor=(1, 0.99), frameon=False, fontsize=9)


def _scale(ax: Axes, figures: list[Figure]) -> None:
    """An axis from 0 to 1, or narrower if every share is small."""
    most = max(max(one.share, one.high or 0, one.goal or 0) for one in figures)
    ax.set_xlim(0, 1 if most > 0.5 else max(0.1, most * 1.1))
    ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    ax.tick_params(axis="x", labelsize=9, colors=GREY)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#e2eae7", linewidth=0.8)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)


if __name__ == "__main__":
    main()
