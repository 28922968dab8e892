"""Repos on the Hugging Face Hub: how they are named, and what the Hub's refusals mean in words."""

import errno
import re
from dataclasses import dataclass
from pathlib import Path

from hcr.errors import InputError

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
