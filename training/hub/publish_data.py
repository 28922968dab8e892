"""Publish verified splits as a data set on the Hub, so that a Space can show real samples.

python -m training publish-data data/emnist --repo USER/NAME [--private] [--dry-run]
"""

import argparse
import tempfile
from pathlib import Path

from huggingface_hub import DatasetCard, DatasetCardData
from tqdm import tqdm

from hcr.alphabet import CLASSES
from hcr.data.source import local, read
from hcr.data.split import HUB_NAMES, Split
from hcr.errors import InputError
from training.data import manifest
from training.data.manifest import Manifest
from training.failures import need_hub_token
from training.hub import send
from training.hub.names import repo_name

ROWS = 50_000  # in one parquet file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `publish-data`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder that `acquire` made")
    send.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, stage and send the splits, or show what would be sent."""
    repo = repo_name(arguments.repo, send.Kind.DATASET)
    if not arguments.dry_run:
        need_hub_token()
    with tempfile.TemporaryDirectory() as staging:
        build(arguments.folder, Path(staging), repo)
        target = send.Target(repo, send.Kind.DATASET, arguments.private)
        send.run(target, Path(staging), "Publish the verified splits", arguments.dry_run)
    return 0


def build(folder: Path, out: Path, repo: str) -> None:
    """Write data/*.parquet, manifest.json and the card of a verified folder. Raises InputError where it is not verified,
    or no longer what its manifest says."""
    found = manifest.read_manifest(folder)
    if found is None:
        first = f"Run `python -m training acquire --from {folder} --to {folder}` first."
        raise InputError(f"{folder}: no {manifest.FILE}. {first}")
    opened = local(folder, str(folder))
    splits = [read(opened, name) for name in found.splits]
    for split in splits:
        if split.fingerprint != found.splits[split.name].fingerprint:
            raise InputError(f"{folder}: {split.name} is not what {manifest.FILE} says. Acquire the data again.")
    for split in splits:
        _write_parquet(split, out / "data")
    manifest.write_manifest(out, found)
    (out / "README.md").write_text(card(found, repo), encoding="utf-8")


def _write_parquet(split: Split, folder: Path) -> None:
    from datasets import ClassLabel, Dataset, Features, Image
    from PIL import Image as Pictures

    features = Features({"image": Image(), "label": ClassLabel(names=list(CLASSES))})
    folder.mkdir(exist_ok=True)
    parts = range(0, len(split), ROWS)
    for number, start in enumerate(parts):
        images = tqdm(split.images[start : start + ROWS], desc=f"{split.name} as PNG", unit=" images", unit_scale=True)
        pictures = [Pictures.fromarray(image) for image in images]
        rows = Dataset.from_dict(
            {"image": pictures, "label": split.labels[start : start + ROWS].tolist()}, features=features
        )
        rows.to_parquet(folder / f"{HUB_NAMES[split.name]}-{number:05d}-of-{len(parts):05d}.parquet")


def card(found: Manifest, repo: str) -> str:
    """The data set card."""
    files = [{"split": HUB_NAMES[name], "path": f"data/{HUB_NAMES[name]}-*.parquet"} for name in found.splits]
    data = DatasetCardData(
        pretty_name="EMNIST Balanced, as the handwritten character recogniser uses it",
        task_categories=["image-classification"],
        language=["en"],
        tags=["emnist", "handwriting", "ocr"],
        configs=[{"config_name": "default", "data_files": files}],
    )
    rows = "\n".join(
        f"| {HUB_NAMES[name]} | {name} | {facts.images:,} | {_share(facts.images, facts.official_count)} | "
        f"{min(facts.counts):,} to {max(facts.counts):,} |"
        for name, facts in found.splits.items()
    )
    content = f"""---
{data.to_yaml()}
---

# EMNIST Balanced

28x28 grey-level images of handwritten digits and letters in {len(CLASSES)} classes, with 255 for ink and 0 for paper. The
15 letters whose two cases look alike share one class, named by the upper case.

**The images are stored raw, as EMNIST has them: transposed.** `np.rot90(np.fliplr(image))` (or `image.T`) brings them
upright. A detector confirmed it for every split.

| split | EMNIST's name | images | of the official split | images a class |
| --- | --- | --- | --- | --- |
{rows}

Source: {found.source}, verified {found.date[:10]}. `manifest.json` has the counts of each class and a SHA-256 over all
images and labels of each split.

```python
from datasets import load_dataset
rows = load_dataset("{repo}", split="test")
upright = rows[0]["image"].transpose(5)  # PIL's TRANSPOSE: np.rot90(np.fliplr(image))
```

EMNIST was made by Cohen, Afshar, Tapson and van Schaik from NIST Special Database 19: "EMNIST: an extension of MNIST to
handwritten letters", 2017, arXiv:1702.05373. Please cite them.
"""
    return str(DatasetCard(content))


def _share(images: int, official: int | None) -> str:
    if official is None:
        return "no official split"
    return "all" if images == official else f"{images:,} of {official:,}, partial"
