"""Run a model bundle on a test split and write the report that travels with it.

python -m training evaluate --data DIR --model BUNDLE
"""

import argparse
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

from tqdm import tqdm

from hcr.data.files import read_split
from hcr.data.generated import standin
from hcr.data.split import Split
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.report import predictions
from hcr.report.evaluation import Report, headline, metrics, report

GENERATED = "generated"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `evaluate`."""
    parser.add_argument("--data", required=True, help='folder or zip with EMNIST, or "generated" for the stand-in')
    parser.add_argument("--model", type=Path, required=True, help="a bundle's folder")
    parser.add_argument("--split", default="balanced-test", help="default: balanced-test")


def run(arguments: argparse.Namespace) -> int:
    """Evaluate a bundle and print the figures."""
    generated = arguments.data == GENERATED
    split = standin.stand_in("balanced-test") if generated else read_split(arguments.data, arguments.split)
    print(summary(evaluate(arguments.model, split)))
    return 0


def evaluate(bundle_folder: Path, data_source: Path | str | Split, split: str = "balanced-test") -> Report:
    """Ask the model about every image of a split, and write evaluation/predictions.parquet and metrics.json.

    data_source: a folder or zip file with the split `split` (see `hcr.data.files.load`), or a Split. The headline goes into
    config.json as well. Raises InputError for a bundle or data that cannot be used; then nothing is written.
    """
    opened = bundle.open_bundle(bundle_folder)
    images = data_source if isinstance(data_source, Split) else read_split(data_source, split)
    bar = partial(tqdm, desc=f"Evaluating on {images.name}", unit_scale=predictions.CHUNK, unit=" images")
    answers = predictions.predict(Classifier(opened), images, bar)
    found = report(answers)
    values = metrics(found, opened.config.recipe)
    predictions.write_predictions(answers, opened.folder / bundle.PREDICTIONS_FILE)
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    (opened.folder / bundle.METRICS_FILE).write_text(text, encoding="utf-8")
    bundle.write_config(opened.folder, replace(opened.config, metrics=headline(values)))
    return found


def summary(found: Report) -> str:
    """A few lines for a terminal."""
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
