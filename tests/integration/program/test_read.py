"""`hcr read` on what people give it: whatever is wrong with one argument, the others are read."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

CASES = ROOT / "tests" / "cases" / "skipped_in_folder"
LETTER = CASES / "R1.png"
LIMIT = 300  # seconds: a machine that is busy takes its time


def hcr(*arguments: object, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HCR_")} | environment
    command = [sys.executable, "-m", "hcr", *(os.fsencode(str(argument)) for argument in arguments)]
    return subprocess.run(command, cwd=ROOT, env=settings, input=stdin, capture_output=True, timeout=LIMIT, check=False)


def lines(output: bytes) -> list[str]:
    return output.decode().splitlines()


@pytest.mark.parametrize("place", ["before", "after", "environment"])
def test_a_model_that_cannot_be_opened_is_refused_and_nothing_is_read(place, tmp_path):
    nowhere = tmp_path / "no-such-model"
    if place == "environment":
        done = hcr("read", LETTER, HCR_MODEL=str(nowhere))
    else:
        done = hcr("--model", nowhere, "read", LETTER) if place == "before" else hcr("read", LETTER, "--model", nowhere)
    assert done.returncode == 2
    assert done.stdout == b""
    (sentence,) = lines(done.stderr)
    assert str(nowhere) in sentence


def test_a_folder_without_a_bundle_is_refused_as_a_model(tmp_path):
    (tmp_path / "my.h5").write_bytes(b"\x89HDF\r\n")
    done = hcr("--model", tmp_path, "read", LETTER, "--json")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"config.json is missing" in done.stderr
    assert hcr("info", "--model", tmp_path).returncode == 2
    assert hcr("--model", tmp_path, "bench").returncode == 2


def test_a_model_is_taken_before_and_after_the_command(tmp_path):
    """The one after the command counts, and one before it is not forgotten."""
    model = tmp_path / "mine"
    shutil.copytree(ROOT / "assets" / "model", model)
    served = [
        json.loads(hcr(*arguments, "--json").stdout)["folder"]
        for arguments in (
            ("--model", model, "info"),
            ("info", "--model", model),
            ("--model", "no/where", "info", "--model", model),
        )
    ]
    assert served == [str(model)] * 3


def test_every_picture_of_a_folder_is_read_or_named(tmp_path):
    folder = tmp_path / "pictures"
    shutil.copytree(CASES, folder)
    (folder / "notes.txt").write_text("hello")
    done = hcr("read", folder, "--top", "1")
    said = [line.split(": ")[0] for line in lines(done.stdout) + lines(done.stderr)]
    assert sorted(said) == sorted([str(folder), *(str(file) for file in folder.iterdir() if file.suffix != ".txt")])
    for line in lines(done.stdout):
        assert ": R  (R " in line
    for name in ("R1.png", "R2.jfif", "R4.pbm"):
        assert f"{folder / name}: R" in done.stdout.decode()
    assert f"{folder}: 1 other files left out (.txt)." in lines(done.stderr)


def test_a_bad_argument_stops_none_of_the_others(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    done = hcr("read", LETTER, empty, tmp_path / "nowhere.png", CASES / "R2.jfif", "--top", "1")
    assert done.returncode == 2
    assert [line.split(":")[0] for line in lines(done.stdout)] == [str(LETTER), str(CASES / "R2.jfif")]
    first, second = lines(done.stderr)
    assert first == f"{empty}: no pictures in this folder."
    assert "nowhere.png: " in second


def test_in_json_a_bad_argument_is_a_line_among_the_others(tmp_path):
    done = hcr("read", "--json", tmp_path, LETTER)
    assert done.returncode == 2
    bad, good = (json.loads(line) for line in lines(done.stdout))
    assert bad == {"path": str(tmp_path), "text": "", "lines": [], "error": "no pictures in this folder."}
    assert (good["text"], good["error"]) == ("R", None)
    assert done.stderr == b""


def names_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "names"
    folder.mkdir()
    for name in (b"a_\xe4.png", "字.png".encode(), b"b\n.png", "🙂.png".encode(), b"c.png"):
        shutil.copy(LETTER, os.fsencode(folder) + b"/" + name)
    return folder


@pytest.mark.parametrize("coding", ["utf-8", "cp1252", "ascii"])
def test_no_file_name_is_too_odd_to_be_told(coding, tmp_path):
    folder = names_folder(tmp_path)
    done = hcr("read", folder, "--top", "1", PYTHONIOENCODING=coding)
    assert (done.returncode, done.stderr) == (0, b"")
    told = done.stdout.decode(coding).splitlines()
    assert len(told) == 5
    assert all(": R  (R " in line for line in told)
    assert any("a_\\udce4.png" in line for line in told)
    assert any("b\\n.png" in line for line in told)
    assert any(("字.png" if coding == "utf-8" else "\\u5b57.png") in line for line in told)


@pytest.mark.parametrize("coding", ["utf-8", "cp1252"])
def test_in_json_a_file_name_can_be_used_again(coding, tmp_path):
    folder = names_folder(tmp_path)
    done = hcr("read", "--json", folder, PYTHONIOENCODING=coding)
    paths = [json.loads(line)["path"] for line in done.stdout.decode(coding).splitlines()]
    assert {os.fsencode(path) for path in paths} == {os.fsencode(file) for file in folder.iterdir()}


def test_a_picture_comes_through_standard_input():
    done = hcr("read", "-", LETTER, "--top", "1", stdin=(CASES / "R2.jfif").read_bytes())
    assert done.returncode == 0
    first, second = lines(done.stdout)
    assert first.startswith("-: R  (R ")
    assert second.startswith(f"{LETTER}: R  (R ")
    done = hcr("read", "-", LETTER)
    assert done.returncode == 2
    assert lines(done.stderr)[0].startswith("-: The file is empty")
    assert len(lines(done.stdout)) == 1


@pytest.mark.parametrize("top", ["0", "48", "-1", "five"])
def test_an_impossible_number_of_guesses_is_refused_by_a_sentence(top):
    done = hcr("read", LETTER, f"--top={top}")
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"{top} is no number of guesses; give one from 1 to 47." in done.stderr.decode()


def test_the_runtime_says_nothing_of_itself():
    done = hcr("read", LETTER)
    assert (done.returncode, done.stderr) == (0, b"")


WORD = ROOT / "tests" / "cases" / "several" / "AB.png"


def test_a_word_is_read_as_a_word():
    done = hcr("read", WORD, "--json")
    record = json.loads(done.stdout)
    assert record["text"] == "AB"
    (line,) = record["lines"]
    (word,) = line["words"]
    assert [character["text"] for character in word["characters"]] == ["A", "B"]
    assert lines(hcr("read", WORD).stdout) == [f"{WORD}: AB"]


def test_only_what_was_asked_for_is_read():
    for only, allowed in (("digits", "0123456789"), ("XYZ", "XYZ"), ("xyz", "xyz")):
        done = hcr("read", LETTER, "--only", only, "--json")
        assert json.loads(done.stdout)["text"] in list(allowed), only
    done = hcr("read", LETTER, "--only", "A!")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b'give "letters", "digits"' in done.stderr


def test_a_file_of_records_is_gone_on_with(tmp_path):
    file = tmp_path / "records.jsonl"
    folder = names_folder(tmp_path)
    assert hcr("read", LETTER, "--out", file).returncode == 0
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"path": "cut sh')  # as a kill leaves it
    done = hcr("read", LETTER, folder, "--out", file)
    assert (done.returncode, done.stdout) == (0, b"")
    assert lines(done.stderr) == [f"{file}: 5 pictures read, 0 not, 1 were there before."]
    assert file.read_bytes().startswith(whole)
    records = [json.loads(line) for line in file.read_text().splitlines()]
    assert [record["text"] for record in records] == ["R"] * 6
    assert len({record["path"] for record in records}) == 6


def test_a_file_that_holds_something_else_is_left_alone(tmp_path):
    file = tmp_path / "thesis.txt"
    file.write_text("My work of three years\n")
    done = hcr("read", LETTER, "--out", file)
    assert done.returncode == 2
    assert b"something else than records" in done.stderr
    assert file.read_text() == "My work of three years\n"
    assert b"Give another --out" in hcr("read", LETTER, "--out", tmp_path / "no" / "folder.jsonl").stderr
