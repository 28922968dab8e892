"""`python -m training acquire`: opendatasets against a loopback Kaggle, the Hub client against a loopback Hub, folders."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from hcr.alphabet import CLASSES
from hcr.data.files import read_split
from hcr.data.orientation import upright
from hcr.data.split import Split
from tests.conftest import ROOT, free_port
from tests.integration.servers.loopback_hub import Fault, Hub
from tests.integration.servers.loopback_kaggle import KEY, TOKEN, USER, Kaggle


def same(split: Split, folder: Path) -> bool:
    found = read_split(folder, split.name)
    return np.array_equal(found.images, split.images) and np.array_equal(found.labels, split.labels)


def test_from_kaggle(kaggle: Kaggle, splits, training, tmp_path: Path) -> None:
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data", **kaggle.environment())
    assert result.returncode == 0, result.stderr
    assert "balanced-train: 470 images (partial, officially 112,800), 10 to 10 a class. Raw" in result.stdout
    assert all(same(split, tmp_path / "data") for split in splits)
    found = json.loads((tmp_path / "data" / "manifest.json").read_text())
    assert found["source"] == "Kaggle, crawford/emnist"
    assert found["classes"] == CLASSES
    assert found["splits"]["balanced-test"]["counts"] == [5] * 47
    assert set(found["splits"]["balanced-test"]["files"]) == {
        "emnist-balanced-test-images-idx3-ubyte.gz",
        "emnist-balanced-test-labels-idx1-ubyte.gz",
    }
    assert KEY not in result.stdout + result.stderr
    assert not list(tmp_path.rglob("kaggle.json"))
    assert {file.name for file in (tmp_path / "data").iterdir() if not file.name.startswith("emnist-")} == {"manifest.json"}


def test_a_download_that_breaks_off_goes_on(kaggle: Kaggle, splits, training, tmp_path: Path) -> None:
    kaggle.drops = 1
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data", **kaggle.environment())
    assert result.returncode == 0, result.stderr
    assert kaggle.requests[-1].endswith("206")  # only the rest was asked for
    assert same(splits[0], tmp_path / "data")


def test_an_unfinished_download_is_finished(kaggle: Kaggle, csv_files, splits, training, tmp_path: Path) -> None:
    left = tmp_path / "data" / "download" / "emnist"
    left.mkdir(parents=True)
    (left / "emnist-balanced-test.csv").write_bytes(csv_files["emnist-balanced-test.csv"][:5000])
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data", **kaggle.environment())
    assert result.returncode == 0, result.stderr
    assert "An earlier download" in result.stderr
    assert same(splits[1], tmp_path / "data")


def test_no_credentials(training, tmp_path: Path) -> None:
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith("No Kaggle credentials.")
    assert "set KAGGLE_API_TOKEN" in result.stderr
    assert "legacy API key" in result.stderr
    assert "KAGGLE_USERNAME" in result.stderr


LEGACY = json.dumps({"username": USER, "key": KEY})


@pytest.mark.parametrize(
    ("variables", "files"),
    [
        ({"KAGGLE_API_TOKEN": TOKEN}, {}),
        ({}, {".kaggle/access_token": TOKEN + "\n"}),
        ({}, {".kaggle/kaggle.json": LEGACY}),
        ({}, {".config/kaggle/kaggle.json": LEGACY}),
        ({"KAGGLE_USERNAME": USER, "KAGGLE_KEY": KEY}, {".kaggle/access_token": "KGAT_of_somebody_else"}),
    ],
    ids=["KAGGLE_API_TOKEN", "access_token", "kaggle.json", "kaggle.json by XDG", "the environment first"],
)
def test_whatever_kaggle_gives_is_used(kaggle: Kaggle, training, tmp_path: Path, variables, files) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(content)
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data", **kaggle.route(), **variables)
    assert result.returncode == 0, result.stderr
    assert not any(secret in result.stdout + result.stderr for secret in (KEY, TOKEN))


@pytest.mark.parametrize(
    ("variables", "code", "sentence"),
    [
        ({"KAGGLE_API_TOKEN": "KGAT_expired"}, 4, "Kaggle does not accept KAGGLE_API_TOKEN (401)."),
        ({"KAGGLE_API_TOKEN": "KGAT_\u201cpasted\u201d"}, 3, "KAGGLE_API_TOKEN holds a character that no token or key has"),
        ({"KAGGLE_USERNAME": "me", "KAGGLE_KEY": "s\u00e9cret"}, 3, "KAGGLE_KEY holds a character that no token or key has"),
    ],
    ids=["expired", "quotation marks", "an accent"],
)
def test_a_token_that_kaggle_cannot_take(kaggle: Kaggle, training, tmp_path: Path, variables, code, sentence) -> None:
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data", **kaggle.route(), **variables)
    assert (result.returncode, sentence in result.stderr, "Traceback" in result.stderr) == (code, True, False), result.stderr
    assert not any(secret in result.stderr for secret in variables.values())


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (401, 4, "Kaggle does not accept KAGGLE_USERNAME and KAGGLE_KEY (401). Make a new token or legacy API key."),
        (
            403,
            4,
            "Kaggle refused crawford/emnist (403). Open its page once and accept its terms, or check the token or key.",
        ),
        (404, 4, "Kaggle has no data set crawford/emnist (404), or this account may not see it."),
        (500, 5, "Kaggle answered with an error (500). Try again later."),
    ],
)
def test_kaggle_refuses(kaggle: Kaggle, training, tmp_path: Path, status: int, code: int, sentence: str) -> None:
    kaggle.status = status
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data", **kaggle.environment())
    assert (result.returncode, result.stderr.strip().splitlines()[-1]) == (code, sentence)


def test_a_wrong_key(kaggle: Kaggle, training, tmp_path: Path) -> None:
    environment = kaggle.environment() | {"KAGGLE_KEY": "wrong"}
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data", **environment)
    assert result.returncode == 4
    assert "wrong" not in result.stderr


def test_no_network(kaggle: Kaggle, training, tmp_path: Path) -> None:
    environment = kaggle.environment() | {"http_proxy": f"http://127.0.0.1:{free_port()}"}
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data", **environment)
    assert result.returncode == 5
    assert result.stderr.endswith("Kaggle cannot be reached. Check the network and run the same command again.\n")


def test_a_silent_kaggle_is_not_waited_for(kaggle: Kaggle, training, tmp_path: Path) -> None:
    kaggle.hang = True
    started = time.monotonic()
    result = training("acquire", "--from", "kaggle", "--to", tmp_path, "--time-limit", 4, **kaggle.environment())
    assert result.returncode == 5
    assert "did not deliver crawford/emnist within 4 seconds" in result.stderr
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    "place", ["download/emnist/emnist-balanced-test.csv", "emnist-balanced-test-images-idx3-ubyte.gz.part"]
)
def test_a_full_disk(kaggle: Kaggle, training, tmp_path: Path, place: str) -> None:
    """Linux's /dev/full answers every write as a full disk does."""
    full = tmp_path / "data" / place
    full.parent.mkdir(parents=True, exist_ok=True)
    full.symlink_to("/dev/full")
    result = training("acquire", "--from", "kaggle", "--to", tmp_path / "data", **kaggle.environment())
    assert result.returncode == 6, result.stderr
    assert "full. Free some space and run the same command again." in result.stderr


def test_credentials_are_private_and_go_even_when_killed(kaggle: Kaggle, tmp_path: Path) -> None:
    kaggle.hang = True
    environment = os.environ | kaggle.environment() | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "training", "acquire", "--from", "kaggle", "--to", str(tmp_path / "data")]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not (found := list(tmp_path.rglob("kaggle.json"))) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert found[0].stat().st_mode & 0o777 == 0o600
        assert found[0].parent.stat().st_mode & 0o777 == 0o700
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143
    finally:
        process.kill()
        process.wait()
    assert not list(tmp_path.rglob("kaggle.json"))


def test_from_files_on_the_hub(hub: Hub, idx_folder: Path, splits, training, tmp_path: Path) -> None:
    commit = hub.put("me/emnist", {f"raw/{file.name}": file.read_bytes() for file in idx_folder.iterdir()}, "dataset", True)
    result = training("acquire", "--from", "hub:me/emnist", "--to", tmp_path / "data", **hub.environment())
    assert result.returncode == 0, result.stderr
    assert all(same(split, tmp_path / "data") for split in splits)
    assert f"me/emnist at commit {commit[:7]}" in (tmp_path / "data" / "manifest.json").read_text()

    result = training("acquire", "--from", "hub:me/emnist", "--to", tmp_path / "other", **hub.environment(None))
    assert (result.returncode, "The Hub has no me/emnist, or it is private" in result.stderr) == (4, True)


def test_the_hub_fails(hub: Hub, idx_folder: Path, training, tmp_path: Path) -> None:
    hub.put("me/emnist", {file.name: file.read_bytes() for file in idx_folder.iterdir()}, "dataset")
    hub.faults.append(Fault("/api/datasets/", status=500, times=1))
    assert training("acquire", "--from", "hub:me/emnist", "--to", tmp_path / "data", **hub.environment()).returncode == 5
    hub.faults.append(Fault("/api/datasets/", drop=True))
    result = training("acquire", "--from", "hub:me/emnist", "--to", tmp_path / "data", **hub.environment())
    assert (result.returncode, result.stderr.startswith("The Hub cannot be reached.")) == (5, True)


def test_published_data_comes_back(hub: Hub, idx_folder: Path, splits, training, tmp_path: Path) -> None:
    data, again = tmp_path / "data", tmp_path / "again"
    assert training("acquire", "--from", idx_folder, "--to", data).returncode == 0
    sent = training("publish-data", data, "--repo", "me/emnist", **hub.environment())
    assert sent.returncode == 0, sent.stderr
    assert training("publish-data", data, "--repo", "me/emnist", **hub.environment()).returncode == 0
    assert len(hub.repos["dataset", "me/emnist"].commits) == 2  # the Hub's own first one, and one of ours

    result = training("acquire", "--from", "hub:me/emnist", "--to", again, **hub.environment())
    assert result.returncode == 0, result.stderr
    assert all(same(split, again) for split in splits)
    read = [json.loads((folder / "manifest.json").read_text())["splits"] for folder in (data, again)]
    assert read[0] == read[1]

    card = hub.files("me/emnist", "dataset")["README.md"].decode()
    assert "stored raw" in card
    snippet = card.split("```python\n")[1].split("```")[0]
    check = "import numpy; print(''.join(rows.features['label'].names), numpy.asarray(upright).tobytes().hex())"
    environment = os.environ | hub.environment() | {"HF_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", snippet + check]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=600).stdout.split()
    assert output == [CLASSES, upright(splits[1].images[0]).tobytes().hex()]
