"""What a program that imports `hcr` is promised."""

import subprocess
import sys

import pytest

import hcr
from hcr.assets import EXAMPLES, MODEL
from tests.conftest import ROOT


def test_three_lines_read_a_picture():
    from hcr import read

    assert read(EXAMPLES / "1-pen.png").text == "R"
    assert read(str(EXAMPLES / "3-chalk.png")).text == "B"
    assert read((EXAMPLES / "5-corner.png").read_bytes()).text == "K"


def test_another_model_is_opened_by_name(tmp_path):
    model = hcr.open(str(MODEL))
    assert hcr.read(EXAMPLES / "1-pen.png", model).text == "R"
    assert hcr.read(EXAMPLES / "1-pen.png", model=model).characters[0].prediction.known
    with pytest.raises(hcr.InputError, match="nowhere"):
        hcr.open(str(tmp_path / "nowhere"))


def test_the_bundled_model_is_opened_once():
    """The second picture with the bundled model finds it open; a picture without ink never opens it."""
    code = (
        "import numpy as np, hcr\n"
        "from hcr import reading\n"
        "from hcr.assets import EXAMPLES\n"
        "hcr.read(np.full((100, 100), 255, np.uint8))\n"
        "print(reading._bundled.cache_info().misses, end=' ')\n"
        "for _ in range(3): hcr.read(EXAMPLES / '1-pen.png')\n"
        "print(reading._bundled.cache_info().misses)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "0 1\n"


def test_the_parts_need_no_more_than_themselves():
    code = "import sys, hcr.alphabet; print([m for m in ('cv2', 'numpy', 'PIL', 'ai_edge_litert') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_help_says_it_in_ten_lines():
    assert len(hcr.__doc__.splitlines()) <= 12
    assert {"InputError", "Reading", "__version__", "open", "read"} == set(hcr.__all__)
    assert all(hasattr(hcr, name) for name in hcr.__all__)
    assert set(hcr.__all__) <= set(dir(hcr))
    with pytest.raises(AttributeError, match="raed"):
        _ = hcr.raed
