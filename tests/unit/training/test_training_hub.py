"""Names as a person gives them, what a model card says, and a disk that is full wherever it happens."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from hcr.errors import InputError
from hcr.model import bundle
from hcr.report.evaluation import report
from tests.predicted import made_up_predictions
from training import __main__ as program
from training.data import used
from training.data.used import UsedSplit
from training.hub.card import eval_results, model_card
from training.hub.names import dataset_name, repo_name
from training.hub.send import Kind

CONFIG = bundle.read_config(bundle.BUNDLED)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("me/model", Kind.MODEL, "me/model"),
        ("https://huggingface.co/me/emnist-classic", Kind.MODEL, "me/emnist-classic"),
        ("https://huggingface.co/me/model/tree/main", Kind.MODEL, "me/model"),
        ("huggingface.co/me/model/", Kind.MODEL, "me/model"),
        ("http://hf.co/spaces/me/reads?logs=build", Kind.SPACE, "me/reads"),
        ("https://huggingface.co/datasets/me/emnist", Kind.DATASET, "me/emnist"),
    ],
)
def test_an_address_is_understood(text, kind, name):
    assert repo_name(text, kind) == name


def test_a_data_set_may_name_its_revision():
    assert dataset_name("me/emnist@v1") == "me/emnist@v1"
    assert dataset_name(None) is None
    with pytest.raises(InputError, match="is no branch"):
        dataset_name("me/emnist@../x")


@pytest.mark.parametrize(
    ("split", "of", "part"),
    [("balanced-train", "EMNIST Balanced", "train"), ("bymerge-test", "EMNIST ByMerge", "test")],
)
def test_the_card_says_which_split_its_figures_are_of(split, of, part):
    found = report(made_up_predictions(300, split=split, generated=False, official_count=None, images=f"300 of {split}"))
    assert {(result.dataset_name, result.dataset_split) for result in eval_results(found)} == {(of, part)}


@pytest.mark.parametrize(("softmax", "word"), [(True, "probabilities"), (False, "logits")])
def test_the_card_says_what_the_model_answers_with(softmax, word):
    config = replace(CONFIG, recipe="my own", gives_probabilities=softmax)
    assert f"It answers with {word}." in model_card(config, report(made_up_predictions(300)), "me/model", None)


@pytest.mark.parametrize(("images", "told"), [(98_982, True), (112_800, False)])
def test_the_card_says_where_the_train_split_was_not_whole(images, told):
    split = UsedSplit("balanced-train", images, 112_800, "f" * 64)
    config = replace(CONFIG, data={"description": "EMNIST"} | used.to_config((split,)))
    text = model_card(config, report(made_up_predictions(300)), "me/model", None)
    assert ("not the official train split" in text) == told


def test_a_full_disk_is_a_sentence_wherever_it_happens(monkeypatch, capsys):
    """Linux's /dev/full answers every write as a full disk does."""

    def run(arguments: object) -> int:
        del arguments
        with open("/dev/full", "w") as stream:
            stream.write("x")
        return 0

    monkeypatch.setitem(sys.modules, "tests.fills_the_disk", SimpleNamespace(run=run, add_arguments=lambda parser: None))
    monkeypatch.setitem(program.COMMANDS, "fill", ("tests.fills_the_disk", "write to a full disk"))
    monkeypatch.setattr(sys, "argv", ["training", "fill"])
    assert program.main() == 6
    assert "The disk is full." in capsys.readouterr().err
