"""Does the suite notice? Each line below spoils one thing that matters in a copy of the checkout; its tests must fail.

python tests/mutations.py [WORD...]     only those whose description holds one of the words

Ends with exit code 0 when every one is caught. Not a part of the test suite: it runs parts of that many times over.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
CARRIED = ("hcr", "training", "assets", "tests", "app.py", "README.md", "ARCHITECTURE.md", "pyproject.toml")
ABSTAINING = "tests/unit/model/test_abstaining.py"
PLACE = "tests/unit/picture/test_conversion_place.py"
TEMPLATES = "tests/unit/ui/test_templates.py"
REFERENCES = "tests/unit/report/test_against_references.py"
CONTRACTS = "tests/unit/test_structure.py::test_imports_keep_their_contracts"


@dataclass(frozen=True)
class Mutation:
    """what: the fault, in words; file: where; old: text that stands there once; new: in its place; tests: that notice."""

    what: str
    file: str
    old: str
    new: str
    tests: str


MUTATIONS = (
    Mutation(
        "every reading is known",
        "hcr/model/classifier.py",
        "bool(group_confidence(probabilities) >= config.abstain_threshold)",
        "True",
        ABSTAINING,
    ),
    Mutation(
        "the threshold is held against the first guess alone, not its shape group",
        "hcr/model/classifier.py",
        "group_confidence(probabilities) >=",
        "probabilities.max() >=",
        ABSTAINING,
    ),
    Mutation(
        "the report abstains by the first guess alone",
        "hcr/report/predictions.py",
        "np.where(same, self.probabilities, 0).sum(1)",
        "self.probabilities[:, 0]",
        ABSTAINING,
    ),
    Mutation(
        "undivided logits: the app shows probabilities without the temperature",
        "hcr/model/classifier.py",
        "softmax(self.logits(images) / self.bundle.config.temperature)",
        "softmax(self.logits(images))",
        "tests/unit/model/test_classifier.py",
    ),
    Mutation(
        "undivided logits: the report keeps probabilities without the temperature",
        "hcr/report/predictions.py",
        "softmax(logits / bundle.config.temperature)",
        "softmax(logits)",
        REFERENCES,
    ),
    Mutation(
        "undivided logits: the threshold is chosen without the temperature",
        "training/calibrate.py",
        "group_confidence(softmax(logits / temperature))",
        "group_confidence(softmax(logits))",
        REFERENCES,
    ),
    Mutation(
        "undivided logits: the calibration error after the temperature is that before it",
        "hcr/report/calibration.py",
        "softmax(logits.astype(np.float64) / temperature)",
        "softmax(logits.astype(np.float64))",
        REFERENCES,
    ),
    Mutation(
        "the threshold leaves 90 of 100 answered", "training/calibrate.py", "ANSWERED = 0.98", "ANSWERED = 0.90", REFERENCES
    ),
    Mutation(
        "conversion half a pixel off",
        "hcr/picture/conversion.py",
        "middle = (SIDE - 1) / 2",
        "middle = SIDE / 2",
        PLACE,
    ),
    Mutation(
        "conversion half a pixel of the work frame off",
        "hcr/picture/conversion.py",
        "x + (width - 1) / 2 - middle * step, y + (height - 1) / 2",
        "x + width / 2 - middle * step, y + height / 2",
        PLACE,
    ),
    Mutation("conversion pads too little", "hcr/picture/conversion.py", "PAD = 3.5", "PAD = 1.5", PLACE),
    Mutation(
        "worse already at p < 0.5",
        "hcr/report/comparison.py",
        "self.p_value < 0.05",
        "self.p_value < 0.5",
        REFERENCES,
    ),
    Mutation(
        "every calibration bin shifted by one",
        "hcr/report/calibration.py",
        'side="left") - 1, 0, bins - 1)',
        'side="left"), 0, bins - 1)',
        REFERENCES,
    ),
    Mutation(
        "calibration bins end below their upper edge",
        "hcr/report/calibration.py",
        'np.searchsorted(edges, confidence, side="left")',
        'np.searchsorted(edges, confidence, side="right")',
        REFERENCES,
    ),
    Mutation(
        "calibration bins are named by their lower edge",
        "hcr/report/calibration.py",
        "edges[1:],",
        "edges[:-1],",
        REFERENCES,
    ),
    Mutation("templates escape nothing", "hcr/ui/templates.py", "autoescape=True", "autoescape=False", TEMPLATES),
    Mutation(
        "an unescaped refusal",
        "assets/interface/answer.html",
        'role="alert"><p>{{ sentence }}',
        'role="alert"><p>{{ sentence | safe }}',
        TEMPLATES,
    ),
    Mutation(
        "an unescaped notice",
        "assets/interface/parts.html",
        'role="status">{{ sentence }}',
        'role="status">{{ sentence | safe }}',
        TEMPLATES,
    ),
    Mutation(
        "the library imports what trains it",
        "hcr/reading.py",
        "from hcr.model.classifier import Classifier\n",
        "from hcr.model.classifier import Classifier\nfrom training.calibrate import ANSWERED\n",
        CONTRACTS,
    ),
    Mutation(
        "a lower room imports a higher one",
        "hcr/picture/glyphs.py",
        "from hcr.picture.ink import Ink\n",
        "from hcr.model.bundle import Bundle\nfrom hcr.picture.ink import Ink\n",
        CONTRACTS,
    ),
    Mutation(
        "Gradio outside the page",
        "hcr/report/selection.py",
        "import numpy as np\n",
        "import gradio as gr\nimport numpy as np\n",
        CONTRACTS,
    ),
    Mutation(
        "a report on a part of a train split is published",
        "training/hub/publish.py",
        " or about.split in {split.name for split in trained_on}",
        "",
        "tests/integration/hub/test_publish.py",
    ),
    Mutation(
        "a control is believed, whatever was sent for it",
        "hcr/ui/components.py",
        "next((choice for choice in choices if choice == value), default)",
        "value",
        "tests/unit/test_outside.py",
    ),
)


def main() -> int:
    """Try every mutation; 1 where one is not caught, or has nothing to spoil any more."""
    words = sys.argv[1:]
    chosen = [mutation for mutation in MUTATIONS if not words or any(word in mutation.what for word in words)]
    with tempfile.TemporaryDirectory() as place:
        checkout = Path(place)
        for name in CARRIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(ROOT / name, checkout / name)
        for tests in sorted({mutation.tests for mutation in chosen}):
            if failed(checkout, tests):
                print(f"{tests} fails as it is: mend that first.")
                return 1
        found = [(verdict(checkout, mutation), mutation.what) for mutation in tqdm(chosen, desc="Spoiling", unit=" fault")]
    for said, what in found:
        print(f"{said:7} {what}")
    caught = sum(said == "caught" for said, _ in found)
    print(f"{caught} of {len(found)} caught")
    return 0 if caught == len(found) else 1


def verdict(checkout: Path, mutation: Mutation) -> str:
    """caught, MISSED, or GONE where the text to spoil does not stand in the file exactly once."""
    file = checkout / mutation.file
    original = file.read_text(encoding="utf-8") if file.is_file() else ""
    if original.count(mutation.old) != 1:
        return "GONE"
    file.write_text(original.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        return "caught" if failed(checkout, mutation.tests) else "MISSED"
    finally:
        file.write_text(original, encoding="utf-8")


def failed(checkout: Path, tests: str) -> bool:
    """Whether the tests, run in the copy, fail; anything else than passing or failing is an error of this script."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", tests]
    # no compiled files: one of the text before would pass for one of the text after, when both are equally long
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stdout + done.stderr)
    return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main())
