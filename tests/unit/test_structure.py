"""The house stays one that one can find one's way in: small rooms, small files, imports that run one way, a true map."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mutations import MUTATIONS

PARTS = ("hcr", "training", "tests", "benchmarks", "assets")
LINES = 250
LONG = {"tests/integration/servers/loopback_hub.py"}  # a whole server, read from top to bottom
IN_A_FOLDER, IN_HCR = 9, 12

FOLDERS = sorted({file.parent for part in PARTS for file in (ROOT / part).rglob("*.py")})
MAP = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
STATIONS = re.findall(r"`((?:hcr|training)[\w.]*:[\w.]+)`", MAP)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_room_is_small_enough_to_be_seen_at_a_glance(folder: Path):
    modules = sorted(file.name for file in folder.glob("*.py"))
    assert len(modules) <= (IN_HCR if folder == ROOT / "hcr" else IN_A_FOLDER), modules


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_no_file_is_too_long_to_be_read_in_one_go(folder: Path):
    lengths = {file.relative_to(ROOT).as_posix(): len(file.read_text().splitlines()) for file in folder.glob("*.py")}
    assert {name: length for name, length in lengths.items() if length > LINES and name not in LONG} == {}


def test_imports_keep_their_contracts():
    """The contracts stand in pyproject.toml; `lint-imports` says the same on the command line."""
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(is_debug_mode=False))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_map_shows_four_ways():
    assert len(re.findall(r"^### ", MAP, re.MULTILINE)) == 4
    assert len(STATIONS) >= 30


@pytest.mark.parametrize("station", sorted(set(STATIONS)))
def test_what_the_map_names_is_there(station: str):
    """Read from the source where importing would load Keras."""
    module, _, name = station.partition(":")
    if module.startswith("training"):
        source = ROOT.joinpath(*module.split("."))
        file = source.with_suffix(".py") if source.with_suffix(".py").is_file() else source / "__init__.py"
        assert re.search(rf"^\s*(def|class) {name.rpartition('.')[2]}\b", file.read_text(), re.MULTILINE)
        return
    found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)


def test_the_map_names_every_room():
    rooms = {file.parent.relative_to(ROOT) for part in ("hcr", "training") for file in (ROOT / part).rglob("__init__.py")}
    drawing = MAP.partition("```")[2].partition("```")[0]
    for room in rooms:
        assert re.search(rf"(^|[\s{{,]){room.name}/", drawing), f"{room} is not in ARCHITECTURE.md's drawing"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what)
def test_every_mutation_still_has_something_to_spoil(mutation):
    """tests/mutations.py is run by hand; what it spoils moves with the code."""
    assert (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.old) == 1
    assert (ROOT / mutation.tests.partition("::")[0]).is_file()
