"""Run a model bundle on a test split and write the report that travels with it.

python -m training evaluate --data DIR --model BUNDLE
"""

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path

from tqdm import tqdm

from hcr.data.orientation import upright
from hcr.data.source import WHAT, read
from hcr.data.split import Split
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.report import predictions
from hcr.report.evaluation import Report, headline, metrics, report
from training.data import used
from training.data.opening import open_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `evaluate`."""
    parser.add_argument("--data", required=True, help=WHAT)
    parser.add_argument("--model", type=Path, required=True, help="a bundle's folder")
    parser.add_argument("--split", default="balanced-test", help="default: balanced-test")


def run(arguments: argparse.Namespace) -> int:
    """Evaluate a bundle and print the figures."""
    bundle.open_bundle(arguments.model)  # what is wrong with it is said before the data is read
    print(summary(evaluate(arguments.model, read(open_data(arguments.data), arguments.split))))
    if seen := bundle.read_config(arguments.model).metrics.get(used.SEEN):
        print(f"WARNING: the model was trained on {seen:,} of these images. How it reads new ones is not told by them.")
    return 0


def evaluate(bundle_folder: Path, data_source: Path | str | Split, split: str = "balanced-test") -> Report:
    """Ask the model about every image of a split, and write evaluation/predictions.parquet and metrics.json.

    data_source: whatever `hcr.data.source.open_source` opens, or a Split. The headline goes into config.json as well, with
    the number of images that the model was trained on, where the bundle lies in its run's folder. Each file is written as a
    whole or not at all. Raises InputError for a bundle or data that cannot be used, and the failures of
    `training.failures` where the Hub does not give the data; then nothing is written.
    """
    opened = bundle.open_bundle(bundle_folder)
    images = data_source if isinstance(data_source, Split) else read(open_data(data_source), split)
    seen = used.count_seen(upright(images.images), opened.folder)
    bar = partial(tqdm, desc=f"Evaluating on {images.name}", unit_scale=predictions.CHUNK, unit=" images")
    answers = predictions.predict(Classifier(opened), images, bar)
    found = report(answers)
    values = metrics(found, opened.config.recipe)
    report_file = opened.folder / bundle.PREDICTIONS_FILE
    fresh = report_file.with_name(f"{report_file.name}.part")
    predictions.write_predictions(answers, fresh)
    fresh.replace(report_file)
    bundle.write_json(opened.folder / bundle.METRICS_FILE, values)
    bundle.write_config(
        opened.folder, replace(opened.config, metrics=headline(values) | ({} if seen is None else {used.SEEN: seen}))
    )
    return found


def summary(found: Report) -> str:
    """The report in a few lines for a terminal."""
    about, errors = found.predictions.provenance, found.matrix.errors
    pairs = ", ".join(f"{pair.first}/{pair.second} {pair.total}" for pair in found.pairs[:10])
    return (
        f"{about.model} on {about.images}\n"
        f"top-1 {found.top1}, shape-identical merged {found.top1_merged}, top-3 {found.top3}\n"
        f"macro precision {found.precision}, recall {found.recall}, F1 {found.f1}\n"
        f"calibration error {about.calibration.ece_before:.1%} before and {about.calibration.ece_after:.1%} after the "
        f"temperature; negative log-likelihood {about.calibration.nll_after:.3f}\n"
        f"{errors:,} errors, {found.errors_alike / max(errors, 1):.0%} within shape-identical groups; most confused: {pairs}"
    )
