"""28x28 images -> calibrated probabilities, with LiteRT; no TensorFlow."""

import os
import threading
from collections.abc import Iterator

import numpy as np

from hcr.alphabet import CLASS_COUNT
from hcr.errors import InputError
from hcr.image import SIDE, to_input
from hcr.model.bundle import MODEL_FILE, Bundle
from hcr.model.quiet import without_notice
from hcr.probabilities import Prediction, character_probability, group_confidence, softmax

BATCH = 8  # images in one call of the runtime; more gives no more throughput, and the last one is filled up


class Classifier:
    """The model of a bundle, ready to read. Safe to call from several threads.

    Raises InputError where the file is no LiteRT model or has other inputs and outputs than a bundle promises.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        self.bundle = bundle
        self.threads = threads or min(4, os.cpu_count() or 1)
        self._lock = threading.Lock()
        # one call's latency is best on one thread; both share nothing, so a batch never resizes what a drawing needs
        self._single = _Runner(bundle, 1, 1)
        self._many: _Runner | None = None

    @property
    def has_maps(self) -> bool:
        """Whether the model can show where it looked."""
        return self._single.has_maps

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Upright uint8 (n, 28, 28) -> float32 (n, 47), not calibrated. Raises InputError where the model fails."""
        return self.outputs(images)[:, :CLASS_COUNT]

    def outputs(self, images: np.ndarray) -> np.ndarray:
        """Upright uint8 (n, 28, 28) -> float32 (n, 47), or (n, 48) of a model that knows "no character" as well."""
        _check(images)
        return np.concatenate([outputs for outputs, _ in self._batches(images)] or [np.empty((0, self._single.count))])

    def predictions(self, images: np.ndarray, only: np.ndarray | None = None) -> list[Prediction]:
        """What `predict` says of each of upright uint8 (n, 28, 28), in batches; only: as for `judge`."""
        _check(images)
        return [
            self.judge(row, None if maps is None else maps[number].copy(), only)
            for outputs, maps in self._batches(images)
            for number, row in enumerate(outputs)
        ]

    def _batches(self, images: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        """Outputs and maps of up to BATCH images at a time."""
        for start in range(0, len(images), BATCH):
            part = to_input(images[start : start + BATCH])
            filled = len(part)
            if len(images) == 1:
                with self._lock:
                    answer = self._single.run(part)
            else:
                if filled < BATCH:
                    part = np.concatenate([part, np.zeros((BATCH - filled, SIDE, SIDE, 1), np.float32)])
                with self._lock:
                    if self._many is None:
                        self._many = _Runner(self.bundle, BATCH, self.threads)
                    answer = self._many.run(part)
            outputs, maps = answer
            yield outputs[:filled], maps

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Upright uint8 (n, 28, 28) -> float32 (n, 47), each row summing to 1."""
        return softmax(self.logits(images) / self.bundle.config.temperature)

    def predict(self, image: np.ndarray, only: np.ndarray | None = None) -> Prediction:
        """Upright uint8 (28, 28) -> Prediction, its maps from the same run of the network; only: as for `judge`."""
        _check(image[None])
        with self._lock:
            outputs, maps = self._single.run(to_input(image[None]))
        return self.judge(outputs[0], None if maps is None else maps[0], only)

    def judge(self, outputs: np.ndarray, maps: np.ndarray | None = None, only: np.ndarray | None = None) -> Prediction:
        """What one image's outputs, float32 (47,) or (48,), mean; maps: of the same run, as `Prediction` has them; only:
        bool (47,), the classes that it may be, None for all."""
        config = self.bundle.config
        logits = outputs[:CLASS_COUNT] / config.temperature
        probabilities = softmax(logits if only is None else np.where(only, logits, np.float32(-1e9)))
        character = float(self._characters(outputs[None])[0])
        is_character = character >= config.character_threshold
        known = is_character and bool(group_confidence(probabilities) >= config.abstain_threshold)
        return Prediction(probabilities, known, maps, character, is_character)

    def characters(self, images: np.ndarray) -> np.ndarray:
        """How likely each image is one character at all: upright uint8 (n, 28, 28) -> float32 (n,), 0 to 1; 1 throughout
        for a model that was not taught what is none."""
        return self._characters(self.outputs(images))

    def _characters(self, outputs: np.ndarray) -> np.ndarray:
        if outputs.shape[1] == CLASS_COUNT:
            return np.ones(len(outputs), np.float32)
        return character_probability(outputs, self.bundle.config.character_scale, self.bundle.config.character_offset)


def _check(images: np.ndarray) -> None:
    if images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE):
        raise ValueError(f"expected uint8 images (n, {SIDE}, {SIDE}), got {images.dtype} {images.shape}")


class _Runner:
    """One interpreter for one batch size."""

    def __init__(self, bundle: Bundle, batch: int, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._name = f"{bundle.origin}: {MODEL_FILE}"
        try:
            with without_notice():
                self._interpreter = Interpreter(str(bundle.folder / MODEL_FILE), num_threads=threads)
                inputs = self._interpreter.get_input_details()
                outputs = self._interpreter.get_output_details()
                self._interpreter.resize_tensor_input(inputs[0]["index"], [batch, SIDE, SIDE, 1])
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError, IndexError, TypeError) as error:
            raise InputError(f"{self._name} is not a LiteRT model ({error}). Download or export it again.") from error
        shapes = [tuple(detail["shape_signature"][1:]) for detail in outputs]
        counts = [count for count in (CLASS_COUNT, CLASS_COUNT + 1) if (count,) in shapes]
        if len(inputs) != 1 or tuple(inputs[0]["shape_signature"][1:]) != (SIDE, SIDE, 1) or not counts:
            raise InputError(f"{self._name} has other inputs or outputs than 28x28 images and {CLASS_COUNT} logits.")
        if any(detail["dtype"] is not np.float32 for detail in (*inputs, *outputs)):
            raise InputError(f"{self._name} has inputs or outputs of another kind than 32-bit floats.")
        self._input = inputs[0]["index"]
        self.count = counts[0]
        self._logits = outputs[shapes.index((self.count,))]["index"]
        map_outputs = [d["index"] for d, s in zip(outputs, shapes, strict=True) if len(s) == 3 and s[-1] == CLASS_COUNT]
        self._maps = map_outputs[0] if map_outputs else None
        self.has_maps = self._maps is not None

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """float32 (batch, 28, 28, 1) -> logits float32 (batch, count) and class maps float32 (batch, h, w, 47), or None.

        Raises InputError where the runtime fails, as it does on a model whose parts do not fit one another.
        """
        try:
            self._interpreter.set_tensor(self._input, batch)
            self._interpreter.invoke()
            maps = None if self._maps is None else self._interpreter.get_tensor(self._maps)
            logits = self._interpreter.get_tensor(self._logits)
        except (ValueError, RuntimeError) as error:
            raise InputError(f"{self._name} fails when it is run ({error}). Download or export it again.") from error
        if logits.shape != (len(batch), self.count):
            raise InputError(f"{self._name} answers with {logits.shape} for {len(batch)} images. Export it again.")
        return logits, maps
