"""Kaggle through opendatasets, which by itself ignores the environment, asks on the terminal and skips what is half done.

It runs in a process of its own: with its credentials in a temporary file, nothing to ask, and a time limit.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from hcr.assets import PACKAGE_PARENT
from training.failures import FAILURES, DiskFull, Failure, NoCredentials, NoNetwork, Refused, disk_full_in

DATASET = "crawford/emnist"
SECONDS = 3600  # for the whole archive, more than a gigabyte
_COMPLETE = "complete"  # beside the files once all of them are there


def download(folder: Path, dataset: str = DATASET, seconds: float = SECONDS) -> Path:
    """Download and unpack a Kaggle data set into `folder`; returns where its files lie.

    KAGGLE_USERNAME and KAGGLE_KEY come from the environment. What an earlier run left unfinished is downloaded again,
    what it finished is not. Raises NoCredentials, Refused, NoNetwork or DiskFull, each with its sentence.
    """
    target = folder / dataset.split("/")[1]
    if (folder / _COMPLETE).exists():
        return target
    user, key = os.environ.get("KAGGLE_USERNAME"), os.environ.get("KAGGLE_KEY")
    if not user or not key:
        raise NoCredentials(
            "No Kaggle credentials. Make an API key at https://www.kaggle.com/settings, "
            "and set KAGGLE_USERNAME and KAGGLE_KEY."
        )
    started = target.is_dir() and any(target.iterdir())
    if started:
        print(f"An earlier download in {target} was not finished; it is done again.", file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kaggle-") as private:  # made with mode 0700
        credentials = os.open(Path(private) / "kaggle.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(credentials, "w") as file:
            json.dump({"username": user, "key": key}, file)
        command = [sys.executable, "-m", "training.data.kaggle", dataset, str(folder.resolve()), str(int(started))]
        settings = os.environ | {"KAGGLE_CONFIG_DIR": private, "PYTHONPATH": str(PACKAGE_PARENT)}
        try:
            result = subprocess.run(
                command,
                cwd=private,
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired as error:
            late = f"Kaggle did not deliver {dataset} within {seconds:,.0f} seconds."
            raise NoNetwork(f"{late} Run the same command again.") from error
    if result.returncode:
        message = (result.stdout.strip().splitlines() or ["opendatasets failed without a word"])[-1]
        raise FAILURES.get(result.returncode, Failure)(message)
    (folder / _COMPLETE).touch()
    return target


def _failure(error: BaseException, dataset: str) -> Failure:
    """What opendatasets and the Kaggle client raise -> a sentence with its exit code."""
    import requests

    if disk_full_in(error):
        return DiskFull("The disk is full. Free some space and run the same command again.")
    response = getattr(error, "response", None)
    if response is not None:
        status = response.status_code
        if status == 401:
            return Refused("Kaggle does not accept this KAGGLE_USERNAME and KAGGLE_KEY (401). Make a new API key.")
        if status == 403:
            return Refused(f"Kaggle refused {dataset} (403). Open its page once and accept its terms, or check the API key.")
        if status == 404:
            return Refused(f"Kaggle has no data set {dataset} (404), or this account may not see it.")
        return NoNetwork(f"Kaggle answered with an error ({status}). Try again later.")
    if isinstance(error, requests.RequestException):
        return NoNetwork("Kaggle cannot be reached. Check the network and run the same command again.")
    return Failure(f"The download of {dataset} failed: {error or type(error).__name__}")


def _main(dataset: str, folder: str, again: str) -> int:
    """In the process of its own: the working directory holds kaggle.json; the last line of the output is the sentence."""
    try:
        with contextlib.redirect_stdout(sys.stderr):  # its progress
            import opendatasets

            opendatasets.download(f"https://www.kaggle.com/datasets/{dataset}", data_dir=folder, force=again == "1")
    except (Exception, SystemExit) as error:
        failure = _failure(error, dataset)
        print(failure)
        return failure.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
