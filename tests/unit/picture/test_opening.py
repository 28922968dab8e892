"""The gate for pictures: what is read, what is refused and in which words, and how much memory one picture may take."""

import contextlib
import io
import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from hcr.errors import InputError
from hcr.picture.opening import open_picture
from hcr.reading import see
from tests.conftest import ROOT


def glyph(side: int = 64, mode: str = "RGB") -> Image.Image:
    """A thick L, black on white."""
    sheet = Image.new(mode, (side, side), "white")
    path = [(side // 4, side // 8), (side // 4, side * 7 // 8), (side * 3 // 4, side * 7 // 8)]
    ImageDraw.Draw(sheet).line(path, fill="black", width=max(1, side // 10))
    return sheet


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def heic(picture: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    pillow_heif.from_pillow(picture).save(stream, quality=90, **options)
    return stream.getvalue()


KINDS = {
    "png": saved(glyph(), "PNG"),
    "jfif": saved(glyph(), "JPEG"),
    "progressive.jpe": saved(glyph(), "JPEG", progressive=True),
    "webp": saved(glyph(), "WEBP", lossless=True),
    "gif": saved(glyph(), "GIF"),
    "bmp": saved(glyph(), "BMP"),
    "tif": saved(glyph(), "TIFF"),
    "lzw.tif": saved(glyph(), "TIFF", compression="tiff_lzw"),
    "pbm": saved(glyph().convert("1"), "PPM"),
    "ppm": saved(glyph(), "PPM"),
    "jp2": saved(glyph(), "JPEG2000"),
    "tga": saved(glyph(), "TGA"),
    "avif": saved(glyph(), "AVIF"),
    "heic": heic(glyph()),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_read_by_its_content_alone(name, tmp_path):
    file = tmp_path / f"picture.{name}"
    file.write_bytes(KINDS[name])
    expected = np.asarray(glyph().convert("L"), int)
    for source in (file, str(file), KINDS[name]):
        found = open_picture(source)
        assert found.image.mode == "L"
        assert found.reduced == 1
        assert np.abs(np.asarray(found.image, int) - expected).mean() < 4


def test_pillow_stays_as_it_was():
    """To read pictures changes nothing for others in the process: no limit lifted, no decoder registered."""
    code = """
from PIL import Image
before = Image.MAX_IMAGE_PIXELS
from hcr.reading import see
import sys
assert see(sys.argv[1])
assert Image.MAX_IMAGE_PIXELS == before
assert "HEIF" not in Image.OPEN
"""
    run = [sys.executable, "-c", code, str(ROOT / "assets" / "examples" / "1-pen.png")]
    assert subprocess.run(run, cwd=ROOT, check=False, timeout=120).returncode == 0


def test_programs_and_documents_are_no_pictures():
    """EPS would start Ghostscript."""
    with pytest.raises(InputError, match="not a picture that can be read"):
        open_picture(saved(glyph(), "EPS"))
    for kind in ("PDF", "ICO", "PCX", "SGI"):
        with pytest.raises(InputError, match="not a picture that can be read"):
            open_picture(saved(glyph(), kind))


def test_only_regular_files_of_a_bounded_size_are_opened(tmp_path):
    pipe, large = tmp_path / "pipe.png", tmp_path / "large.png"
    os.mkfifo(pipe)
    large.touch()
    os.truncate(large, (64 << 20) + 1)
    for source in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(InputError, match="no file but a folder, a device or a pipe"):
            open_picture(source)
    with pytest.raises(InputError, match="at most 64 MB can be read"):
        open_picture(large)
    with pytest.raises(InputError, match="cannot be read: embedded null byte"):
        open_picture("a\0.png")
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        open_picture("a" * 5000)


def test_a_sentence_is_never_inside_another():
    for width, height in ((12_000, 12_000), (20_000, 20_000), (2, 2)):
        with pytest.raises(InputError) as refusal:
            open_picture(saved(Image.new("1", (width, height)), "PNG"))
        assert "damaged" not in str(refusal.value)
        assert str(refusal.value).count("The picture") == 1
    assert not issubclass(InputError, ValueError)


@pytest.mark.parametrize(
    "array",
    [np.zeros((28, 28)), np.zeros(28, np.uint8), np.zeros((28, 28, 2), np.uint8), np.zeros((0, 28), np.uint8)],
    ids=["floats", "one dimension", "two bands", "empty"],
)
def test_arrays_that_are_no_pictures(array):
    with pytest.raises(InputError, match=r"no picture|needs at least"):
        open_picture(array)


def test_turned_and_reduced_pictures_keep_their_own_pixels():
    """The box is in the pixels of the picture as it is stored, whatever fraction of it was decoded."""
    small, large = see(saved(glyph(500), "PNG")), see(saved(glyph(4000), "JPEG", quality=95))
    assert small is not None
    assert large is not None
    assert np.allclose(np.array(large[0]) / 8, small[0], atol=3)
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in ("PNG", "TIFF", "WEBP", "JPEG"):
        turned = open_picture(saved(glyph().rotate(90), kind, exif=exif))
        assert np.abs(np.asarray(turned.image, int) - np.asarray(glyph().convert("L"), int)).mean() < 4, kind
    upright = open_picture(heic(glyph().rotate(90), exif=exif.tobytes()))  # libheif turns it by itself
    assert upright.image.size == (64, 64)


def test_a_broken_exif_tag_leaves_the_picture_readable():
    broken = saved(glyph(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + bytes(20))
    assert open_picture(broken).image.size == (64, 64)


def float_tiff(side: int) -> bytes:
    """A deflated TIFF of 32-bit floats in one strip; 255 is paper."""
    values = np.full((side, side), 255, np.float32)
    values[side // 8 : side // 2, side // 4 : side // 3] = 0
    data = zlib.compress(values.tobytes())
    tags = [
        (256, side),
        (257, side),
        (258, 32),
        (259, 8),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, side),
        (279, len(data)),
        (339, 3),
    ]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(tags)) + entries + bytes(4)


LARGE = {
    "png": lambda: saved(glyph(8000, "RGBA"), "PNG"),
    "palette.png": lambda: saved(glyph(8000).convert("P"), "PNG", transparency=0),
    "jpg": lambda: saved(glyph(8000), "JPEG"),
    "progressive.jpg": lambda: saved(glyph(6000), "JPEG", progressive=True),
    "webp": lambda: saved(glyph(4000), "WEBP", method=0),
    "jp2": lambda: saved(glyph(3500), "JPEG2000"),
    "tif": lambda: float_tiff(5600),
    "heic": lambda: heic(glyph(3000)),
}
PEAK = """
import sys
from hcr.errors import InputError
from hcr.reading import see

def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])

see(sys.argv[1])
before = peak()
try:
    assert see(sys.argv[2]) is not None
except InputError as error:
    print(error, file=sys.stderr)
print((peak() - before) / 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", LARGE)
def test_a_large_picture_is_read_within_300_mb_or_refused(name, tmp_path):
    small, large = tmp_path / f"small.{name}", tmp_path / f"large.{name}"
    small.write_bytes(KINDS.get(name, saved(glyph(), "PNG")))
    large.write_bytes(LARGE[name]())
    done = subprocess.run(
        [sys.executable, "-c", PEAK, small, large], cwd=ROOT, capture_output=True, text=True, timeout=300, check=True
    )
    assert float(done.stdout) <= 300
    assert not done.stderr or re.search(r"at most 256 MB are used|at most 64 megapixels", done.stderr)


@pytest.mark.parametrize(
    ("kind", "side"), [("TIFF", 7900), ("JPEG2000", 4500)], ids=["a strip of 32-bit colours", "JPEG 2000"]
)
def test_what_would_take_more_memory_is_refused_by_its_header(kind, side):
    with pytest.raises(InputError, match=r"would take [\d,]+ MB of memory; at most 256 MB"):
        open_picture(saved(Image.new("RGBA", (side, side)), kind, **({"compression": "tiff_lzw"} if kind == "TIFF" else {})))


def ends_well(data: bytes) -> None:
    """A reading, or a sentence; anything else that is raised fails the test."""
    with contextlib.suppress(InputError):
        see(data)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.data())
def test_damaged_files_end_in_a_reading_or_a_sentence(name, choice):
    """Bytes changed, cut out, repeated; most changes near the head, where the structure is."""
    content = bytearray(KINDS[name])
    for _ in range(choice.draw(st.integers(1, 6))):
        within = choice.draw(st.sampled_from([64, 256, len(content)]))
        place = choice.draw(st.integers(0, max(0, min(within, len(content)) - 1)))
        change = choice.draw(st.sampled_from(["set", "cut", "remove", "repeat"]))
        if change == "set" and content:
            content[place] = choice.draw(st.sampled_from([0, 1, 127, 128, 255]) | st.integers(0, 255))
        elif change == "cut":
            del content[place:]
        elif change == "remove":
            del content[place : place + choice.draw(st.integers(1, 16))]
        else:
            content[place:place] = content[place : place + choice.draw(st.integers(1, 64))]
    ends_well(bytes(content))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_reading_or_a_sentence(data):
    ends_well(data)
