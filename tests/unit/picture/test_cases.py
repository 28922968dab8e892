"""Pictures that were once misread: the first character of a file's name is the right answer."""

import pytest

from hcr.reading import read
from tests.conftest import ROOT

CASES = ROOT / "tests" / "cases"
KINDS = ("frame_at_edge", "frame_around", "paper_on_table", "tight_crop", "equal_brightness", "number_range")


@pytest.mark.parametrize(
    "picture", [file for kind in KINDS for file in sorted((CASES / kind).iterdir())], ids=lambda file: file.stem
)
def test_a_case_is_read(picture):
    assert read(picture).text == picture.name[0]
