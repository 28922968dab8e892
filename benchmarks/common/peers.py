"""Other readers on the same pictures: RapidOCR (PyPI: rapidocr, onnxruntime) and Tesseract, each where it is installed."""

import importlib.util
import shutil
import subprocess
from collections.abc import Callable

import cv2
import numpy as np

Reader = Callable[[np.ndarray], str]
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def available(single: bool) -> dict[str, Reader]:
    """By name, each reader of a grey picture uint8 (h, w) -> the text that it reads. single: of one character, as each
    reader reads those best (RapidOCR: its recogniser alone; Tesseract: page segmentation 10)."""
    found: dict[str, Reader] = {}
    if importlib.util.find_spec("rapidocr"):
        found["RapidOCR"] = _rapidocr(single)
    if shutil.which("tesseract"):
        found["Tesseract"] = _tesseract(10 if single else 6)
    return found


def _rapidocr(single: bool) -> Reader:
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})

    def read(picture: np.ndarray) -> str:
        result = engine(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), use_det=not single, use_cls=False)
        if single or result.boxes is None:
            return "".join(result.txts or ())
        return in_lines([(np.asarray(box), text) for box, text in zip(result.boxes, result.txts, strict=True)])

    return read


def in_lines(found: list[tuple[np.ndarray, str]]) -> str:
    """Boxes with their texts, corners float (4, 2), put into lines: what overlaps a line's first box by half its height."""
    lines: list[list[tuple[np.ndarray, str]]] = []
    for box, text in sorted(found, key=lambda one: float(one[0][:, 1].mean())):
        first = lines[-1][0][0][:, 1] if lines else None
        if first is not None and box[:, 1].mean() < first.mean() + 0.5 * np.ptp(first):
            lines[-1].append((box, text))
        else:
            lines.append([(box, text)])
    return "\n".join(" ".join(text for _, text in sorted(line, key=lambda one: float(one[0][:, 0].min()))) for line in lines)


def _tesseract(segmentation: int) -> Reader:
    command = ["tesseract", "stdin", "stdout", "--psm", str(segmentation), "-c", f"tessedit_char_whitelist={ALPHANUMERIC}"]

    def read(picture: np.ndarray) -> str:
        png = cv2.imencode(".png", picture)[1].tobytes()
        return subprocess.run(command, input=png, capture_output=True, check=True).stdout.decode().strip()

    return read
