"""For every macro of every template: what to call it with so that a text stands wherever one can."""

from types import SimpleNamespace

import numpy as np

from hcr.report.evaluation import Estimate
from hcr.report.orientations import Look

IMAGE = np.zeros((28, 28), np.uint8)


def look(text: str) -> Look:
    """With `text` wherever a look has words."""
    said = SimpleNamespace(top=lambda _: ((text, 0.5),), known=True)
    return Look(text, IMAGE, said, text)  # type: ignore[arg-type]


ENTRY = {"without_fix": 0.5, "read_as_share": 0.5}
ARGUMENTS = {
    "parts": {
        "notice": lambda text: {"sentence": text},
        "badge": lambda text: {"words": text},
        "pager": lambda _: {"page": 2, "pages": 3},
        "stored": lambda text: {"image": IMAGE, "alt": text},
        "table": lambda text: {"heads": [text], "caller": lambda: ""},
    },
    "answer": {
        "title": lambda text: {"name": text, "lead": text},
        "empty": lambda text: {"sentence": text},
        "refusal": lambda text: {"sentence": text},
        "answer": lambda text: {
            "letter": text,
            "names": [text, text],
            "sure": 0.5,
            "is_character": True,
            "both": [text, text],
            "top": [(text, 0.5)] * 5,
            "remark": text,
            "known": True,
            "seen": IMAGE,
            "heat": IMAGE,
            "boxes": text,
            "asked": text,
        },
        "text": lambda text: {
            "text": text,
            "lines": [[[{"number": number, "text": text, "doubt": text, "said": text} for number in range(2)]]],
            "count": 2,
            "most": 1,
            "doubted": 1,
            "told": text,
            "asked": text,
        },
        "view": lambda text: {"source": text, "size": (text, text), "kind": text},
        "picture": lambda text: {"image": IMAGE, "caption": text, "kind": text},
        "model": lambda text: {"name": text, "note": text, "top1": 0.9, "images": 7},
    },
    "many": {
        "table": lambda text: {
            "rows": [
                {"name": text, "thumbnail": text, "text": text, "doubt": text, "error": None},
                {"name": text, "thumbnail": "", "text": text, "doubt": text, "error": text},
            ],
            "left": 1,
            "asked": text,
            "csv": text,
        },
    },
    "explorer": {
        "source": lambda text: {"generated": False, "description": text, "origin": text, "note": text},
        "grid": lambda text: {
            "address": text,
            "total": 3,
            "seed": text,
            "show": text,
            "cells": [{"name": text, "index": text, "pressed": False, "images": {text: IMAGE}}],
            "page": 1,
            "pages": 1,
        },
        "sample": lambda text: {
            "address": text,
            "index": 1,
            "spoken": text,
            "steps": [(look(text), text)],
            "eight": [(look(text), text, text)],
        },
        "figure": lambda text: {"look": look(text), "name": text, "standing": text},
        "without_fix": lambda text: {
            "count": 1,
            "generated": False,
            "raw": 0.1,
            "upright": 0.9,
            "survivors": [ENTRY | {"name": text, "why": text, "read_as": text}],
            "turned": [ENTRY | {"name": text, "why": text, "read_as": text}],
        },
        "row": lambda text: {"first": text, "share": 0.5, "last": text},
        "total": lambda text: {"description": text, "ink": 0.2},
        "means": lambda text: {"classes": [(text, IMAGE)]},
        "official": lambda text: {"rows": [(text, 1, text, text)]},
        "verdict": lambda text: {
            "kind": text,
            "named": text,
            "sure": text,
            "total": 1,
            "sentence": text,
            "disagreeing": [text],
            "changed": True,
            "shown": [(IMAGE, IMAGE, text, text)],
        },
    },
    "evaluation": {
        "headline": lambda text: {
            "figures": [(Estimate(0.5, 0.4, 0.6), text)],
            "images": text,
            "generated": True,
            "origin": text,
            "date": text,
        },
        "pairs": lambda text: {
            "pairs": [{"first": text, "second": text, "alike": True, "ways": [(text, text, text)] * 2, "share": 0.5}],
            "share": 0.5,
            "errors": 3,
            "alike": 0.5,
        },
        "gallery": lambda text: {
            "selection": text,
            "count": 1,
            "wrong": 0,
            "tiles": [tile(text)],
            "opens": True,
            "absence": text,
            "means": [(text, text, IMAGE)],
            "page": 1,
            "pages": 2,
        },
        "tile": lambda text: {"one": tile(text), "opens": True},
        "inner": lambda text: {"one": tile(text)},
        "calibration": lambda _: {"after": 0.1, "before": 0.2, "temperature": 1.0, "nll": 0.3},
        "answered": lambda _: {"threshold": 0.5, "coverage": 0.5, "exact": 0.5, "merged": 0.5},
        "changes": lambda text: {
            "name": text,
            "after": 0.5,
            "before": 0.5,
            "fixed": 1,
            "broke": 1,
            "verdict": text,
            "p_value": 0.5,
        },
    },
}
"""For every macro of every template: what to call it with so that a text stands wherever one can."""


def tile(text: str) -> dict[str, object]:
    named = dict.fromkeys(("index", "true", "read", "other"), text)
    return named | {"confidence": 0.5, "top": [(text, 0.5)], "image": IMAGE}
