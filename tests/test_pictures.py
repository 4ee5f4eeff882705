"""`check --crop` and `check --annotate`: which files they write, atomically, and which messages they print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import ExifTags, Image

from mettici import PhotoChecker
from mettici.cli import program
from mettici.cli.pictures import Target
from mettici.errors import OutputError


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, samples: Path, tmp_path: Path) -> None:
    """A fresh folder with copies of some samples, as the working directory."""
    for name in ("spoiled_off_centre.jpg", "spoiled_far_away.jpg", "portrait_hat_no_smile.jpg"):
        (tmp_path / name).write_bytes((samples / name).read_bytes())
    with Image.open(samples / "spoiled_off_centre.jpg") as image:
        on_its_side, exif = image.transpose(Image.Transpose.ROTATE_90), Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (41.0, 53.0, 24.0)})
    on_its_side.save(tmp_path / "turned_with_gps.jpg", exif=exif, comment="by the river", quality=95)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def check(*words: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(program, ["check", *words], input=stdin)


def test_the_crop_is_written_and_judged_as_the_report_says(checker: PhotoChecker) -> None:
    done = check("--json", "--crop", "me.jpg", "spoiled_off_centre.jpg")
    assert done.exit_code == 0
    assert done.stderr == "spoiled_off_centre.jpg: crop in me.jpg\n"
    suggestion = json.loads(done.stdout)["crop"]
    after = checker.check("me.jpg", crop=False)
    assert (after.verdict.value, round(after.score)) == (suggestion["verdict_after"], suggestion["score_after"])
    with Image.open("me.jpg") as image:
        assert list(image.size) == suggestion["box"][2:]


@pytest.mark.parametrize("option", ["--crop", "--annotate"])
def test_written_pictures_are_upright_and_have_no_metadata(checker: PhotoChecker, option: str) -> None:
    assert checker.check("turned_with_gps.jpg", crop=False)["metadata_privacy"].status.value == "warn"
    assert check(option, "out.jpg", "turned_with_gps.jpg").exit_code == 0
    with Image.open("out.jpg") as image:
        assert not image.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & set(image.info)
    assert checker.check("out.jpg", crop=False)["metadata_privacy"].status.value == "pass"
    if option == "--crop":
        assert "exif_rotated" not in checker.check("out.jpg").photo["notes"]


def test_the_file_extension_sets_the_format() -> None:
    assert check("--crop", "me.png", "--annotate", "seen.jpeg", "spoiled_off_centre.jpg").exit_code == 0
    for path, kind in (("me.png", "PNG"), ("seen.jpeg", "JPEG")):
        with Image.open(path) as image:
            assert image.format == kind


def test_several_photos_go_to_a_new_folder() -> None:
    photos = ["spoiled_off_centre.jpg", "spoiled_far_away.jpg", "portrait_hat_no_smile.jpg"]
    done = check("--crop", "out", "--annotate", "out/seen/", *photos)
    assert done.exit_code == 0
    assert sorted(p.name for p in Path("out").glob("*.*")) == ["spoiled_off_centre_crop.jpg"]
    assert sorted(p.name for p in Path("out/seen").iterdir()) == sorted(f"{Path(p).stem}_annotated.jpg" for p in photos)
    assert "spoiled_far_away.jpg: no crop written. A crop would have only" in done.stderr
    assert "portrait_hat_no_smile.jpg: no crop written. A crop would improve nothing." in done.stderr


def test_standard_input_and_italian() -> None:
    data = Path("spoiled_off_centre.jpg").read_bytes()
    done = check("--lang", "it", "--crop", "out/", "-", stdin=data)
    assert done.stderr == f"-: ritaglio in {Path('out') / 'photo_crop.jpg'}\n"
    assert "Ritaglio: Basta un ritaglio" in done.stdout
    assert "--crop" not in done.stdout, "it is already written"
    saving = "mettici check spoiled_off_centre.jpg --crop spoiled_off_centre-crop.jpg"
    assert saving in check("--lang", "it", "spoiled_off_centre.jpg").stdout


def test_photos_with_the_same_name_both_keep_their_picture() -> None:
    Path("other").mkdir()
    Path("other/spoiled_off_centre.jpg").write_bytes(Path("spoiled_off_centre.jpg").read_bytes())
    assert check("--crop", "out", "spoiled_off_centre.jpg", "other/spoiled_off_centre.jpg").exit_code == 0
    assert sorted(p.name for p in Path("out").iterdir()) == [
        "spoiled_off_centre_crop.jpg",
        "spoiled_off_centre_crop_2.jpg",
    ]


def test_an_unreadable_photo_does_not_affect_the_others() -> None:
    Path("empty.jpg").touch()
    done = check("--crop", "out", "empty.jpg", "spoiled_off_centre.jpg")
    assert done.exit_code == 3
    assert Path("out/spoiled_off_centre_crop.jpg").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--crop", "x.jpg", "spoiled_off_centre.jpg", "spoiled_far_away.jpg"], "Name a folder, such as: x/"),
        (["--crop", "x.gif", "spoiled_off_centre.jpg"], "Name a file that ends in: .jpg, .jpeg, .png"),
        (["--annotate", "spoiled_off_centre.jpg", "spoiled_off_centre.jpg"], "is the photo itself"),
        (["--annotate", "./spoiled_off_centre.jpg", "spoiled_off_centre.jpg"], "is the photo itself"),
        (["--crop", "x.jpg", "--annotate", "./x.jpg", "spoiled_off_centre.jpg"], "cannot both be written"),
        (["--crop", "nowhere/x.jpg", "spoiled_off_centre.jpg"], "could not be written"),
    ],
)
def test_a_wrong_target_is_reported_and_changes_nothing(words: list[str], said: str) -> None:
    before = {p: p.read_bytes() for p in Path().iterdir() if p.is_file()}
    done = check(*words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert {p: p.read_bytes() for p in Path().iterdir() if p.is_file()} == before


def test_no_partial_file_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("x.jpg").write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OutputError, match="No space left"):
        Target("x.jpg", ["a.jpg"]).write("a.jpg", "crop", "JPEG", b"new")
    assert Path("x.jpg").read_bytes() == b"old"
    assert not list(Path().glob("*.part"))


def test_a_picture_never_overwrites_a_photo() -> None:
    Path("a_crop.jpg").write_bytes(b"a photo")
    target = Target(".", ["a.jpg", "a_crop.jpg"])
    assert Path(target.write("a.jpg", "crop", "JPEG", b"new")).name == "a_crop_2.jpg"
    assert Path("a_crop.jpg").read_bytes() == b"a photo"
