import logging
import sys
from pathlib import Path

logging.basicConfig(level=logging.INFO)
from training.data import prepare
from training.fit import fit
from training.recipes import RECIPES

data = prepare(Path(sys.argv[1]), sys.argv[4] if len(sys.argv) > 4 else None)
print(data.description, data.fingerprint, len(data.validation_labels))
m = fit(RECIPES[sys.argv[2]](), data, Path(sys.argv[3]) / "training")
m.save(Path(sys.argv[3]) / "model.keras")
