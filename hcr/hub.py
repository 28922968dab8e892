"""Repos on the Hugging Face Hub: how they are named, and what the Hub's refusals mean in words."""

import errno
import os
import re
from dataclasses import dataclass
from pathlib import Path

from hcr.errors import InputError

# The Hub's own rules. A name and a revision become parts of paths in the cache, so nothing in them may climb out of it.
LONGEST_SHOWN = 200  # characters of a name that a sentence shows; a path on this machine has fewer
_PART = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?!.*(?:--|\.\.)){_PART}/{_PART}")
_REVISION = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
LONGEST_NAME, LONGEST_REVISION = 96, 128  # characters


class Unreachable(InputError):
    """The Hub gave no answer: no network, or a server that fails. Every other refusal is an answer."""


@dataclass(frozen=True)
class Wanted:
    """A repo at a revision: a branch, a tag or a commit. Raises InputError for what the Hub can have under no name."""

    repo: str
    revision: str = "main"

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.repo) or len(self.repo) > LONGEST_NAME or self.repo.endswith(".git"):
            raise InputError(f"{_shown(self.repo)}: no name of a Hub repo. Give USER/NAME or USER/NAME@REVISION.")
        if not _REVISION.fullmatch(self.revision) or len(self.revision) > LONGEST_REVISION:
            raise InputError(f"{_shown(self.revision)}: no revision of a Hub repo. Give a branch, a tag or a commit.")

    def __str__(self) -> str:
        return self.repo if self.revision == "main" else f"{self.repo}@{self.revision}"


def parse(setting: str) -> Wanted | Path:
    """HCR_MODEL -> a folder, where one of that name is there, or a Hub repo `USER/NAME[@REVISION]`. Raises InputError."""
    if os.path.isdir(setting):  # not Path's own, which raises for names that are too long
        return Path(setting)
    if not _NAME.fullmatch(setting.partition("@")[0]):
        raise InputError(
            f"{_shown(setting)}: neither a folder nor a Hub repo. Give a folder, USER/NAME or USER/NAME@REVISION."
        )
    return parse_repo(setting)


def parse_repo(setting: str) -> Wanted:
    """`USER/NAME[@REVISION]`, without a look at this machine's folders. Raises InputError."""
    repo, at, revision = setting.partition("@")
    return Wanted(repo, revision) if at else Wanted(repo)


def refused(error: Exception, name: str) -> InputError:
    """An error of the Hub client about the repo `name`, as the one to raise in its place: a sentence, and Unreachable
    where the Hub gave no answer. An InputError comes back as it is."""
    if isinstance(error, InputError):
        return error
    kind = Unreachable if is_no_answer(error) else InputError
    return kind(f"{name} cannot be fetched: {explain(error, name)}.")


def is_no_answer(error: Exception) -> bool:
    """Whether the Hub could not be asked at all, or could not answer anything (5xx)."""
    from httpx2 import TransportError
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    if isinstance(error, HfHubHTTPError):
        return error.response.status_code >= 500
    kinds = OfflineModeIsEnabled | LocalEntryNotFoundError | TransportError | ConnectionError | TimeoutError
    return isinstance(error, kinds)


def explain(error: Exception, name: str) -> str:
    """What the Hub client's error about the repo `name` means, as a clause for a sentence; never more of the error than a
    person needs."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, RepositoryNotFoundError, RevisionNotFoundError

    if isinstance(error, RevisionNotFoundError):
        return f"{name} has no such revision"
    if isinstance(error, RepositoryNotFoundError):  # also what the client makes of a 401 to somebody without a token
        return f"the Hub has no {name}, or it is private and HF_TOKEN may not read it"
    status = error.response.status_code if isinstance(error, HfHubHTTPError) else None
    if status == 401:
        return "the Hub does not know the token in HF_TOKEN"
    if status == 403:
        return f"the Hub refused access to {name} ({status}); check what HF_TOKEN may do"
    if status is not None:
        return f"the Hub answered with an error ({status})"
    if is_no_answer(error):
        return "the Hub cannot be reached"
    if isinstance(error, HFValidationError):
        return f"{name} is no name that the Hub allows"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full"
    return f"{type(error).__name__}: {error}"


def _shown(name: str) -> str:
    """A name as a sentence can hold it, and a page or a terminal show it."""
    name = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…"
