"""`python -m hcr` as a person runs it."""

import json
import os
import subprocess
import sys

import pytest
from PIL import Image, ImageDraw

from tests.conftest import ROOT


def hcr(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HCR_")} | environment
    command = [sys.executable, "-m", "hcr", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def pictures(tmp_path):
    for name, points in {
        "L": [(90, 50), (90, 230), (200, 230)],
        "T": [(60, 60), (220, 60), (140, 60), (140, 230)],
        "V": [(70, 60), (140, 230), (210, 60)],
    }.items():
        sheet = Image.new("L", (280, 280), 255)
        ImageDraw.Draw(sheet).line(points, fill=0, width=18, joint="curve")
        sheet.save(tmp_path / f"{name}.png")
    return tmp_path


def test_one_line_a_picture_in_the_order_given(pictures):
    files = [pictures / "V.png", pictures / "L.png", pictures / "T.png"]
    done = hcr("read", *files)
    assert done.returncode == 0, done.stderr
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == [str(file) for file in files]
    assert [line.split(": ")[1][0] for line in done.stdout.splitlines()] == ["V", "L", "T"]


def test_json_holds_what_is_promised(pictures):
    done = hcr("read", "--json", "--top", "3", pictures)
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["text"] for record in records] == ["L", "T", "V"]
    for record in records:
        assert set(record) == {"path", "text", "lines", "error"}
        (line,) = record["lines"]
        (word,) = line["words"]
        (character,) = word["characters"]
        assert line["text"] == word["text"] == character["text"] == record["text"]
        assert word["box"] == character["box"]
        told = {"text", "box", "baseline", "top", "known", "character", "is_character", "by_context", "doubt"}
        assert set(character) == told
        assert character["doubt"] is None
        assert len(character["box"]) == 4
        assert len(character["top"]) == 3
        assert character["top"][0][0] == record["text"]
        assert character["known"] is True
        assert record["error"] is None


def test_a_bad_file_leaves_the_others_read(pictures):
    bad = pictures / "bad.png"
    bad.write_text("hello")
    done = hcr("read", "--json", bad, pictures / "T.png", pictures / "nowhere.png")
    assert done.returncode == 2
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert "not a picture" in first["error"]
    assert first["lines"] == []
    assert second["text"] == "T"
    assert "No such file" in third["error"]


def test_an_empty_folder_and_a_wrong_model_are_said(tmp_path):
    done = hcr("read", tmp_path)
    assert done.returncode == 2
    assert "no pictures in this folder" in done.stderr
    assert hcr("read").returncode == 2


def test_info_names_model_and_report():
    done = hcr("info", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["classes"].startswith("0123456789ABC")
    assert facts["metrics"]["images"] > 0
    assert "comes with this program" in facts["served"]


def test_reading_needs_neither_tensorflow_nor_gradio():
    code = (
        "import sys, hcr.reading, hcr.model.serving, hcr.report.evaluation, hcr.__main__; "
        "print([m for m in ('tensorflow', 'keras', 'gradio', 'datasets', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_app_starts_without_tensorflow_and_datasets():
    code = "import sys, app; print([m for m in ('tensorflow', 'keras', 'datasets', 'torch') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
