"""Where a training run stands, so that a killed one goes on as if nothing had happened, and never on other data.

checkpoint.json names the run, the epoch, the log so far and the file of weights; it is replaced in one step, after the
weights that it names are there. log.csv and curve.png are made from it.
"""

import csv
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from hcr.errors import InputError
from hcr.model.bundle import write_json
from training.run import curve

STATE_FILE, LOG_FILE, CURVE_FILE = "checkpoint.json", "log.csv", "curve.png"
AGAIN = "Give another --out, or --restart to begin anew; what was trained there is lost then."


@dataclass(frozen=True)
class Run:
    """What decides a training run. data: the fingerprint of all training images and labels (SHA-256)."""

    recipe: str
    epochs: int
    seed: int
    data: str


@dataclass(frozen=True)
class Checkpoint:
    """epoch: epochs that are done; weights: file of the weights and the optimizer's state after the last of them;
    log: figures of each, by name."""

    epoch: int
    weights: Path
    log: tuple[dict[str, float], ...]


def read(folder: Path, run: Run) -> Checkpoint | None:
    """The checkpoint of a run in a folder, None where there is none.

    Raises InputError where it is of another run, or damaged.
    """
    file = folder / STATE_FILE
    if not file.exists():
        return None
    try:
        state: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        found = Run(**{name: state[name] for name in Run.__dataclass_fields__})
        checkpoint = Checkpoint(int(state["epoch"]), folder / Path(state["weights"]).name, tuple(state["log"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(f"{file}: damaged, or of an older version of this program ({error}). {AGAIN}") from error
    if found != run:
        raise InputError(f"{folder} holds a checkpoint of another run ({_difference(found, run)}). {AGAIN}")
    if not checkpoint.weights.is_file():
        raise InputError(f"{folder}: {checkpoint.weights.name} is missing. {AGAIN}")
    return checkpoint


def restore(model: keras.Model, checkpoint: Checkpoint) -> None:
    """Put a checkpoint's weights and optimizer state into a compiled model. Raises InputError where they do not fit."""
    try:
        model.load_weights(checkpoint.weights)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{checkpoint.weights}: damaged ({reason}). {AGAIN}") from error


def clear(folder: Path) -> None:
    """Forget what was trained in a folder; only files that a run made are deleted."""
    for pattern in (STATE_FILE, LOG_FILE, CURVE_FILE, "*.weights.h5", "own-labels*.npz", "*.part"):
        for file in folder.glob(pattern):
            file.unlink()


class Saving(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Writes a checkpoint after each epoch."""

    def __init__(self, folder: Path, run: Run, log: tuple[dict[str, float], ...]) -> None:
        super().__init__()
        self._folder, self._run, self._log = folder, run, list(log)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the epoch's line of the log and the checkpoint."""
        figures = {name: float(value) for name, value in sorted((logs or {}).items())}
        self._log.append({"epoch": epoch} | figures)
        fresh, weights = self._folder / "fresh.weights.h5", self._folder / f"epoch-{epoch + 1:04d}.weights.h5"
        self.model.save_weights(fresh)
        fresh.replace(weights)
        state = asdict(self._run) | {"epoch": epoch + 1, "weights": weights.name, "log": self._log}
        write_json(self._folder / STATE_FILE, state)
        for old in self._folder.glob("*.weights.h5"):
            if old != weights:
                old.unlink()
        _replace(self._folder / LOG_FILE, _table(self._log))
        title = f"{self._run.recipe}, seed {self._run.seed}: validation accuracy"
        _replace(self._folder / CURVE_FILE, curve.png([row["val_accuracy"] for row in self._log], title))


class Seeding(keras.callbacks.Callback):  # type: ignore[misc]
    """Lets all chance in an epoch depend on (seed, epoch) alone, so that a resumed run draws what an unbroken one would."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """logs: as Keras gives it."""
        del logs
        first, second = (int(value) for value in np.random.SeedSequence((self._seed, epoch)).generate_state(2))
        keras.utils.set_random_seed(first)  # what PyTorch's dropout draws from
        for place, layer in enumerate(self.model.layers):
            generator = getattr(layer, "seed_generator", None)  # what the other backends' dropout draws from
            if generator is not None:
                generator.state.assign(np.array([second, place], np.uint32))


def _difference(found: Run, wanted: Run) -> str:
    words = {"recipe": "the recipe {}", "epochs": "{} epochs", "seed": "the seed {}", "data": "other training images"}
    return ", ".join(
        word.format(getattr(found, name)) for name, word in words.items() if getattr(found, name) != getattr(wanted, name)
    )


def _table(log: list[dict[str, float]]) -> bytes:
    text = io.StringIO()
    out = csv.DictWriter(text, list(log[0]), extrasaction="ignore", lineterminator="\n")
    out.writeheader()
    out.writerows(log)
    return text.getvalue().encode()


def _replace(file: Path, data: bytes) -> None:
    fresh = file.with_name(f"{file.name}.part")
    fresh.write_bytes(data)
    fresh.replace(file)
