"""Models on the Hugging Face Hub: what is wanted, what of it is on this machine already, and how the rest comes.

All files of a bundle come from one commit. The Hub client's own cache is used (also what a Space preloads into it); a
branch or tag is written down there only once its commit was checked, so that a half-downloaded or broken one never
takes the place of a model that works.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hcr import hub
from hcr.assets import PACKAGE_PARENT
from hcr.errors import InputError
from hcr.hub import Wanted
from hcr.model import bundle
from hcr.model.apart import WRONG_MODEL, bare_environment
from hcr.model.bundle import CONFIG_FILE, KERAS_FILE, MAX_BYTES, METRICS_FILE, MODEL_FILE, PREDICTIONS_FILE, Bundle

SERVED_FILES = (MODEL_FILE, CONFIG_FILE, METRICS_FILE, PREDICTIONS_FILE)
KERAS_FILES = (KERAS_FILE, CONFIG_FILE)
ANSWER_SECONDS = 30  # a Hub that needs longer for one answer counts as not there
CONVERSION_SECONDS = 300


def cached(wanted: Wanted) -> Bundle | None:
    """This machine's copy, checked; None where there is none. Asks nobody. Raises InputError for a broken copy."""
    storage = _storage(wanted.repo)
    commit = wanted.revision
    if not (storage / "snapshots" / commit).is_dir():
        try:
            commit = Wanted(wanted.repo, (storage / "refs" / wanted.revision).read_text().strip()).revision
        except (OSError, UnicodeDecodeError):
            return None
    for folder in (storage / "snapshots" / commit, _converted(wanted.repo, commit)):
        if (folder / MODEL_FILE).is_file():
            return bundle.open_bundle(folder, _origin(wanted, commit), commit)
    return None


def fetch(wanted: Wanted, token: bool | None = None) -> Bundle:
    """The Hub's answer: the revision's commit, its bundle downloaded where it is not here yet, and checked.

    token: False asks as nobody in particular, which is how visitors of a page ask; None with this machine's own token.
    Only the files of a bundle come, and only where each is small enough (`hcr.model.bundle.MAX_BYTES`). A repo with only
    model.keras is converted (see `hcr.model.keras_model`). Raises InputError for what is no bundle, or cannot be had, and
    its kind `hcr.hub.Unreachable` where the Hub gives no answer.
    """
    from huggingface_hub import HfApi, snapshot_download

    try:
        info = HfApi(token=token).model_info(
            wanted.repo, revision=wanted.revision, timeout=ANSWER_SECONDS, files_metadata=True, token=token
        )
    except Exception as error:  # the client has many kinds
        raise hub.refused(error, str(wanted)) from error
    commit = Wanted(wanted.repo, str(info.sha)).revision
    sizes = {item.rfilename: item.size for item in info.siblings or ()}
    ready = MODEL_FILE in sizes
    if not ready and KERAS_FILE not in sizes:
        raise InputError(f"{wanted} has neither {MODEL_FILE} nor {KERAS_FILE}: it is no model for this program.")
    files = [name for name in (SERVED_FILES if ready else KERAS_FILES) if name in sizes]
    for name in files:
        size = sizes[name]
        if size is None or size > MAX_BYTES[name]:
            raise InputError(f"{wanted}: {name} is larger than {MAX_BYTES[name] >> 10:,} kB; it is not downloaded.")
    for second_try in (False, True):  # bytes that were damaged on their way are in the cache now: replace them once
        try:
            folder = snapshot_download(
                wanted.repo, revision=commit, allow_patterns=files, force_download=second_try, token=token
            )
        except Exception as error:
            raise hub.refused(error, str(wanted)) from error
        try:
            return _checked(Path(folder), wanted, commit, ready)
        except InputError:
            if second_try:
                raise
    raise AssertionError("the second try returns or raises")


def _checked(folder: Path, wanted: Wanted, commit: str, ready: bool) -> Bundle:
    """What was downloaded, as a bundle. Raises InputError."""
    opened = bundle.open_bundle(folder if ready else _convert(folder, wanted.repo, commit), _origin(wanted, commit), commit)
    if MODEL_FILE not in opened.config.sha256:
        raise InputError(f"{wanted}: {CONFIG_FILE} names no checksum of {MODEL_FILE}.")
    return opened


def remember(wanted: Wanted, commit: str) -> None:
    """Let `cached` find this commit for the revision from now on."""
    if wanted.revision != commit:
        file = _storage(wanted.repo) / "refs" / wanted.revision
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(commit)


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
    """Convert model.keras in a process of its own, as `hcr.model.apart` runs models: TensorFlow never comes into the app,
    nor does anything that the file might do to it. Raises InputError."""
    done = _converted(repo, commit)
    fresh = done.with_name(f"{commit}.{os.getpid()}")
    command = [sys.executable, "-m", "hcr.model.keras_model", str(folder), str(fresh)]
    with tempfile.TemporaryDirectory() as home:
        try:
            result = subprocess.run(
                command,
                cwd=PACKAGE_PARENT,
                env=bare_environment(home),
                capture_output=True,
                text=True,
                errors="replace",
                timeout=CONVERSION_SECONDS,
                check=False,
            )
            if result.returncode:
                said = result.stderr.strip().splitlines() if result.returncode == WRONG_MODEL else []
                reason = (
                    said[-1] if said else f"{KERAS_FILE} cannot be converted within the memory and time that it may take."
                )
                raise InputError(f"{repo}: {reason}")
            shutil.rmtree(done, ignore_errors=True)
            fresh.replace(done)
        except subprocess.TimeoutExpired as error:
            raise InputError(f"{repo}: {KERAS_FILE} was not converted within {CONVERSION_SECONDS} seconds.") from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return done
