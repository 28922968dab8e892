"""Calibrated probabilities, batches, threads, activation maps."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hcr.alphabet import CLASSES
from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.model import bundle
from hcr.model.classifier import BATCH, Classifier
from hcr.probabilities import Prediction, group_confidence, softmax

IMAGES = np.ascontiguousarray(upright(standin.generate(4).images))


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(bundle.open_bundle(bundle.BUNDLED))


def test_a_batch_answers_as_single_images_do(classifier):
    count = BATCH + 3
    together = classifier.probabilities(IMAGES[:count])
    alone = np.concatenate([classifier.probabilities(IMAGES[i : i + 1]) for i in range(count)])
    assert np.abs(together - alone).max() < 1e-5
    assert np.allclose(together.sum(1), 1, atol=1e-5)


def test_the_temperature_divides_the_logits(classifier):
    logits = classifier.logits(IMAGES[:10])
    assert np.allclose(classifier.probabilities(IMAGES[:10]), softmax(logits / classifier.bundle.config.temperature))


def test_threads_do_not_disturb_one_another(classifier):
    expected = classifier.logits(IMAGES)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: classifier.logits(IMAGES[i : i + 1])[0], range(len(IMAGES))))
    assert np.abs(np.stack(answers) - expected).max() < 1e-3


def test_wrong_images_are_refused(classifier):
    with pytest.raises(ValueError, match="expected uint8 images"):
        classifier.logits(IMAGES[:2].astype(np.float32))
    with pytest.raises(ValueError, match="expected uint8 images"):
        classifier.logits(np.zeros((1, 32, 32), np.uint8))


def test_class_maps_average_to_the_logit_s_own_part(classifier):
    """Behind global average pooling the mean of a class's map is its logit without the bias: the difference between
    the two is then the same for every image."""
    means = np.stack([classifier.predict(image).maps.mean((0, 1)) for image in IMAGES[:20]])
    biases = classifier.logits(IMAGES[:20]) - means
    assert np.abs(biases - biases[0]).max() < 1e-3


def test_activation_map_is_a_share(classifier):
    found = classifier.predict(IMAGES[0]).activation_map(3)
    assert (found.shape, found.dtype) == ((7, 7), np.float32)
    assert found.min() >= 0
    assert found.max() == 1
    assert Prediction(np.ones(47, np.float32) / 47, True).activation_map(3) is None


def test_one_stroke_is_one_run_of_the_network(classifier, monkeypatch):
    """Counted on the runtime itself: probabilities and map come from the same run."""
    from ai_edge_litert.interpreter import Interpreter

    runs, invoke = [], Interpreter.invoke
    monkeypatch.setattr(Interpreter, "invoke", lambda self: (runs.append(1), invoke(self))[1])
    classifier.predict(IMAGES[0]).activation_map(3)
    assert len(runs) == 1


def test_the_answer_of_a_prediction_is_that_of_the_batch(classifier):
    for image in IMAGES[:5]:
        assert np.array_equal(classifier.predict(image).probabilities, classifier.probabilities(image[None])[0])


def prediction(**shares: float) -> Prediction:
    probabilities = np.zeros(47, np.float32)
    for name, share in shares.items():
        probabilities[CLASSES.index(name.removeprefix("_"))] = share
    return Prediction(probabilities, True)


def test_top_and_look_alike():
    found = prediction(O=0.6, _0=0.3, D=0.1)
    assert [name for name, _ in found.top(3)] == ["O", "0", "D"]
    assert found.look_alike == "0"
    assert prediction(O=0.6, D=0.3, _0=0.1).look_alike is None
    assert prediction(O=0.99, _0=0.01).look_alike is None


def test_confidence_is_that_of_the_shape():
    assert group_confidence(prediction(O=0.5, _0=0.4, D=0.1).probabilities) == pytest.approx(0.9)
    assert group_confidence(prediction(D=0.5, _0=0.4, O=0.1).probabilities) == pytest.approx(0.5)
