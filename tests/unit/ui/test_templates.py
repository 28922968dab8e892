"""Nothing that comes from outside becomes markup, and no figure claims what is not so."""

import base64
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest
from jinja2 import Environment, FileSystemLoader
from jinja2.runtime import Macro

from hcr.assets import INTERFACE
from hcr.probabilities import Prediction
from hcr.ui.draw.answer import error_html
from hcr.ui.templates import ENVIRONMENT, notice, png
from tests.unit.ui.written import ARGUMENTS

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "</p></div><iframe srcdoc='<script>alert(1)</script>'>",
    "--><style>*{display:none}</style><!--",
    "</button><a href=javascript:alert(1)>x</a>",
    "&lt;b&gt;<b>&amp;",
    "\0<ScRiPt src=//example.org>\u2028",
]


class Skeleton(HTMLParser):
    """The tags of a piece of HTML with the names of their attributes, and the text in them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.words += " ".join(value or "" for _, value in attrs)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", ()))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", ()))

    def handle_data(self, data: str) -> None:
        self.words += data


def macros(environment: Environment, name: str) -> dict[str, Macro]:
    module = environment.get_template(f"{name}.html").module
    return {part: macro for part, macro in vars(module).items() if isinstance(macro, Macro)}


def filled_in(environment: Environment, name: str, part: str, text: str) -> Skeleton:
    return Skeleton(str(macros(environment, name)[part](**ARGUMENTS[name][part](text))))


EVERY = [(name, part) for name, parts in ARGUMENTS.items() for part in parts]


def test_every_macro_of_every_template_is_tried():
    templates = {file.stem for file in INTERFACE.glob("*.html")} - {"pad"}  # pad.html has nothing to fill in
    assert templates == set(ARGUMENTS)
    assert "{{" not in (INTERFACE / "pad.html").read_text("utf-8")
    for name in templates:
        assert set(macros(ENVIRONMENT, name)) == set(ARGUMENTS[name]), name
        assert "safe" not in (INTERFACE / f"{name}.html").read_text("utf-8"), "a filter that lets markup through"


@pytest.mark.parametrize(("name", "part"), EVERY)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_never_becomes_markup(name, part, text):
    harmless, hostile = (filled_in(ENVIRONMENT, name, part, words) for words in ("harmless", text))
    assert hostile.tags == harmless.tags
    if "harmless" in harmless.words:
        assert text.replace("\0", "\ufffd") in hostile.words.replace("\0", "\ufffd")


def test_this_would_be_noticed_without_escaping():
    bare = Environment(loader=FileSystemLoader(INTERFACE), trim_blocks=True, lstrip_blocks=True)
    bare.filters |= ENVIRONMENT.filters
    for name, part in EVERY:
        harmless = filled_in(bare, name, part, "harmless")
        if "harmless" in harmless.words:
            assert any(filled_in(bare, name, part, text).tags != harmless.tags for text in HOSTILE), (name, part)


@pytest.mark.parametrize("sentence", [error_html, notice])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_refusal_is_escaped(sentence, text):
    assert Skeleton(sentence(text)).tags == Skeleton(sentence("harmless")).tags


def test_a_sure_answer_is_shown_as_less_than_certain():
    probabilities = np.zeros(47, np.float32)
    probabilities[3] = 1
    prediction = Prediction(probabilities, known=True)
    arguments = ARGUMENTS["answer"]["answer"]("3") | {"top": prediction.top(5), "sure": 1.0}
    words = Skeleton(str(macros(ENVIRONMENT, "answer")["answer"](**arguments))).words
    assert ">99% sure" in words
    assert "100%" not in words


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("shape", [(28, 20), (112, 100, 3)])
def test_a_picture_comes_out_as_it_went_in(shape: tuple[int, ...], turned: bool):
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    image = image.swapaxes(0, 1) if turned else image
    kind, _, data = png(image).partition(",")
    found = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_UNCHANGED)
    assert kind == "data:image/png;base64"
    assert np.array_equal(found if image.ndim == 2 else found[..., ::-1], image)
