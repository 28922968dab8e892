"""Words and lines, read from start to end by the bundled model; composed of stroke templates, and our own drawings."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ImageOps

from benchmarks.common.composed import compose
from benchmarks.lines import bare, distance, folded, matched
from hcr.model.opening import open_model
from hcr.reading import Doubt, read
from tests.conftest import ROOT
from tests.pictures import written

CASES = ROOT / "tests" / "cases"
SHEETS = 36  # each paper with and without characters that touch, three times


@pytest.fixture(scope="module")
def model():
    return open_model(None)


@pytest.fixture(scope="module")
def sheets(model):
    made = [compose(1000 + seed) for seed in range(SHEETS)]
    return [(sheet, read(sheet.picture, model)) for sheet in made]


def test_text_lines_and_boxes_of_composed_lines(sheets):
    length = sum(len(bare(sheet.text)) for sheet, _ in sheets)
    exact = sum(distance(bare(sheet.text), bare(reading.text)) for sheet, reading in sheets) / length
    alike = sum(distance(folded(sheet.text), folded(reading.text)) for sheet, reading in sheets) / length
    right = np.mean([sheet.text.count("\n") == reading.text.count("\n") for sheet, reading in sheets])
    found = [[character.box for character in reading.characters] for _, reading in sheets]
    hits = sum(matched(boxes, sheet.boxes) for boxes, (sheet, _) in zip(found, sheets, strict=True))
    f1 = 2 * hits / (sum(map(len, found)) + sum(len(sheet.boxes) for sheet, _ in sheets))
    assert (exact <= 0.06, alike <= 0.05, right >= 0.97, f1 >= 0.97) == (True,) * 4, (exact, alike, right, f1)


def test_the_letters_of_a_word_tell_how_touching_ink_is_split(model):
    """Of words that touch, more characters are right with context than without."""
    tight = [compose(seed) for seed in range(3002, 3110, 3)]
    with_context, without = (
        sum(distance(folded(sheet.text), folded(read(sheet.picture, model, context=context).text)) for sheet in tight)
        for context in (True, False)
    )
    assert with_context < 0.9 * without


def test_a_page_of_small_letters_is_read(model):
    """Each is smaller than a fortieth of the page."""
    page = np.full((2000, 1600), 255, np.uint8)
    words = ["HAT", "BED", "46 TALE", "FEED 28", "MADE", "HALT"] * 3
    for row, word in enumerate(words):
        cv2.putText(page, word, (200, 150 + 100 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 0, 4, cv2.LINE_AA)
    said = read(page, model).text
    assert distance(bare(said), bare("".join(words))) <= 0.05 * len(bare("".join(words)))


@pytest.mark.parametrize("file", sorted((CASES / "several").iterdir()), ids=lambda file: file.stem)
def test_several_characters_are_read_as_several(file, model):
    assert read(file, model).text == file.stem


@pytest.mark.parametrize("file", sorted((CASES / "one_with_flag").iterdir()), ids=lambda file: file.stem)
def test_a_one_with_an_upstroke_is_a_one(file, model):
    assert read(file, model, only="digits").text == "1"
    assert read(file, model).text in "1IL"


def test_lines_keep_their_order_and_words_their_blanks(model):
    picture = np.full((420, 900), 255, np.uint8)
    for row, words in enumerate((("HAT", "46"), ("BED",))):
        for place, word in enumerate(words):
            at = 40 + 420 * place, 140 + 180 * row
            cv2.putText(picture, word, at, cv2.FONT_HERSHEY_SIMPLEX, 4, 0, 9, cv2.LINE_AA)
    reading = read(picture, model)
    assert reading.text == "HAT 46\nBED"
    x, y, _, height = reading.lines[0].words[1].box
    assert 440 <= x <= 480
    for line, level in zip(reading.lines, (140, 320), strict=True):
        for word in line.words:
            for character in word.characters:
                assert abs(character.baseline - level) <= 8
                assert character.prediction.maps is not None
    assert y + height < 170 < reading.lines[1].words[0].box[1] + height


def test_a_smiley_is_no_character(model):
    face = np.full((300, 300), 255, np.uint8)
    cv2.circle(face, (150, 150), 110, 0, 9, cv2.LINE_AA)
    for at in ((110, 120), (190, 120)):
        cv2.circle(face, at, 9, 0, -1, cv2.LINE_AA)
    cv2.ellipse(face, (150, 165), (60, 45), 0, 20, 160, 0, 9, cv2.LINE_AA)
    (character,) = read(face, model).characters
    assert character.doubt is Doubt.NO_CHARACTER


def test_without_context_every_character_stands_for_its_shape(model):
    picture: Path = CASES / "several" / "2026.png"
    reading = read(picture, model, context=False)
    assert not any(character.by_context for character in reading.characters)
    assert all(character.text == character.prediction.text for character in reading.characters)


def test_words_stay_the_same_wherever_and_however_they_are_written(model):
    """Moved, scaled, in other colours, framed or padded: the same text in at least 98 of 100 pictures."""
    rng = np.random.default_rng(5)
    tones = [("white", "black"), ("black", "white"), ("#f0e6d2", "#202a78"), ("#285a3c", "#f5f5f0"), ("#9ad0f5", "#7a1f2b")]
    same = 0
    for number in range(100):
        lines = ["".join(rng.choice(list("LATEH"), rng.integers(2, 6))) for _ in range(rng.integers(1, 3))]
        text = "\n".join(lines)
        paper, ink = tones[number % len(tones)]
        picture = written(text, int(rng.integers(45, 220)), paper, ink)
        around = tuple(int(value) for value in rng.integers(0, 150, 4))
        framed = ImageOps.expand(ImageOps.expand(picture, around, paper), int(rng.integers(0, 6)), ink)
        same += read(framed, model).text == text
    assert same >= 98
