"""Models on the Hugging Face Hub: what is wanted, what of it is on this machine already, and how the rest comes.

All files of a bundle come from one commit. The Hub client's own cache is used (also what a Space preloads into it); a
branch or tag is written down there only once its commit was checked, so that a half-downloaded or broken one never
takes the place of a model that works.
"""

import errno
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from hcr import bundle
from hcr.bundle import CONFIG_FILE, KERAS_FILE, MODEL_FILE, Bundle
from hcr.errors import InputError

SERVED_FILES = [MODEL_FILE, CONFIG_FILE, "README.md", "evaluation/*"]
ANSWER_SECONDS = 30  # a Hub that needs longer for one answer counts as not there
CONVERSION_SECONDS = 300
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True)
class Wanted:
    """A model repo at a revision: a branch, a tag or a commit."""

    repo: str
    revision: str = "main"

    def __str__(self) -> str:
        return self.repo if self.revision == "main" else f"{self.repo}@{self.revision}"


def parse(setting: str) -> Wanted | Path:
    """HCR_MODEL -> a folder, where one of that name is there, or a Hub repo `USER/NAME[@REVISION]`. Raises InputError."""
    if Path(setting).is_dir():
        return Path(setting)
    repo, at, revision = setting.partition("@")
    if not _NAME.fullmatch(repo) or (at and not re.fullmatch(r"[\w./-]+", revision)):
        raise InputError(f"{setting}: neither a folder nor a Hub repo. Give a folder, USER/NAME or USER/NAME@REVISION.")
    return Wanted(repo, revision or "main")


def cached(wanted: Wanted) -> Bundle | None:
    """This machine's copy, checked; None where there is none. Asks nobody. Raises InputError for a broken copy."""
    storage = _storage(wanted.repo)
    commit = wanted.revision
    if not (storage / "snapshots" / commit).is_dir():
        try:
            commit = (storage / "refs" / wanted.revision).read_text().strip()
        except OSError:
            return None
    for folder in (storage / "snapshots" / commit, _converted(wanted.repo, commit)):
        if (folder / MODEL_FILE).is_file():
            return bundle.load(folder, _origin(wanted, commit), commit)
    return None


def fetch(wanted: Wanted) -> Bundle:
    """The Hub's answer: the revision's commit, its bundle downloaded where it is not here yet, and checked.

    A repo with only model.keras is converted (see `hcr.keras_model`). Raises InputError for what is no bundle, and the
    Hub client's own errors, which `explain` puts into words.
    """
    from huggingface_hub import HfApi, snapshot_download

    info = HfApi().model_info(wanted.repo, revision=wanted.revision, timeout=ANSWER_SECONDS)
    commit = str(info.sha)
    names = {item.rfilename for item in info.siblings or ()}
    ready = MODEL_FILE in names
    if not ready and KERAS_FILE not in names:
        raise InputError(f"{wanted} has neither {MODEL_FILE} nor {KERAS_FILE}: it is no model for this program.")
    files = SERVED_FILES if ready else [KERAS_FILE, CONFIG_FILE]
    for second_try in (False, True):  # bytes that were damaged on their way are in the cache now: replace them once
        folder = Path(snapshot_download(wanted.repo, revision=commit, allow_patterns=files, force_download=second_try))
        try:
            opened = bundle.load(folder if ready else _convert(folder, wanted.repo, commit), _origin(wanted, commit), commit)
            if MODEL_FILE not in opened.config.sha256:
                raise InputError(f"{wanted}: {CONFIG_FILE} names no checksum of {MODEL_FILE}.")
        except InputError:
            if second_try:
                raise
        else:
            break
    return opened


def remember(wanted: Wanted, commit: str) -> None:
    """Let `cached` find this commit for the revision from now on."""
    if wanted.revision != commit:
        file = _storage(wanted.repo) / "refs" / wanted.revision
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(commit)


def explain(error: Exception, name: str) -> str:
    """What went wrong with the repo `name`, as a clause for a sentence; never more of the error than a person needs."""
    from httpx2 import TransportError
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, RevisionNotFoundError):
        return f"{name} has no such revision"
    status = error.response.status_code if isinstance(error, HfHubHTTPError) else None
    if status == 401 and "Invalid credentials" in str(error):
        return "the Hub does not know the token in HF_TOKEN"
    if isinstance(error, RepositoryNotFoundError):
        return f"the Hub has no {name}, or it is private and HF_TOKEN may not read it"
    if status in (401, 403):
        return f"the Hub refused access to {name} ({status}); check what HF_TOKEN may do"
    if status is not None:
        return f"the Hub answered with an error ({status})"
    if isinstance(error, OfflineModeIsEnabled | LocalEntryNotFoundError | TransportError | ConnectionError | TimeoutError):
        return "the Hub cannot be reached"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full"
    return f"{type(error).__name__}: {error}"


def _origin(wanted: Wanted, commit: str) -> str:
    return wanted.repo if wanted.revision == commit else str(wanted)


def _storage(repo: str) -> Path:
    """Where the Hub client keeps a model repo: refs/REVISION names a commit, snapshots/COMMIT holds its files."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE) / f"models--{repo.replace('/', '--')}"


def _converted(repo: str, commit: str) -> Path:
    """Where the bundle made from a repo with only model.keras is kept."""
    from huggingface_hub.constants import HF_ASSETS_CACHE

    return Path(HF_ASSETS_CACHE) / "handwritten-character-recogniser" / repo.replace("/", "--") / commit


def _convert(folder: Path, repo: str, commit: str) -> Path:
    """Convert model.keras in a process of its own: TensorFlow never comes into the app, nor does anything that the
    file might do to it. Raises InputError."""
    done = _converted(repo, commit)
    fresh = done.with_name(f"{commit}.{os.getpid()}")
    command = [sys.executable, "-m", "hcr.keras_model", str(folder), str(fresh)]
    root = Path(__file__).resolve().parent.parent
    try:
        result = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=CONVERSION_SECONDS, check=False)
        if result.returncode:
            raise InputError(f"{repo}: {(result.stderr.strip().splitlines() or ['model.keras cannot be converted'])[-1]}")
        shutil.rmtree(done, ignore_errors=True)
        fresh.replace(done)
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{repo}: {KERAS_FILE} was not converted within {CONVERSION_SECONDS} seconds.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return done
