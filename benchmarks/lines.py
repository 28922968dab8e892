"""How well lines of handwriting are read, and how fast, beside other readers on the same pictures.

python benchmarks/lines.py [--drawn DIR] [--seeds 4 5 6] [--count 180] [--model BUNDLE] [--peers] [--json] [--sheet PNG]

Without --drawn: lines composed of stroke templates (`benchmarks/common/composed.py`), with all boxes. With it: lines
composed of what people drew, by DIR/lines.py, which makes 180 pictures for each seed. --sheet: the first 100 pictures that
we misread, with what is written and what was read, to look at.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.common.composed import compose
from benchmarks.common.peers import available
from hcr.alphabet import MERGED_LOWER, group_of
from hcr.model.bundle import open_bundle
from hcr.model.classifier import Classifier
from hcr.model.opening import open_model
from hcr.reading import read

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Sheet:
    """kind: of paper, and "tight" where characters touch; boxes: of the characters, None where nobody knows."""

    picture: np.ndarray
    kind: str
    text: str
    boxes: tuple[Box, ...] | None = None


@dataclass(frozen=True)
class Score:
    """exact, folded: edit distance over the truth's length, blanks left out; folded: with case and look-alikes as one.
    lines: share of pictures with the right number of lines; milliseconds: of a picture, the median."""

    reader: str
    kind: str
    pictures: int
    characters: int
    exact: float
    folded: float
    lines: float
    milliseconds: float


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Insertions, deletions and replacements that make one of the other (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for number, wanted in enumerate(one, 1):
        last, row[0] = row[0], number
        for place, found in enumerate(other, 1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (wanted != found))
    return row[-1]


def folded(text: str) -> list[str]:
    """Its letters and digits, case and look-alikes as one."""
    plain = (letter.upper() if letter in MERGED_LOWER else letter for letter in text.upper() if letter.isalnum())
    return [group_of(letter) for letter in plain]


def bare(text: str) -> str:
    """Without blanks."""
    return "".join(text.split())


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(0, width) * max(0, height)
    return common / (one[2] * one[3] + other[2] * other[3] - common)


def matched(found: Sequence[Box], truth: Sequence[Box], least: float = 0.5) -> int:
    """How many boxes of the truth have one of their own that overlaps by `least` or more."""
    free = list(found)
    count = 0
    for box in truth:
        shares = [overlap(box, other) for other in free]
        if shares and max(shares) >= least:
            free.pop(int(np.argmax(shares)))
            count += 1
    return count


def composed_sheets(count: int) -> list[Sheet]:
    """Of stroke templates."""
    kinds = ("clean", "board", "photo", "photo")
    sheets = []
    for seed in range(count):
        made = compose(seed)
        sheets.append(Sheet(made.picture, kinds[seed % 4] + (" tight" if seed % 3 == 2 else ""), made.text, made.boxes))
    return sheets


def drawn_sheets(folder: Path, seed: int) -> list[Sheet]:
    """Of what people drew."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, str(folder / "lines.py"), "make", out, "--seed", str(seed)]
        subprocess.run(command, check=True, capture_output=True)
        truth = json.loads((Path(out) / "truth.json").read_text(encoding="utf-8"))
        return [
            Sheet(cv2.imread(str(Path(out) / name), cv2.IMREAD_GRAYSCALE), name[4:-4].replace("_", " "), text)
            for name, text in truth.items()
        ]


def scores(reader: str, read_one: Callable[[np.ndarray], str], sheets: Sequence[Sheet]) -> tuple[list[Score], list[str]]:
    """One for all pictures, then one for each kind; and what was read."""
    texts, times = [], []
    for sheet in tqdm(sheets, reader, unit=" pictures", disable=None):
        start = time.perf_counter()
        texts.append(read_one(sheet.picture))
        times.append(1e3 * (time.perf_counter() - start))
    found = []
    for kind in ("all", *sorted({sheet.kind for sheet in sheets})):
        chosen = [number for number, sheet in enumerate(sheets) if kind in ("all", sheet.kind)]
        truth, said = [sheets[number].text for number in chosen], [texts[number] for number in chosen]
        length = sum(len(bare(text)) for text in truth)
        pairs = list(zip(truth, said, strict=True))
        exact = sum(distance(bare(wanted), bare(text)) for wanted, text in pairs) / length
        alike = sum(distance(folded(wanted), folded(text)) for wanted, text in pairs) / length
        lines = float(np.mean([wanted.count("\n") == text.strip().count("\n") for wanted, text in pairs]))
        median = float(np.median([times[number] for number in chosen]))
        found.append(Score(reader, kind, len(chosen), length, exact, alike, lines, median))
    return found, texts


def contact_sheet(sheets: Sequence[Sheet], texts: Sequence[str]) -> Image.Image:
    """Pictures that were misread, their text above them, then what was read: four in a row, at most 100."""
    wrong = [(sheet, text) for sheet, text in zip(sheets, texts, strict=True) if bare(sheet.text) != bare(text)][:100]
    found = Image.new("L", (4 * 400, 260 * -(-len(wrong) // 4)), 255)
    draw, font = ImageDraw.Draw(found), ImageFont.load_default(14)
    for number, (sheet, text) in enumerate(wrong):
        x, y = number % 4 * 400 + 4, number // 4 * 260
        for line, said in enumerate((sheet.text, text)):
            draw.text((x, y + 2 + 18 * line), said.replace("\n", " / "), 0, font)
        found.paste(ImageOps.contain(Image.fromarray(sheet.picture), (390, 215)), (x, y + 40))
    return found


def boxes_f1(sheets: Sequence[Sheet], model: Classifier) -> float:
    """Of the characters' boxes at an intersection over union of 0.5 or more."""
    right = found = there = 0
    for sheet in sheets:
        if sheet.boxes is not None:
            boxes = [character.box for character in read(sheet.picture, model).characters]
            right += matched(boxes, sheet.boxes)
            found, there = found + len(boxes), there + len(sheet.boxes)
    return 2 * right / max(1, found + there)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--drawn", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[4])
    parser.add_argument("--count", type=int, default=180)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sheet", type=Path)
    arguments = parser.parse_args()
    model = Classifier(open_bundle(arguments.model)) if arguments.model else open_model(None)
    if arguments.drawn:
        sheets = [sheet for seed in arguments.seeds for sheet in drawn_sheets(arguments.drawn, seed)]
    else:
        sheets = composed_sheets(arguments.count)
    readers: dict[str, Callable[[np.ndarray], str]] = {"ours": lambda picture: read(picture, model).text}
    if arguments.peers:
        readers |= available(single=False)
    every: list[Score] = []
    for name, reader in readers.items():
        of_reader, texts = scores(name, reader, sheets)
        every += of_reader
        if arguments.sheet and name == "ours":
            contact_sheet(sheets, texts).save(arguments.sheet)
    f1 = None if arguments.drawn else boxes_f1(sheets, model)
    if arguments.json:
        print(json.dumps({"scores": [asdict(score) for score in every], "boxes_f1": f1}))
        return 0
    print(f"{'reader':12} {'kind':14} {'pictures':>8} {'characters':>10} {'exact':>7} {'folded':>7} {'lines':>7} {'ms':>6}")
    for score in every:
        print(
            f"{score.reader:12} {score.kind:14} {score.pictures:8} {score.characters:10,} {score.exact:7.1%} "
            f"{score.folded:7.1%} {score.lines:7.1%} {score.milliseconds:6.0f}"
        )
    if f1 is not None:
        print(f"boxes: F1 {f1:.3f} at an intersection over union of 0.5")
    return 0


if __name__ == "__main__":
    sys.exit(main())
