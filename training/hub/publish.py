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

from hcr.data.split import TRAIN_SPLITS
from hcr.errors import InputError
from hcr.model import bundle
from hcr.model.bundle import CONFIG_FILE, KERAS_FILE, METRICS_FILE, MODEL_FILE, PREDICTIONS_FILE, Bundle
from hcr.model.classifier import Classifier
from hcr.report import evaluation, predictions
from hcr.report.comparison import Comparison, compare
from hcr.report.evaluation import Report
from hcr.report.matrix import picture
from training.data import used
from training.failures import Refused, Worse, from_hub, need_hub_token
from training.hub import send, space
from training.hub.card import PICTURE, model_card
from training.hub.names import dataset_name, repo_name, tag_name
from training.hub.send import Kind, Remote, State, Target

MOST_SEEN = 0.01  # of a report's images; copies of EMNIST may hold a few images twice
FILES = (MODEL_FILE, KERAS_FILE, CONFIG_FILE, METRICS_FILE, PREDICTIONS_FILE)


@dataclass(frozen=True)
class Publishable:
    """A bundle that may be published, with the report that belongs to its weights."""

    bundle: Bundle
    report: Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `publish`."""
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the folder that fit, evaluate and export made")
    send.add_arguments(parser)
    parser.add_argument("--tag", help="name this revision, such as v1")
    parser.add_argument("--dataset", metavar="USER/DATA", help="the data set repo that the card and the Space name")
    parser.add_argument("--space", metavar="USER/SPACE", help="make or update a Space that serves this model")
    parser.add_argument("--force", action="store_true", help="publish even a model that is worse than the published one")


def run(arguments: argparse.Namespace) -> int:
    """Publish the model, and its Space; everything that can be told without the Hub is checked first."""
    target = Target(repo_name(arguments.repo, Kind.MODEL), Kind.MODEL, arguments.private)
    space_repo = repo_name(arguments.space, Kind.SPACE) if arguments.space is not None else None
    dataset, tag = dataset_name(arguments.dataset), tag_name(arguments.tag)
    if not arguments.dry_run:
        need_hub_token()
    checked = check(arguments.bundle)
    state = send.remote(target)
    with tempfile.TemporaryDirectory() as staging:
        folder = Path(staging)
        stage(checked, folder, target.repo, dataset)
        found = send.changes(folder, state)
        new = any(change.state is not State.SAME for change in found)
        if new and state:
            _compare_with_published(checked.report, target, state, arguments.force)
        _check_tag(tag, state, new)
        send.show(target, found)
        message = f"{checked.bundle.config.recipe}: {checked.report.top1.value:.2%} top-1"
        if arguments.dry_run:
            commit = None if new or not state else state.commit
        else:
            commit = send.send(target, folder, found, state, message)
    if commit and tag and not arguments.dry_run and (not state or tag not in state.tags):
        _tag(target, tag, commit)
    if space_repo:
        private = state.private if state else arguments.private
        served = space.Served(target.repo, commit, private, _pinned(dataset))
        space.publish(Target(space_repo, Kind.SPACE, arguments.private), served, arguments.dry_run)
    if arguments.dry_run:
        print("Dry run: nothing was sent.")
    return 0


def _pinned(dataset: str | None) -> str | None:
    """The data set at the commit that it has now, for a Space that goes on showing the same images."""
    if not dataset or "@" in dataset:
        return dataset
    state = send.remote(Target(dataset, Kind.DATASET))
    if state is None:
        raise InputError(f"{dataset}: no such data set on the Hub. Run `python -m training publish-data` first.")
    return f"{dataset}@{state.commit}"


def check(folder: Path) -> Publishable:
    """Every check that a bundle must pass before others may get it. Raises InputError, one sentence a fault: a missing or
    damaged file, a report of other weights, or one of images that the model was trained on."""
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
    said = opened.config.metrics.get("top1")
    if not isinstance(said, int | float) or abs(said - report.top1.value) > 1e-9:
        raise InputError(f"{folder}: {CONFIG_FILE} and the report disagree. Run `python -m training evaluate` again.")
    _check_independent(opened, report)
    return Publishable(opened, report)


def _check_independent(opened: Bundle, report: Report) -> None:
    """Raises InputError where a report is of images that its model has seen, or nobody can tell."""
    about, trained_on = report.predictions.provenance, used.from_config(opened.config)
    known = opened.config.metrics.get(used.SEEN)
    again = "Run `python -m training evaluate` on a test split, then publish."
    seen = {split.fingerprint for split in trained_on} | {opened.config.data.get("fingerprint")}
    if about.images_sha256 in seen or about.split in {split.name for split in trained_on}:
        raise InputError(f"{opened.folder}: its report is of {about.split}, which the model was trained on. {again}")
    if isinstance(known, int) and known > MOST_SEEN * len(report.predictions):
        raise InputError(f"{opened.folder}: the model was trained on {known:,} of the images of its report. {again}")
    if not trained_on and about.split in TRAIN_SPLITS:
        raise InputError(
            f"{opened.folder}: its report is of {about.split}, and {CONFIG_FILE} does not say whether the model was trained "
            f"on these images. {again}"
        )


def stage(checked: Publishable, out: Path, repo: str, dataset: str | None) -> None:
    """Put together the files of the model repo."""
    for name in FILES:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(checked.bundle.folder / name, out / name)
    report = checked.report
    of = f"{len(report.predictions):,} {report.predictions.provenance.split} images"
    title = f"{repo}: {of}, {report.top1.value:.1%} read right"
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
