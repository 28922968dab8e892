"""How a picture is to be read: what the page and programs may ask for, and that an answer says so."""

import numpy as np
import pytest

from hcr.alphabet import CLASSES, wanted
from hcr.errors import InputError
from hcr.probabilities import Prediction
from hcr.reading import EVERYTHING, Asked, Character, Line, Reading, Word
from hcr.ui.asked import asked, asked_in, in_words
from hcr.ui.draw.answer import MOST_TOLD, character_html, reading_html
from tests.unit.ui.written import IMAGE

DIGITS = Asked(wanted("digits"))


def character(text: str, **shares: float) -> Character:
    probabilities = np.zeros(47, np.float32)
    for name, share in (shares or {text: 1.0}).items():
        probabilities[CLASSES.index(name)] = share
    return Character(text, (1, 2, 3, 4), IMAGE, Prediction(probabilities, known=True), 6)


def text_of(count: int) -> Reading:
    return Reading((Line((Word((character("A"),) * count),)),))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", EVERYTHING),
        (None, EVERYTHING),
        ("context=1", EVERYTHING),
        ("only=digits", DIGITS),
        ("only=AB1&context=0", Asked(frozenset("AB1"), context=False)),
        ("anything=else", EVERYTHING),
    ],
)
def test_what_the_page_asks_for(query, expected):
    assert asked_in(query) == expected


@pytest.mark.parametrize("query", ["only=%3Cb%3E", "only=AA", "only=" + 300 * "A", "only=a b"])
def test_what_cannot_be_asked_for_is_refused_and_not_repeated(query):
    with pytest.raises(InputError, match='Give "letters", "digits" or some of the 62') as refused:
        asked_in(query)
    assert "<b>" not in str(refused.value)


def test_programs_ask_the_same():
    assert asked("digits", True) == DIGITS
    assert asked(None, 0) == Asked(None, context=False)


def test_an_answer_says_how_it_was_read():
    assert in_words(EVERYTHING) == ""
    assert "Read as digits only." in character_html(character("7"), DIGITS)
    assert "Each character by its shape alone." in reading_html(text_of(2), Asked(None, context=False))
    assert 'class="remark how"' not in character_html(character("7")) + reading_html(text_of(2))


def test_what_was_not_asked_for_is_not_among_the_likeliest():
    assert character_html(character("7", **{"7": 0.9, "1": 0.1}), DIGITS).count("<li") == 2


def test_only_the_case_that_was_asked_for_is_said():
    assert "C or c" in character_html(character("C"))
    small = character_html(character("c", C=1.0), Asked(frozenset("c")))
    assert 'data-answer="c"' in small
    assert "or c" not in small


def test_of_a_long_text_the_first_characters_can_be_tapped_and_the_answer_says_so():
    html = reading_html(text_of(MOST_TOLD + 5))
    assert html.count('<button type="button" class="glyph') == MOST_TOLD
    assert f"Tap one of the first {MOST_TOLD} characters" in html
    assert f">{'A' * (MOST_TOLD + 5)}</" not in html
    assert html.partition('data-answer="')[2].startswith("A" * (MOST_TOLD + 5))
    assert len(html) < 1 << 20
    assert "Tap a character" in reading_html(text_of(2))
