"""Make the labelled sample pictures: python sample_images/make_samples.py [--output DIR].

Nothing is downloaded: portraits and things come out of installed packages, the rest is drawn by code.
The same versions of the packages make the same bytes. What the checker should say of each: expected.json.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import portraits as p
import spoil
from ball_head import ball_head
from drawn import flat_avatar, pencil_sketch
from painted import oil_painting
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

if TYPE_CHECKING:
    from collections.abc import Callable


def jpeg(picture: Image.Image, quality: int = 93, exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(
        out, "JPEG", quality=quality, subsampling=0 if quality > 90 else 2, exif=exif or Image.Exif()
    )
    return out.getvalue()


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def rotated_by_exif(photo: Image.Image) -> bytes:
    """Stored lying on its side, as many phones do, with the note how to set it upright."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    return jpeg(photo.transpose(Image.Transpose.ROTATE_90), exif=exif)


def with_gps(photo: Image.Image) -> bytes:
    """Tagged with a public place: the Kennedy Space Center."""
    exif = Image.Exif()
    exif[IFD.GPSInfo] = {
        GPS.GPSLatitudeRef: "N",
        GPS.GPSLatitude: (28.0, 34.0, 23.0),
        GPS.GPSLongitudeRef: "W",
        GPS.GPSLongitude: (80.0, 39.0, 4.0),
    }
    return jpeg(photo, exif=exif)


def truncated() -> bytes:
    """A transfer that stopped half way."""
    whole = jpeg(p.model_portrait())
    return whole[: len(whole) // 2]


SAMPLES: dict[str, Callable[[], bytes]] = {
    "portrait_good.jpg": lambda: jpeg(p.model_portrait()),
    "portrait_good_mono.jpg": lambda: jpeg(spoil.mono(p.model_portrait())),
    "portrait_good_exif_rotated.jpg": lambda: rotated_by_exif(p.model_portrait()),
    "portrait_good_with_gps.jpg": lambda: with_gps(p.model_portrait()),
    "portrait_half_body.jpg": lambda: jpeg(p.collins()),
    "portrait_hat_no_smile.jpg": lambda: jpeg(p.hopper()),
    "spoiled_dark.jpg": lambda: jpeg(spoil.exposed(p.model_portrait(), -4)),
    "spoiled_burnt.jpg": lambda: jpeg(spoil.exposed(p.model_portrait(), 2.6)),
    "spoiled_side_lit.jpg": lambda: jpeg(spoil.side_lit(p.model_portrait())),
    "spoiled_blurred.jpg": lambda: jpeg(spoil.blurred(p.model_portrait(), 4)),
    "spoiled_noisy.jpg": lambda: jpeg(spoil.noisy(p.model_portrait())),
    "spoiled_compressed.jpg": lambda: jpeg(p.model_portrait(), quality=10),
    "spoiled_blue_cast.jpg": lambda: jpeg(spoil.cast(p.model_portrait(), (0.45, 0.75, 1.5))),
    "spoiled_tiny.jpg": lambda: jpeg(p.model_portrait().resize((64, 64), Image.Resampling.LANCZOS)),
    "spoiled_far_away.jpg": lambda: jpeg(p.far_away()),
    "spoiled_tilted.jpg": lambda: jpeg(p.tilted(24)),
    "spoiled_head_cut.jpg": lambda: jpeg(p.head_cut()),
    "spoiled_off_centre.jpg": lambda: jpeg(p.off_centre()),
    "spoiled_two_people.jpg": lambda: jpeg(p.two_people()),
    "spoiled_sunglasses.jpg": lambda: jpeg(spoil.sunglasses(p.model_portrait())),
    "spoiled_face_mask.jpg": lambda: jpeg(spoil.face_mask(p.model_portrait())),
    "thing_cat.jpg": lambda: jpeg(p.thing("chelsea.png")),
    "thing_coffee.jpg": lambda: jpeg(p.thing("coffee.png")),
    "thing_page.jpg": lambda: jpeg(p.page_of_text()),
    "thing_logo.png": lambda: png(p.thing("logo.png")),
    "drawn_flat_avatar.png": lambda: png(flat_avatar()),
    "drawn_pencil.jpg": lambda: jpeg(pencil_sketch()),
    "drawn_oil_painting.jpg": lambda: jpeg(oil_painting()),
    "drawn_3d_avatar.png": lambda: png(ball_head()),
    "broken/truncated.jpg": truncated,
    "broken/text.jpg": lambda: b"This is a text file, whatever its name says.\n",
}


def make_all(folder: Path) -> list[Path]:
    made = []
    for name, make in SAMPLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make())
        made.append(path)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the labelled sample pictures. Nothing is downloaded.")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(__file__).parent / "made",
        metavar="DIR",
        help="folder to write to (default: made/ beside this script)",
    )
    folder: Path = parser.parse_args().output
    sys.stdout.write(f"{len(make_all(folder))} sample files in {folder}\n")


if __name__ == "__main__":
    main()
