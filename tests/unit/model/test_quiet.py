"""The runtime's notice is held back, and nothing else is."""

import os

import pytest

from hcr.model.quiet import NOTICE, without_notice


def test_only_the_notice_is_held_back(capfd):
    with without_notice():
        os.write(2, b"ERROR: the first\n" + NOTICE + b" for CPU.\nWARNING: the second\nthe third, without an end")
    assert capfd.readouterr().err == "ERROR: the first\nWARNING: the second\nthe third, without an end"


def test_what_was_said_before_a_failure_comes_through(capfd):
    @without_notice()
    def fail() -> None:
        os.write(2, b"ERROR: bad file\n")
        raise ValueError("no model")

    with pytest.raises(ValueError, match="no model"):
        fail()
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "ERROR: bad file\nafterwards\n"
