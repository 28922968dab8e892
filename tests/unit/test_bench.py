"""`hcr bench` tells what it is doing, what it leaves out and whether a promise is broken."""

import json
import sys

import pytest

from hcr import bench
from hcr.__main__ import main
from hcr.bench import speed
from hcr.bench.measured import Measured, Promise, words
from hcr.reading import read


@pytest.fixture
def short(monkeypatch):
    """The same measurements on next to nothing."""
    monkeypatch.setattr(speed, "CALLS", 3)
    monkeypatch.setattr(speed, "IMAGES", 64)
    monkeypatch.setattr(speed, "ROUNDS", 1)


def test_without_the_page_the_rest_is_measured_and_that_is_said(short, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "gradio", None)
    bench.run(as_json=True)
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert [item["name"] for item in found] == [
        *("reading a drawing, p50", "reading a drawing, p99"),
        *("20 characters on a pad", "40 characters on 12 megapixels"),
        "64 images",
    ]
    assert set(found[0]) == {"name", "unit", "ours", "baseline", "limit", "kind", "value", "kept"}
    assert found[4]["kind"] == "ratio at least"
    assert "Left out: the page's start and memory (gradio not installed" in said.err
    assert "reading a drawing: 100%" in said.err
    assert "64 images: 100%" in said.err


def test_the_words_that_are_measured_are_read():
    """Else it would be another thing's time."""
    for lines, capital, size, kind in (
        (("LATE 27",), 62, (600, 280), "PNG"),
        (("LATE 27", "OAK"), 180, (4000, 3000), "JPEG"),
    ):
        found = read(words(lines, capital, size, kind))
        assert (found.text, len(found.lines)) == ("\n".join(lines), len(lines))


def test_the_page_without_gradio_is_a_sentence(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "gradio", None)
    for name in [name for name in sys.modules if name.startswith("hcr.ui")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "argv", ["hcr", "app"])
    assert main() == 2
    assert capsys.readouterr().err == "The page needs gradio, which is not installed: install the extra [app].\n"


@pytest.mark.parametrize(
    ("promise", "kept", "broken"),
    [(Promise.RATIO_AT_MOST, 4.0, 4.1), (Promise.RATIO_AT_LEAST, 4.0, 3.9), (Promise.DIFFERENCE_AT_MOST, 5.0, 5.1)],
)
def test_a_promise_is_kept_up_to_its_limit(promise, kept, broken):
    """Beside a baseline of 1: the limit is 4."""
    assert Measured("", "", kept, 1.0, 4.0, promise).kept
    assert not Measured("", "", broken, 1.0, 4.0, promise).kept
