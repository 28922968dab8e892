"""The wheel, installed outside the checkout: the command and the library answer as they do here, bit for bit."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import hcr
from tests.conftest import ROOT

LETTER = ROOT / "tests" / "cases" / "skipped_in_folder" / "R1.png"
LIMIT = 600  # seconds: a machine that is busy takes its time
NAME = "handwritten-character-recogniser"
THREE_LINES = """
from hcr import read
reading = read("letter.png")
print(reading.text, reading.characters[0].prediction.probabilities.tobytes().hex())
"""
LOADED = """
import json, sys
from importlib.metadata import packages_distributions
import hcr
hcr.read("letter.png")
of = packages_distributions()
print(json.dumps(sorted({name for module in list(sys.modules) for name in of.get(module.partition(".")[0], [])})))
"""


@dataclass(frozen=True)
class Installed:
    """wheel: the file; folder: another one than the checkout, with letter.png; programs: where `python` and `hcr` lie."""

    wheel: Path
    folder: Path
    programs: Path

    def run(self, program: str, *arguments: str) -> str:
        command = [str(self.programs / program), *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=clean(), capture_output=True, text=True, timeout=LIMIT, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout


def clean() -> dict[str, str]:
    """The environment without what would lead to the checkout or to another model."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("HCR_", "PYTHON"))}


def checked(*command: str) -> None:
    done = subprocess.run(command, env=clean(), capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Installed:
    """Built without isolation and installed without what it needs: that lies in the environment of the tests already, and
    nothing has to be fetched."""
    place = tmp_path_factory.mktemp("install")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    checked(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(place), str(ROOT))
    (wheel,) = place.glob("*.whl")
    environment = place / "venv"
    venv.create(environment, with_pip=False)
    names = {"base": str(environment), "platbase": str(environment)}
    Path(sysconfig.get_path("purelib", "venv", names), "tests.pth").write_text(sysconfig.get_path("purelib") + "\n")
    programs = Path(sysconfig.get_path("scripts", "venv", names))
    checked(*pip, "--python", str(programs / "python"), "install", "--no-deps", "--no-index", str(wheel))
    folder = place / "elsewhere"
    folder.mkdir()
    shutil.copy(LETTER, folder / "letter.png")
    return Installed(wheel, folder, programs)


def test_the_command_answers_as_the_checkout_does(installed):
    there = installed.run("hcr", "read", "--json", "--top", "47", "letter.png")
    command = [sys.executable, "-m", "hcr", "read", "--json", "--top", "47", str(LETTER)]
    here = subprocess.run(command, cwd=ROOT, env=clean(), capture_output=True, text=True, timeout=LIMIT, check=True).stdout
    assert json.loads(there) == json.loads(here) | {"path": "letter.png"}
    assert json.loads(there)["text"] == "R"


def test_three_lines_answer_as_the_checkout_does(installed):
    reading = hcr.read(LETTER)
    expected = f"{reading.text} {reading.characters[0].prediction.probabilities.tobytes().hex()}\n"
    assert installed.run("python", "-c", THREE_LINES) == expected


def test_it_is_the_installed_package_that_answers(installed):
    facts = json.loads(installed.run("hcr", "info", "--json"))
    assert Path(facts["folder"]).is_relative_to(installed.programs.parent)
    assert facts["version"] == hcr.__version__
    assert installed.run("hcr", "--version") == f"{hcr.__version__}\n"
    shown = installed.run("python", "-c", f"from importlib.metadata import version; print(version('{NAME}'))")
    assert shown == f"{hcr.__version__}\n"


def test_reading_loads_nothing_but_what_the_wheel_needs(installed):
    """Every distribution that a reading imports is among the wheel's own requirements, or theirs, without any extra."""
    from importlib.metadata import PackageNotFoundError, requires

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed, ahead = {NAME}, list(project["dependencies"])
    while ahead:
        requirement = Requirement(ahead.pop())
        name = canonicalize_name(requirement.name)
        if name in needed or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        needed.add(name)
        try:
            ahead += requires(name) or []
        except PackageNotFoundError:
            continue  # of another system
    loaded = {canonicalize_name(name) for name in json.loads(installed.run("python", "-c", LOADED))}
    assert {"numpy", "ai-edge-litert", NAME} <= loaded
    assert loaded - needed <= {"pip", "setuptools", "defusedxml"}  # Pillow takes the last where something else brought it


def test_the_wheel_holds_what_the_page_needs(installed):
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = {name for name in wheel.namelist() if not name.startswith(NAME.replace("-", "_"))}
    assets = {f"hcr/{file.relative_to(ROOT).as_posix()}" for file in (ROOT / "assets").rglob("*") if file.is_file()}
    assets = {name for name in assets if "/readme/" not in name and "__pycache__" not in name}
    assert {name for name in held if name.startswith("hcr/assets/")} == assets
    assert {"hcr/py.typed", "hcr/ui/app.py", "training/__main__.py"} <= held
    assert {name.partition("/")[0] for name in held} == {"hcr", "training"}


def test_the_installed_page_finds_its_files(installed):
    code = "import hcr; from hcr.ui.app import build; from hcr.ui.context import prepare; "
    code += "print(len(build(prepare(None, None)).blocks) > 50, hcr.__file__)"
    built, file = installed.run("python", "-W", "ignore", "-c", code).split()
    assert built == "True"
    assert Path(file).is_relative_to(installed.programs.parent)
