"""Publish a model bundle, and the Space that serves it.

python -m training publish BUNDLE --repo USER/NAME [--private] [--tag v1] [--space USER/SPACE] [--dry-run]

One commit for the model, one for the Space, none where nothing has changed. HF_TOKEN must allow writing. Exit codes: see
`training.failures`.
"""

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hcr.errors import InputError
from hcr.model import bundle
from hcr.model.bundle import CONFIG_FILE, KERAS_FILE, METRICS_FILE, MODEL_FILE, PREDICTIONS_FILE, Bundle
from hcr.model.classifier import Classifier
from hcr.report import evaluation, predictions
from hcr.report.comparison import Comparison, compare
from hcr.report.evaluation import Report
from hcr.report.matrix import picture
from training.failures import Refused, Worse, from_hub
from training.hub import send, space
from training.hub.card import PICTURE, model_card
from training.hub.send import Remote, Target

FILES = (MODEL_FILE, KERAS_FILE, CONFIG_FILE, METRICS_FILE, PREDICTIONS_FILE)


@dataclass(frozen=True)
class Publishable:
    """A bundle that may be published, with the report that belongs to its weights."""

    bundle: Bundle
    report: Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the folder that fit, evaluate and export made")
    send.add_arguments(parser)
    parser.add_argument("--tag", help="name this revision, such as v1")
    parser.add_argument("--dataset", metavar="USER/DATA", help="the data set repo that the card and the Space name")
    parser.add_argument("--space", metavar="USER/SPACE", help="make or update a Space that serves this model")
    parser.add_argument("--force", action="store_true", help="publish even a model that is worse than the published one")


def run(arguments: argparse.Namespace) -> int:
    checked = check(arguments.bundle)
    target = Target(arguments.repo, "model", arguments.private)
    state = send.remote(target)
    with tempfile.TemporaryDirectory() as staging:
        folder = Path(staging)
        stage(checked, folder, arguments.repo, arguments.dataset)
        found = send.changes(folder, state)
        new = any(change.state != "same" for change in found)
        if new and state:
            _compare_with_published(checked.report, target, state, arguments.force)
        _check_tag(arguments.tag, state, new)
        send.show(target, found)
        message = f"{checked.bundle.config.recipe}: {checked.report.top1.value:.2%} top-1"
        if arguments.dry_run:
            commit = None if new or not state else state.commit
        else:
            commit = send.send(target, folder, found, state, message)
    if commit and arguments.tag and not arguments.dry_run and (not state or arguments.tag not in state.tags):
        _tag(target, arguments.tag, commit)
    if arguments.space:
        private = state.private if state else arguments.private
        served = space.Served(target.repo, commit, private, _pinned(arguments.dataset))
        space.publish(Target(arguments.space, "space", arguments.private), served, arguments.dry_run)
    if arguments.dry_run:
        print("Dry run: nothing was sent.")
    return 0


def _pinned(dataset: str | None) -> str | None:
    """The data set at the commit that it has now, for a Space that goes on showing the same images."""
    if not dataset or "@" in dataset:
        return dataset
    state = send.remote(Target(dataset, "dataset", False))
    if state is None:
        raise InputError(f"{dataset}: no such data set on the Hub. Run `python -m training publish-data` first.")
    return f"{dataset}@{state.commit}"


def check(folder: Path) -> Publishable:
    """Every check that a bundle must pass before others may get it. Raises InputError."""
    opened = bundle.open_bundle(folder)
    for name in FILES:
        if not (folder / name).is_file():
            raise InputError(f"{folder}: {name} is missing. Run `python -m training fit`, `export` and `evaluate` first.")
    for name in (MODEL_FILE, KERAS_FILE):
        if name not in opened.config.sha256:
            raise InputError(
                f"{folder}: {CONFIG_FILE} names no checksum of {name}. Run `python -m training export {folder}`."
            )
    Classifier(opened)
    report = evaluation.open_report(opened)
    if abs(opened.config.metrics.get("top1", -1) - report.top1.value) > 1e-9:
        raise InputError(f"{folder}: {CONFIG_FILE} and the report disagree. Run `python -m training evaluate` again.")
    return Publishable(opened, report)


def stage(checked: Publishable, out: Path, repo: str, dataset: str | None) -> None:
    """Put together the files of the model repo."""
    for name in FILES:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(checked.bundle.folder / name, out / name)
    title = f"{repo}: {len(checked.report.predictions):,} test images, {checked.report.top1.value:.1%} read right"
    (out / PICTURE).write_bytes(picture.png(checked.report.matrix, title))
    (out / "README.md").write_text(model_card(checked.bundle.config, checked.report, repo, dataset), encoding="utf-8")


def _compare_with_published(report: Report, target: Target, state: Remote, force: bool) -> None:
    """Hold the report against the published one. Raises Worse, unless forced; warns of what cannot be compared."""
    from huggingface_hub import hf_hub_download

    try:
        if PREDICTIONS_FILE not in state.checksums or CONFIG_FILE not in state.checksums:
            return _warn(f"{target.repo} has no report: whether the new model is better was not checked.")
        try:
            file = hf_hub_download(target.repo, PREDICTIONS_FILE, revision=state.commit)
        except Exception as error:
            raise from_hub(error, target.repo) from error
        found = compare(evaluation.report(predictions.read_predictions(Path(file))), report)
    except InputError as error:
        return _warn(f"Whether the new model is better than the published one was not checked. {error}")
    print(_words(found))
    if found.worse and not force:
        raise Worse("WORSE than the published model, by more than chance. Not published; --force does it all the same.")
    if found.worse:
        _warn("WORSE than the published model, by more than chance; published because of --force.")
    return None


def _words(found: Comparison) -> str:
    before, after = found.before.top1.value, found.after.top1.value
    return (
        f"Published {before:.2%}, new {after:.2%} top-1 on the same images: "
        f"{len(found.fixed)} fixed, {len(found.broke)} broke, McNemar p = {found.p_value:.2g}."
    )


def _check_tag(tag: str | None, state: Remote | None, new: bool) -> None:
    """A tag names one commit for good. Raises Refused where it would have to move."""
    if tag and state and tag in state.tags and (new or state.tags[tag] != state.commit):
        raise Refused(
            f"The tag {tag} is at commit {state.tags[tag][:7]} already, and this is another model. Choose a new tag."
        )


def _tag(target: Target, tag: str, commit: str) -> None:
    from huggingface_hub import HfApi

    try:
        HfApi().create_tag(target.repo, tag=tag, revision=commit, repo_type=target.kind)
    except Exception as error:
        raise from_hub(error, target.repo) from error
    print(f"Tagged {tag}.")


def _warn(sentence: str) -> None:
    print(f"WARNING: {sentence}", file=sys.stderr)
