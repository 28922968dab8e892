"""The gate for pictures: what is read, what is refused and in which words, and how much memory one picture may take."""

import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hcr.errors import InputError
from hcr.picture.opening import open_picture
from hcr.reading import see
from tests.conftest import ROOT
from tests.pictures import KINDS, glyph, heic, saved


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
    assert np.allclose(np.array(large.box) / 8, small.box, atol=3)
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
