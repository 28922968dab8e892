"""How well single characters are read, and what is none is refused, beside other readers on the same pictures.

python benchmarks/characters.py --emnist DIR [--drawn DIR] [--fonts DIR] [--model BUNDLE] [--peers COUNT] [--json]
    [--sheet DIR]

--emnist: NIST's files; --drawn: canvas.npz and photos.npz as tests/integration/program/test_drawn.py reads them; --fonts:
for negatives in other scripts; --peers: so many pictures of each drawn set for RapidOCR and Tesseract, which take their
time; --sheet: a picture of the 100 surest errors of each set, to look at. A model that was not taught what is no character
is held to how sure it is of its first guess.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scipy.stats import rankdata

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.common.peers import available
from benchmarks.common.sheet import sheet
from hcr.alphabet import CLASSES, GROUP_INDEX, MERGED_LOWER, index_of
from hcr.data.orientation import upright
from hcr.data.source import open_source
from hcr.data.source import read as read_split
from hcr.image import SIDE
from hcr.model.bundle import MODEL_FILE, open_bundle
from hcr.model.classifier import Classifier
from hcr.model.opening import open_model
from hcr.probabilities import group_confidence, softmax
from hcr.reading import Doubt, Reading, read, see
from hcr.report.calibration import expected_calibration_error
from hcr.report.evaluation import wilson
from tests.integration.program.test_drawn import canvas, otsu, photos
from training.hands.pool import build as build_hands
from training.negatives.glyphs import Glyphs
from training.negatives.pool import Kind, Use, build, drawn
from training.run.again import converted_again

GROUPS = np.array(GROUP_INDEX)
NEGATIVES = 4000
AGAIN_SEED = 1  # not the one that a recipe trains with
PICTURES = 500  # of each set that is read whole
OF_CHARACTERS = Kind.PAIR, Kind.PIECE, Kind.NEIGHBOUR
FORMS = {"1": "upstroke", "0": "slashed", "7": "crossed", "Z": "crossed", "i": "dot"}
"""Forms that EMNIST hardly has: the character, and a word in the name of its form."""


@dataclass(frozen=True)
class Row:
    """One line of the table. merged: with shape-identical classes counted as one."""

    what: str
    count: int
    top1: float
    merged: float

    def __str__(self) -> str:
        top1 = wilson(round(self.top1 * self.count), self.count)
        merged = wilson(round(self.merged * self.count), self.count)
        return f"{self.what:48} {self.count:6,}  {top1!s:26} {merged}"


def scored(what: str, guesses: np.ndarray, labels: np.ndarray) -> Row:
    """Guesses and labels, integers (n,); a guess of -1 is none of the classes."""
    same = np.where(guesses < 0, -1, GROUPS[guesses]) == GROUPS[labels]
    return Row(what, len(labels), float((guesses == labels).mean()), float(same.mean()))


def converted(pictures: list[np.ndarray]) -> np.ndarray:
    """What `read` gives the model; a picture without ink counts as an empty image."""
    found = [see(picture) for picture in pictures]
    return np.stack([np.zeros((SIDE, SIDE), np.uint8) if one is None else one.image for one in found])


def class_index(text: str) -> int:
    """The class of the first letter or digit of a text, -1 for none."""
    kept = [letter for letter in text if letter in CLASSES or letter in MERGED_LOWER]
    return index_of(kept[0]) if kept else -1


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """The chance that one of `positive` is above one of `negative`; ties count half."""
    ranks = rankdata(np.concatenate([positive, negative]))[: len(positive)]
    return float((ranks.sum() - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative)))


def drawn_rows(name: str, pictures: list[np.ndarray], labels: np.ndarray, model: Classifier, peers: int) -> list[Row]:
    """Ours, the usual careful front end, and the other readers."""
    ours = model.logits(converted(pictures)).argmax(1)
    rows = [
        scored(name, ours, labels),
        scored(f"{name}: Otsu, cropped, resized; same network", model.logits(otsu(pictures)).argmax(1), labels),
    ]
    if not peers:
        return rows
    chosen = np.random.default_rng(0).permutation(len(labels))[:peers]
    rows.append(scored(f"{name}: ours on the peers' part", ours[chosen], labels[chosen]))
    for peer, reader in available(single=True).items():
        guesses = np.array([class_index(reader(np.pad(pictures[index], 20, mode="edge"))) for index in chosen])
        rows.append(scored(f"{name}: {peer}", guesses, labels[chosen]))
    return rows


def whole(readings: list[Reading]) -> np.ndarray:
    """The class of each reading's only character: integers (n,), -1 for none or several."""
    every = [reading.characters for reading in readings]
    return np.array([int(one[0].prediction.probabilities.argmax()) if len(one) == 1 else -1 for one in every])


def nothing(readings: list[Reading]) -> float:
    """The share of readings in which there is no character."""
    return float(np.mean([all(one.doubt is Doubt.NO_CHARACTER for one in reading.characters) for reading in readings]))


def form_rows(model: Classifier) -> list[Row]:
    """Forms of templates that were held out of training."""
    written = build_hands(None).held_out
    rows = []
    for character, word in FORMS.items():
        chosen = [
            index
            for index, source in enumerate(written.sources)
            if written.characters[index] == character and word in str(source)
        ]
        guesses = model.logits(written.images[chosen]).argmax(1)
        rows.append(scored(f"generated {character}, {word}", guesses, written.labels[chosen]))
    return rows


def accepted(model: Classifier, images: np.ndarray) -> np.ndarray:
    """What speaks for a character, 0 to 1: upright uint8 (n, 28, 28) -> float32 (n,)."""
    outputs = model.outputs(images)
    if outputs.shape[1] > len(CLASSES):
        return model.characters(images)
    return group_confidence(softmax(outputs / model.bundle.config.temperature))


def read_negatives(model: Classifier, glyphs: Glyphs, fonts: Path | None) -> dict[str, float]:
    """How often `read` finds no character in pictures of what is none: by kind, and over all, PICTURES in all. Pairs of
    characters are not among them, which it reads as two."""
    rng = np.random.default_rng(0)
    sources = {kind: draw for kind, draw in drawn(Use.TEST, glyphs, fonts).items() if kind not in OF_CHARACTERS}
    shares = {}
    for kind, draw in sources.items():
        pictures = [
            np.pad(np.round(255 * (1 - draw(rng))).astype(np.uint8), 40, constant_values=255)
            for _ in range(PICTURES // len(sources))
        ]
        shares[f"{kind.value}: no character"] = nothing([read(picture, model) for picture in pictures])
    return {f"{PICTURES} pictures of these kinds: no character": float(np.mean(list(shares.values())))} | shares


def _enlarged(image: np.ndarray) -> np.ndarray:
    """An upright image, uint8 (28, 28), as a picture of dark ink on white paper."""
    return 255 - np.pad(cv2.resize(image, (168, 168), interpolation=cv2.INTER_CUBIC), 30)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--emnist", required=True)
    parser.add_argument("--drawn", type=Path)
    parser.add_argument("--fonts", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--peers", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sheet", type=Path)
    arguments = parser.parse_args()
    model = Classifier(open_bundle(arguments.model)) if arguments.model else open_model(None)
    config = model.bundle.config
    test = read_split(open_source(arguments.emnist), "balanced-test")
    images = np.ascontiguousarray(upright(test.images))
    outputs = model.outputs(images)
    logits = outputs[:, : len(CLASSES)]
    rows = [scored(f"EMNIST: {test.description}", logits.argmax(1), test.labels)]
    again = "test images drawn large and converted again, as all that is no character was"
    characters = {"test images": images, again: converted_again(images, AGAIN_SEED)}
    truths = {"test images": test.labels}
    through_read: dict[str, float] = {}
    if arguments.drawn:
        for name, load in (("drawn", canvas), ("photographed", photos)):
            pictures, truths[name] = load(arguments.drawn)
            rows += drawn_rows(name, pictures, truths[name], model, arguments.peers)
            characters[name] = converted(pictures)
            readings = [read(picture, model) for picture in pictures]
            rows.append(scored(f"{name}: through read", whole(readings), truths[name]))
            through_read |= {f"{name}: one character found": float((whole(readings) >= 0).mean())}
            through_read |= {f"{name}: no character": nothing(readings)}
    if arguments.sheet:
        arguments.sheet.mkdir(parents=True, exist_ok=True)
        for name, labels in truths.items():
            sure = softmax(model.logits(characters[name]) / config.temperature)
            sheet(characters[name], sure, labels).save(arguments.sheet / f"errors on {name}.png")
    rows += form_rows(model)
    probabilities = softmax(logits / config.temperature)
    ece = expected_calibration_error(probabilities.max(1), logits.argmax(1) == test.labels)
    negatives = build(Use.TEST, Glyphs(images, test.labels), NEGATIVES, arguments.fonts)
    taken = {name: accepted(model, some) for name, some in characters.items()}
    of_negatives = accepted(model, negatives.images)
    through_read |= read_negatives(model, Glyphs(images, test.labels), arguments.fonts)
    large = [_enlarged(image) for image in images[:: len(images) // PICTURES]]
    through_read |= {"test images, drawn large: no character": nothing([read(picture, model) for picture in large])}
    knows = outputs.shape[1] > len(CLASSES)
    threshold = config.character_threshold if knows else config.abstain_threshold
    refused = {}
    for number, kind in enumerate(Kind):
        found = of_negatives[negatives.kinds == number]
        if len(found):
            share = float((found < threshold).mean())
            refused[kind.value] = {"count": len(found), "auroc": auroc(taken[again], found), "refused": share}
    facts = {
        "model": model.bundle.name,
        "parameters": config.parameters,
        "bytes": (model.bundle.folder / MODEL_FILE).stat().st_size,
        "calibration_error": ece,
        "characters_refused": {name: float((found < threshold).mean()) for name, found in taken.items()},
        "negatives_refused": float((of_negatives < threshold).mean()),
        "negatives": refused,
        "through_read": through_read,
    }
    if arguments.json:
        print(json.dumps(facts | {"rows": [vars(row) for row in rows]}, ensure_ascii=False))
        return 0
    print(f"{facts['model']}, {facts['bytes'] / 1e6:.1f} MB; calibration error {ece:.1%}\n")
    print(f"{'':48} images  {'top-1':26} shape-identical merged")
    for row in rows:
        print(row)
    print("\nrefused as no character (AUROC: beside the converted ones)")
    for name, share in facts["characters_refused"].items():
        print(f"{name:80} {len(taken[name]):6,}  {share:.1%}")
    for name, values in refused.items():
        print(f"{name:48} {values['count']:6,}  AUROC {values['auroc']:.3f}  refused {values['refused']:.1%}")
    print("\nthrough read, of whole pictures")
    for name, share in through_read.items():
        print(f"{name:80} {share:.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
