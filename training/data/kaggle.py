"""Kaggle through opendatasets, which by itself ignores the environment, asks on the terminal and skips what is half done.

It runs in a process of its own: with its credentials in a temporary file, nothing to ask, and a time limit.
"""

import contextlib
import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hcr.assets import PACKAGE_PARENT
from training.failures import FAILURES, FULL, DiskFull, Failure, NoCredentials, NoNetwork, Refused, disk_full_in

DATASET = "crawford/emnist"
SECONDS = 3600  # for the whole archive, more than a gigabyte
_COMPLETE = "complete"  # beside the files once all of them are there


@dataclass(frozen=True)
class Credentials:
    """What Kaggle gives its users: an access token, or a user name with a legacy API key, or both (the client tries the
    token first). names: where they were found, in words."""

    names: str
    token: str | None = None
    user: str | None = None
    key: str | None = None


def credentials(environment: Mapping[str, str] = os.environ) -> Credentials:
    """KAGGLE_API_TOKEN and KAGGLE_USERNAME with KAGGLE_KEY, else the files that Kaggle's own client reads: access_token
    and kaggle.json in ~/.kaggle, ~/.config/kaggle or KAGGLE_CONFIG_DIR. Raises NoCredentials, and never shows a secret."""
    home = Path(environment.get("HOME") or Path.home())
    folders = [Path(environment[name]) for name in ("KAGGLE_CONFIG_DIR",) if environment.get(name)]
    folders += [home / ".kaggle", Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "kaggle"]
    token = environment.get("KAGGLE_API_TOKEN")
    user, key = environment.get("KAGGLE_USERNAME"), environment.get("KAGGLE_KEY")
    if token or (user and key):
        value = _of_file(Path(token)) or token if token else None  # the client takes the name of a file as well
        names = ["KAGGLE_API_TOKEN"] * bool(token) + ["KAGGLE_USERNAME and KAGGLE_KEY"] * bool(user and key)
        return _sendable(Credentials(" or ".join(names), value, user if key else None, key if user else None))
    for folder in folders:
        for file in (folder / "access_token", folder / "access_token.txt"):
            if value := _of_file(file):
                return _sendable(Credentials(f"the token in {file}", value))
        if values := _of_file(folder / "kaggle.json"):
            return _sendable(_legacy(folder / "kaggle.json", values))
    raise NoCredentials(
        "No Kaggle credentials. Make a token at https://www.kaggle.com/settings and set KAGGLE_API_TOKEN, or make a legacy "
        "API key there and set KAGGLE_USERNAME and KAGGLE_KEY; ~/.kaggle/access_token and ~/.kaggle/kaggle.json do as well."
    )


def _of_file(file: Path) -> str | None:
    """What a file holds, without blanks around it; None where there is none or it is empty. Raises NoCredentials."""
    try:
        return file.read_text(encoding="utf-8").strip() or None if file.is_file() else None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            return None  # a token, not the name of a file
        raise NoCredentials(f"{file}: not readable ({type(error).__name__}). Download it from Kaggle again.") from error


def _legacy(file: Path, text: str) -> Credentials:
    try:
        values = json.loads(text)
        return Credentials(f"the key in {file}", user=str(values["username"]), key=str(values["key"]))
    except (ValueError, KeyError, TypeError) as error:
        raise NoCredentials(f"{file}: no user name and key in it. Download it from Kaggle again.") from error


def _sendable(found: Credentials) -> Credentials:
    """Raises NoCredentials where a header cannot hold them, as with a quotation mark or blank that was copied along."""
    for secret in (found.token, found.user, found.key):
        if secret and not (secret.isascii() and secret.isprintable() and " " not in secret):
            raise NoCredentials(f"Kaggle: {found.names} holds a character that no token or key has. Copy it again.")
    return found


def download(folder: Path, dataset: str = DATASET, seconds: float = SECONDS) -> Path:
    """Download and unpack a Kaggle data set into `folder`; returns where its files lie.

    Credentials: see `credentials`. What an earlier run left unfinished is downloaded again, what it finished is not.
    Raises NoCredentials, Refused, NoNetwork or DiskFull, each with its sentence.
    """
    target = folder / dataset.split("/")[1]
    if (folder / _COMPLETE).exists():
        return target
    found = credentials()
    started = target.is_dir() and any(target.iterdir())
    if started:
        print(f"An earlier download in {target} was not finished; it is done again.", file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kaggle-") as private:  # made with mode 0700
        file = os.open(Path(private) / "kaggle.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w") as stream:  # opendatasets wants one, even where a token is used
            json.dump({"username": found.user or "nobody", "key": found.key or "none"}, stream)
        command = [
            sys.executable,
            "-m",
            "training.data.kaggle",
            dataset,
            str(folder.resolve()),
            str(int(started)),
            found.names,
        ]
        try:
            result = subprocess.run(
                command,
                cwd=private,
                env=_environment(found, private),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            late = f"Kaggle did not deliver {dataset} within {seconds:,.0f} seconds."
            raise NoNetwork(f"{late} Run the same command again.") from error
    if result.returncode:
        message = (result.stdout.strip().splitlines() or ["opendatasets failed without a word"])[-1]
        raise FAILURES.get(result.returncode, Failure)(message)
    (folder / _COMPLETE).touch()
    return target


def _environment(found: Credentials, private: str) -> dict[str, str]:
    """The child's: its home is the private folder, so that the client finds these credentials and no others."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("KAGGLE_API_TOKEN", "XDG_CONFIG_HOME")}
    own = {"KAGGLE_CONFIG_DIR": private, "HOME": private, "USERPROFILE": private, "PYTHONPATH": str(PACKAGE_PARENT)}
    return inherited | own | ({"KAGGLE_API_TOKEN": found.token} if found.token else {})


def _failure(error: BaseException, dataset: str, names: str) -> Failure:
    """What opendatasets and the Kaggle client raise -> a sentence with its exit code."""
    import requests

    if disk_full_in(error):
        return DiskFull(FULL)
    response = getattr(error, "response", None)
    if response is not None:
        status = response.status_code
        if status == 401:
            return Refused(f"Kaggle does not accept {names} (401). Make a new token or legacy API key.")
        if status == 403:
            return Refused(
                f"Kaggle refused {dataset} (403). Open its page once and accept its terms, or check the token or key."
            )
        if status == 404:
            return Refused(f"Kaggle has no data set {dataset} (404), or this account may not see it.")
        return NoNetwork(f"Kaggle answered with an error ({status}). Try again later.")
    if isinstance(error, requests.RequestException):
        return NoNetwork("Kaggle cannot be reached. Check the network and run the same command again.")
    return Failure(f"The download of {dataset} failed: {error or type(error).__name__}")


def _main(dataset: str, folder: str, again: str, names: str) -> int:
    """In the process of its own: the working directory holds kaggle.json; the last line of the output is the sentence."""
    try:
        with contextlib.redirect_stdout(sys.stderr):  # its progress
            import opendatasets

            opendatasets.download(f"https://www.kaggle.com/datasets/{dataset}", data_dir=folder, force=again == "1")
    except (Exception, SystemExit) as error:
        failure = _failure(error, dataset, names)
        print(failure)
        return failure.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
