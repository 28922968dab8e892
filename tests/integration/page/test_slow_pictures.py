"""Pictures that are small enough and take for ever: each is given up after CPU_SECONDS, and the next one is read."""

import base64
import io
import resource
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import numpy as np
import pytest
from PIL import Image

from hcr.errors import InputError
from hcr.picture.decoding import MAX_FILE
from hcr.ui.server import apart, gate
from hcr.ui.server.apart import CPU_SECONDS, Eyes
from tests.conftest import running_app
from tests.integration.page.visitor import MARK, SECONDS, Visitor, picture
from tests.pictures import KINDS, glyph, saved, written

ROOM = MAX_FILE - (1 << 20)  # bytes that are filled up
OVERHEAD = 2.5  # CPU seconds: of the process itself, which starts, and of the timer


def png_of_empty_chunks() -> bytes:
    """12 bytes each, which Pillow reads in a loop of Python."""
    plain = saved(glyph(), "PNG")
    chunk = struct.pack(">I", 0) + b"prIv" + struct.pack(">I", zlib.crc32(b"prIv"))
    place = plain.index(b"IDAT") - 4
    return plain[:place] + chunk * (ROOM // len(chunk)) + plain[place:]


def jpeg_of_fill_bytes() -> bytes:
    """As many as one likes may stand before a marker, and are looked at one by one."""
    plain = saved(glyph(), "JPEG")
    return plain[:2] + b"\xff" * ROOM + plain[2:]


def jpeg_of_scans(side: int = 7900, scans: int = 2000) -> bytes:
    """The last scan of a progressive file again and again: a few kB each time, and all its pixels are gone through."""
    plain = saved(Image.new("L", (side, side), 200), "JPEG", progressive=True, quality=50)
    last = plain[plain.rindex(b"\xff\xda") : plain.rindex(b"\xff\xd9")]
    return plain[: plain.rindex(b"\xff\xd9")] + last * scans + b"\xff\xd9"


def gif_of_comments() -> bytes:
    """A comment in blocks of one byte; each is put behind what was read before, which is copied for it."""
    plain = saved(Image.new("P", (64, 64)), "GIF")
    place = plain.index(b"\x2c", 13)
    return plain[:place] + b"\x21\xfe" + b"\x01a" * (4 << 20) + b"\0" + plain[place:]


SLOW = {
    "chunks.png": png_of_empty_chunks,
    "fill.jpg": jpeg_of_fill_bytes,
    "scans.jpg": jpeg_of_scans,
    "comments.gif": gif_of_comments,
}


@pytest.fixture(scope="module")
def eyes() -> Iterator[Eyes]:
    looking = Eyes()
    yield looking
    looking.close()


def spent() -> float:
    """CPU seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_picture_is_given_up_and_the_next_one_is_read(eyes, name, tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "WALL_SECONDS", SECONDS)  # so that it is the time of the CPU that ends it
    slow = tmp_path / name
    slow.write_bytes(SLOW[name]())
    assert slow.stat().st_size <= MAX_FILE
    before = spent()
    with pytest.raises(InputError, match=f"given up: decoding it takes more than {CPU_SECONDS} seconds"):
        eyes.see(slow)
    assert spent() - before < CPU_SECONDS + OVERHEAD
    assert eyes.see(gate.PICTURES[0]) is not None


def test_what_is_seen_apart_is_what_is_seen(eyes, tmp_path):
    from hcr.reading import see

    for example in gate.PICTURES:
        apart_, here = eyes.see(example), see(example)
        assert apart_ is not None
        assert here is not None
        assert (apart_.box, apart_.scale) == (here.box, here.scale)
        assert (apart_.image == here.image).all()
        assert_same_lines(apart_.lines(), here.lines())
    Image.new("L", (100, 100), 255).save(tmp_path / "blank\n.png")
    assert eyes.see(tmp_path / "blank\n.png") is None
    (tmp_path / "none.png").write_text("hello")
    with pytest.raises(InputError, match="not a picture that can be read"):
        eyes.see(tmp_path / "none.png")


def assert_same_lines(found, expected):
    assert [(line.height, line.slope, line.groups) for line in found] == [
        (line.height, line.slope, line.groups) for line in expected
    ]
    for mine, other in zip(found, expected, strict=True):
        for span, same in zip(mine.spans, other.spans, strict=True):
            assert replace(span, draw=bytes) == replace(same, draw=bytes)
            assert (span.image == same.image).all()


def test_the_lines_of_a_word_come_along(eyes, tmp_path):
    from hcr.reading import see

    word = saved(written("LATE"), "PNG")
    (tmp_path / "word.png").write_bytes(word)
    found = eyes.see(tmp_path / "word.png")
    assert found is not None
    assert sum(len(line.spans) for line in found.lines()) >= 4
    assert_same_lines(found.lines(), see(word).lines())


def test_a_picture_comes_along_made_small_where_it_is_asked_for(eyes, tmp_path):
    (tmp_path / "photo.heic").write_bytes(KINDS["heic"])
    assert eyes.look(tmp_path / "photo.heic").shown == ""
    look = eyes.look(tmp_path / "photo.heic", (32, 32))
    assert look.size == (64, 64)
    data = base64.b64decode(look.shown.removeprefix("data:image/jpeg;base64,"))
    assert Image.open(io.BytesIO(data)).size == (32, 32)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (2000, 2000, 3), np.uint8))
    noise.save(tmp_path / "noise.tif")
    assert len(eyes.look(tmp_path / "noise.tif", apart.PREVIEW).shown) < 2 << 20


def test_what_browsers_do_not_show_is_known_by_how_it_begins(tmp_path):
    shown = []
    for kind, data in KINDS.items():
        (tmp_path / kind).write_bytes(data)
        if gate.browsers_show(tmp_path / kind):
            shown.append(kind)
    assert shown == ["png", "jfif", "progressive.jpe", "webp", "gif", "bmp", "avif"]


def test_a_process_that_goes_away_is_replaced(eyes):
    for eye in list(eyes._free.queue):
        eye.start().kill()
        eye.start().wait()
    assert eyes.see(gate.PICTURES[0]) is not None


def test_the_pad_takes_drawings_alone():
    assert gate.drawing(saved(glyph(280, "L"), "PNG"))
    for data in (saved(glyph(280), "JPEG"), saved(Image.new("L", (4000, 20)), "PNG"), b"\x89PNG", jpeg_of_scans(800, 3)):
        with pytest.raises(InputError, match="no drawing of the pad"):
            gate.drawing(data)


def test_others_are_served_while_a_slow_picture_is_looked_at(tmp_path):
    with (
        running_app(tmp_path / "app.log", {"GRADIO_TEMP_DIR": str(tmp_path / "uploads")}) as address,
        httpx.Client(base_url=address, timeout=5 * SECONDS) as client,
        httpx.Client(base_url=address, timeout=5 * SECONDS) as another,
        ThreadPoolExecutor(1) as hostile,
    ):
        visitor = Visitor(client)
        slow = visitor.upload("slow.jpg", SLOW["fill.jpg"]())
        waiting = hostile.submit(Visitor(another).read, {"path": slow, "meta": MARK})
        drawn = picture(tmp_path / "mine.png").read_bytes()
        while not waiting.done():
            assert 'data-answer="L"' in httpx.post(f"{address}pad/read", content=drawn, timeout=SECONDS).text
        assert "given up" in waiting.result()
        mine = visitor.upload("mine.png", drawn)
        assert '"text": "L"' in visitor.read({"path": mine, "meta": MARK})
