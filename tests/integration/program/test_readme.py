"""What README.md shows can be done as it is printed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import RepoCard
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from PIL import Image, ImageDraw

from tests.conftest import PATIENCE, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SHELL = [text for language, text in BLOCKS if language in ("bash", "sh", "console")]
PYTHON = [text for language, text in BLOCKS if language == "python"]
CARD = RepoCard(README).data.to_dict()

# Parses command lines with the programs' own parsers, which then do nothing. In a process of its own: `fit` loads Keras.
PARSE = """
import argparse, contextlib, io, json, sys
from hcr.__main__ import main as hcr
from training.__main__ import main as training

class Parsed(Exception):
    pass

parse = argparse.ArgumentParser.parse_args

def only_parse(self, *given):
    parse(self, *given)
    raise Parsed

argparse.ArgumentParser.parse_args = only_parse
said = {}
for line in json.load(sys.stdin):
    program, *sys.argv[1:] = line
    sys.argv[0] = f"{program}/__main__.py"
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            {"hcr": hcr, "training": training}[program]()
        said[" ".join(line)] = "was not parsed"
    except Parsed:
        said[" ".join(line)] = ""
    except SystemExit:
        said[" ".join(line)] = complaint.getvalue()
print(json.dumps(said))
"""


def command_lines() -> list[list[str]]:
    """Every call of the two programs, in blocks and in sentences, as [program, argument...]: with all that is optional,
    and placeholders such as FILE as they stand there."""
    inline = re.findall(r"`((?:python -m )?(?:hcr|training) [^`]+)`", README)
    lines = [re.sub(r"\s#.*", "", line) for text in SHELL for line in text.replace("\\\n", " ").splitlines()]
    found = []
    for line in [*inline, *lines]:
        call = re.search(r"(?:^|\s|/)(?:python -m )?(hcr|training) ([^|;&>]+)", line)
        if call and not re.search(r"pip install|git clone|\bcd ", line):
            arguments = re.sub(r"[\[\]]|\.\.\.", " ", call[2]).split()
            found.append([call[1], *(argument.strip("\"'") for argument in arguments)])
    return found


def test_every_command_line_is_understood():
    lines = command_lines()
    assert {"hcr", "training"} == {program for program, *_ in lines}
    assert len(lines) >= 8
    command = [sys.executable, "-c", PARSE]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(lines), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {line: said for line, said in json.loads(done.stdout.splitlines()[-1]).items() if said} == {}


@pytest.mark.parametrize("text", SHELL)
def test_shell_blocks_are_no_nonsense(text: str):
    done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", PYTHON)
def test_python_blocks_run(text: str, tmp_path: Path):
    """In a folder of its own that holds the pictures which it names."""
    sheet = Image.new("L", (280, 280), 255)
    points = [(95, 220), (95, 60), (150, 55), (180, 90), (150, 130), (95, 135), (120, 140), (190, 225)]
    ImageDraw.Draw(sheet).line(points, fill=0, width=18, joint="curve")
    for name in re.findall(r'"(\w+\.png)"', text):
        sheet.save(tmp_path / name)
    command, environment = [sys.executable, "-c", text], os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() or "print" not in text


def test_the_front_matter_is_what_a_space_wants():
    assert CARD["sdk"] == "gradio"
    assert (ROOT / CARD["app_file"]).is_file()
    assert {CARD["colorFrom"], CARD["colorTo"]} <= {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert 0 < len(CARD["short_description"]) <= 60
    assert CARD["license"] == "mit"
    assert isinstance(CARD["python_version"], str), "without quotes 3.10 would become 3.1"


def test_the_space_gets_the_gradio_and_the_python_that_the_program_asks_for():
    required = [Requirement(line) for line in (ROOT / "requirements.txt").read_text().splitlines() if line[:1].isalpha()]
    (gradio,) = (requirement for requirement in required if requirement.name == "gradio")
    assert CARD["sdk_version"] in gradio.specifier
    (pythons,) = re.findall(r'^requires-python = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert CARD["python_version"] in SpecifierSet(pythons)


def test_pictures_and_files_that_it_links_to_are_there():
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_setting_of_the_program_is_told():
    sources = "".join(file.read_text() for folder in ("hcr", "training") for file in (ROOT / folder).rglob("*.py"))
    assert set(re.findall(r"\bHCR_[A-Z_]+\b", sources)) <= set(re.findall(r"`(HCR_[A-Z_]+)`", README))
