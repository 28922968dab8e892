"""Send a folder to a repo on the Hub in one commit, and say before what is new; nothing new, no commit."""

import argparse
import warnings
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hcr.model.bundle import sha256
from training.failures import from_hub, need_hub_token


class Kind(StrEnum):
    """What a repo on the Hub is, by the Hub's own name for it."""

    MODEL = "model"
    DATASET = "dataset"
    SPACE = "space"


class State(StrEnum):
    """A file beside what the repo has of it now."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Target:
    """A repo to send to. private: only counts when the repo is made."""

    repo: str
    kind: Kind = Kind.MODEL
    private: bool = False


@dataclass(frozen=True)
class Change:
    """A file of the folder that is sent. path: in the repo; size in bytes."""

    path: str
    size: int
    state: State


@dataclass(frozen=True)
class Remote:
    """A repo as it stands: its newest commit, its files' checksums, its tags with their commits."""

    commit: str
    private: bool
    checksums: dict[str, str]
    tags: dict[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What both kinds of publishing take."""
    parser.add_argument("--repo", required=True, metavar="USER/NAME", help="the repo on the Hub, made if it is not there")
    parser.add_argument("--private", action="store_true", help="make it private")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be sent")


def run(target: Target, folder: Path, message: str, dry_run: bool) -> str | None:
    """Show what is new, then send it; returns the commit, None in a dry run. Raises the failures of `training.failures`."""
    state = remote(target)
    found = changes(folder, state)
    show(target, found)
    return None if dry_run else send(target, folder, found, state, message)


def remote(target: Target) -> Remote | None:
    """The repo as it stands, None where it is not there. Raises the failures of `training.failures`."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError
    from huggingface_hub.hf_api import RepoFile

    api = HfApi()
    try:
        info = api.repo_info(target.repo, repo_type=target.kind, timeout=30)
        tree = api.list_repo_tree(target.repo, recursive=True, repo_type=target.kind, revision=info.sha)
        sums = {item.path: item.lfs.sha256 if item.lfs else item.blob_id for item in tree if isinstance(item, RepoFile)}
        tags = {tag.name: tag.target_commit for tag in api.list_repo_refs(target.repo, repo_type=target.kind).tags}
    except RepositoryNotFoundError:
        return None
    except Exception as error:
        raise from_hub(error, target.repo) from error
    return Remote(str(info.sha), bool(info.private), sums, tags)


def changes(folder: Path, state: Remote | None) -> list[Change]:
    """Every file of the folder, held against the repo by its checksum."""
    from huggingface_hub.utils.sha import git_hash

    known = state.checksums if state else {}
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        path = file.relative_to(folder).as_posix()
        same = known.get(path) in (sha256(file), git_hash(file.read_bytes()))  # of large files, and of all others
        found.append(
            Change(path, file.stat().st_size, State.SAME if same else State.CHANGED if path in known else State.NEW)
        )
    return found


def show(target: Target, found: list[Change]) -> None:
    """Print what would be sent, a line a file."""
    new = [change for change in found if change.state is not State.SAME]
    size = sum(change.size for change in new)
    print(f"{target.kind} {target.repo}: {len(new)} of {len(found)} files to send, {size / 1e6:.1f} MB")
    for change in new:
        print(f"  {change.state:7}  {change.size:>11,}  {change.path}")


def send(target: Target, folder: Path, found: list[Change], state: Remote | None, message: str) -> str:
    """Make the repo where it is not there, and one commit of what is new; returns the repo's newest commit.

    A commit that somebody else made meanwhile is not overwritten (the Hub refuses it then). Raises the failures of
    `training.failures`.
    """
    from huggingface_hub import HfApi

    if state and all(change.state is State.SAME for change in found):
        print(f"{target.kind} {target.repo}: nothing has changed, no commit made.")
        return state.commit
    need_hub_token()
    api = HfApi()
    sdk = "gradio" if target.kind is Kind.SPACE else None
    try:
        if state is None:
            api.create_repo(target.repo, repo_type=target.kind, private=target.private, space_sdk=sdk, exist_ok=True)
        parent = state.commit if state else None
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "It seems that you are about to commit a data file")  # a model's report is one
            done = api.upload_folder(
                repo_id=target.repo, repo_type=target.kind, folder_path=folder, commit_message=message, parent_commit=parent
            )
    except Exception as error:
        raise from_hub(error, target.repo) from error
    print(f"{target.kind} {target.repo}: {done.commit_url}")
    return str(done.oid)
