"""When the app says "not sure": held against the rule written out by hand, on a real model with other thresholds."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from hcr.alphabet import CLASSES, SHAPE_IDENTICAL
from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.report.predictions import predict

SPLIT = standin.generate(2, seed=11)


def with_threshold(folder: Path, threshold: float) -> Classifier:
    """The bundled model, answering from another threshold on."""
    shutil.copytree(bundle.BUNDLED, folder)
    file = folder / bundle.CONFIG_FILE
    file.write_text(json.dumps(json.loads(file.read_text()) | {"abstain_threshold": threshold}))
    return Classifier(bundle.open_bundle(folder))


def of_the_shape(probabilities: np.ndarray) -> float:
    """The first guess's probability with that of the classes that share its shape, added up one by one."""
    first = CLASSES[int(np.argmax(probabilities))]
    alike = next((group for group in SHAPE_IDENTICAL if first in group), first)
    return sum(float(probabilities[CLASSES.index(name)]) for name in alike)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(bundle.open_bundle(bundle.BUNDLED))


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Characters, sharp and worn away: uint8 (n, 28, 28)."""
    sharp = np.ascontiguousarray(upright(SPLIT.images))
    worn = np.stack([cv2.erode(image, np.ones((2, 2), np.uint8)) for image in sharp])
    return np.concatenate([sharp, worn])


def test_what_stays_below_the_threshold_is_not_known(images, classifier, tmp_path):
    confidence = np.array([of_the_shape(row) for row in classifier.probabilities(images)])
    threshold = float(np.median(confidence))
    clear = np.abs(confidence - threshold) > 1e-4  # single images and batches differ in the sixth digit
    strict = with_threshold(tmp_path / "strict", threshold)
    said = [strict.predict(image) for image in images]
    known = np.array([prediction.known for prediction in said])
    character = np.array([prediction.is_character for prediction in said])
    assert 0.3 < known[clear].mean() < 0.7
    assert np.array_equal(known[clear], (character & (confidence > threshold))[clear])


def test_look_alikes_are_sure_together(images, classifier, tmp_path):
    """An O that might be a 0 is a sure reading of a round shape, though neither is sure alone."""
    probabilities = classifier.probabilities(images)
    highest, together = probabilities.max(1), np.array([of_the_shape(row) for row in probabilities])
    shared = int(np.argmax(together - highest))
    assert together[shared] - highest[shared] > 0.2
    between = float((together[shared] + highest[shared]) / 2)
    assert with_threshold(tmp_path / "bundle", between).predict(images[shared]).known


def test_no_threshold_no_doubt(images, tmp_path):
    lenient = with_threshold(tmp_path / "lenient", 0.0)
    said = [lenient.predict(image) for image in images[::10]]
    assert [prediction.known for prediction in said] == [prediction.is_character for prediction in said]
    assert np.mean([prediction.known for prediction in said]) > 0.9


def test_the_report_abstains_as_the_app_does(classifier):
    """Of the stored five likeliest classes the same sum is made as of all 47."""
    predictions = predict(classifier, SPLIT)
    expected = [of_the_shape(row) for row in classifier.probabilities(np.ascontiguousarray(upright(SPLIT.images)))]
    missing = predictions.probabilities[:, -1]  # a sixth class has at most what the fifth has
    assert (np.abs(predictions.group_confidence - expected) <= 2 * missing + 1e-4).all()
    assert (predictions.group_confidence - predictions.confidence).max() > 0.1
