"""Names of repos as a person gives them: USER/NAME, or the address of its page on the Hub."""

import re
from urllib.parse import urlsplit

from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

from hcr.errors import InputError
from training.hub.send import Kind

_PATHS = {"datasets": Kind.DATASET, "spaces": Kind.SPACE, "models": Kind.MODEL}  # in front of USER/NAME in an address
_ADDRESS = re.compile(r"https?://|(?:www\.)?(?:huggingface\.co|hf\.co)/", re.IGNORECASE)
_TAG = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)


def repo_name(text: str, kind: Kind) -> str:
    """What --repo, --space or --dataset gives -> "USER/NAME". Raises InputError where it is no repo's name, or the
    address of a repo of another kind."""
    name = text.strip()
    if _ADDRESS.match(name):
        parts = [part for part in urlsplit(name if "://" in name else f"https://{name}").path.split("/") if part]
        found = _PATHS.get(parts[0], Kind.MODEL) if parts else Kind.MODEL
        if found is not kind:
            raise InputError(f"{text}: the address of a {found}, where a {kind} is asked for.")
        name = "/".join(parts[1:3] if parts and parts[0] in _PATHS else parts[:2])
    if name.count("/") != 1:
        raise InputError(f"{text!r} is not the name of a {kind} on the Hub. Give USER/NAME.")
    if name.endswith(".git"):
        raise InputError(f"{text!r}: a repo's name does not end in .git. Give USER/NAME without it.")
    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise InputError(
            f"{text!r} is not the name of a {kind} on the Hub. Give USER/NAME, of letters, digits, '-', '_' and '.'."
        ) from error
    return name


def dataset_name(text: str | None) -> str | None:
    """What --dataset gives -> "USER/NAME" or "USER/NAME@REVISION", None for nothing. Raises InputError as `repo_name`."""
    if text is None:
        return None
    name, at, revision = text.rpartition("@") if "@" in text else (text, "", "")
    if at and (not re.fullmatch(r"[\w./-]+", revision, re.ASCII) or ".." in revision):
        raise InputError(f"{text!r}: {revision!r} is no branch, tag or commit. Give USER/NAME or USER/NAME@REVISION.")
    return repo_name(name, Kind.DATASET) + at + revision


def tag_name(text: str | None) -> str | None:
    """What --tag gives, None for nothing. Raises InputError where the Hub would not take it."""
    if text is not None and (not _TAG.fullmatch(text) or ".." in text or text.endswith((".lock", "."))):
        raise InputError(f"{text!r} is no name for a tag. Give one of letters, digits, '-', '_' and '.', such as v1.")
    return text
