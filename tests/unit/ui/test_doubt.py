"""What is said of a doubtful character, and what a table of many pictures says."""

import base64
from pathlib import Path

import numpy as np
import pytest

from hcr.alphabet import CLASSES
from hcr.probabilities import Prediction
from hcr.reading import Character, Line, Reading, Word
from hcr.ui.doubt import alike, in_words, sure, why
from hcr.ui.draw.answer import NOTHING_DRAWN, reading_html
from hcr.ui.draw.many import MOST_FILES, Row, bounded, in_doubt, many_html
from tests.unit.ui.written import IMAGE


def prediction(known: bool = True, is_character: bool = True, **shares: float) -> Prediction:
    probabilities = np.zeros(47, np.float32)
    for name, share in shares.items():
        probabilities[CLASSES.index(name.removeprefix("_"))] = share
    return Prediction(probabilities, known, is_character=is_character)


def character(said: Prediction, text: str = "", by_context: bool = False) -> Character:
    return Character(text or said.text, (1, 2, 3, 4), IMAGE, said, 6, by_context)


def reading(*characters: Character) -> Reading:
    return Reading((Line((Word(characters),)),))


def test_a_shape_that_is_two_characters_is_said_as_both():
    both = prediction(_0=0.6, O=0.38, D=0.02)
    assert alike(both) == ("0", "O")
    assert sure(both) == pytest.approx(0.98)
    assert why(character(both)) == "0 and O have the same shape: without its neighbours nobody can tell which one it is."
    html = reading_html(reading(character(both)))
    assert "98%" in html
    assert "0<small>or</small>O" in html


def test_one_that_is_far_fetched_is_not_said():
    one = prediction(O=0.99, _0=0.01)
    assert alike(one) == ("O",)
    assert sure(one) == pytest.approx(0.99)
    assert why(character(one)) is None
    assert in_words(alike(prediction(_1=0.5, I=0.3, L=0.2))) == "1, I or L"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (character(prediction(A=0.9, is_character=False)), "not a character"),
        (character(prediction(A=0.4, known=False)), "Not sure"),
        (
            character(prediction(_0=0.6, O=0.4), "O", by_context=True),
            "Decided by the line: the shape alone would be read as 0",
        ),
    ],
)
def test_each_doubt_has_its_sentence(one, said):
    assert said in (why(one) or "")


def test_a_text_keeps_its_words_and_lines_and_carries_its_boxes():
    a, b = character(prediction(A=1.0)), character(prediction(B=0.4, known=False))
    html = reading_html(Reading((Line((Word((a, b)), Word((a,)))), Line((Word((b,)),)))))
    assert 'data-answer="AB A\nB"' in html
    assert html.count('class="glyph doubt"') == 2
    assert html.count('class="word"') == 3
    assert "&#34;box&#34;: [1, 2, 3, 4]" in html
    assert reading_html(Reading(())) == NOTHING_DRAWN


def test_a_table_of_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    a, b = character(prediction(A=1.0)), character(prediction(B=0.4, known=False))
    assert in_doubt(reading(a, a)) == ""
    assert in_doubt(reading(a, b)) == "1 of 2 characters in doubt"
    assert in_doubt(Reading(())) == "nothing drawn"
    html = many_html([Row("=1+1.png", "data:image/jpeg;base64,", "A"), Row("b.png", error="No picture.")], 3)
    data = html.partition("data:text/csv;base64,")[2].partition('"')[0]
    lines = base64.b64decode(data).decode().splitlines()
    assert lines == ["name,text,in doubt,error", "'=1+1.png,A,,", "b.png,,,No picture."]
    assert "3 more were left out" in html


def test_too_many_files_are_left_out_and_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    files = [tmp_path / f"{number}.png" for number in range(MOST_FILES + 2)]
    for file in files:
        file.write_bytes(b"x")
    kept, left = bounded(files)
    assert (kept, left) == (files[:MOST_FILES], 2)
    assert [file.exists() for file in files] == [True] * MOST_FILES + [False] * 2
