"""What a Space installs and what `pip install` installs are the same."""

import tomllib

from packaging.requirements import Requirement

import hcr
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def parsed(lines: list[str]) -> set[Requirement]:
    return {Requirement(line) for line in lines if line.strip() and not line.startswith("#")}


def in_project() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"]
    return [*parsed(PROJECT["dependencies"]), *parsed(extras["app"]), *parsed(extras["train"])]


def test_a_space_installs_what_the_project_and_its_extras_need():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert set(in_project()) == parsed(lines)


def test_a_name_has_one_range_of_versions():
    ranges: dict[str, set[str]] = {}
    for needed in in_project():
        ranges.setdefault(needed.name, set()).add(str(needed.specifier))
    assert {name: found for name, found in ranges.items() if len(found) > 1} == {}


def test_the_version_stands_in_one_place():
    assert "version" not in PROJECT
    assert PROJECT["dynamic"] == ["version"]
    assert hcr.__version__.count(".") == 2
