"""The examples in docstrings do what they say."""

import doctest
import importlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.conftest import ROOT

WITH_EXAMPLES = sorted(
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for file in (ROOT / "hcr").rglob("*.py")
    if ">>> " in file.read_text(encoding="utf-8")
)


def test_there_are_examples():
    assert len(WITH_EXAMPLES) >= 5


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_of(module: str, tmp_path: Path, monkeypatch):
    """In a folder with a picture of a letter: letter.png, an R."""
    sheet = Image.new("L", (280, 280), 255)
    points = [(95, 220), (95, 60), (150, 55), (180, 90), (150, 130), (95, 135), (120, 140), (190, 225)]
    ImageDraw.Draw(sheet).line(points, fill=0, width=18, joint="curve")
    sheet.save(tmp_path / "letter.png")
    monkeypatch.chdir(tmp_path)
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted > 0
    assert found.failed == 0, "what was expected and what came stands above"
