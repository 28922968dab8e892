"""The pool of hands: what it holds is labelled as meant, the same by the seed, and no template or font is in both parts."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from hcr.alphabet import CLASS_COUNT, GROUP_INDEX, index_of
from hcr.data.generated import standin
from hcr.data.generated.strokes import TEMPLATES, parse
from hcr.errors import InputError
from hcr.model import bundle
from hcr.model.classifier import Classifier
from tests.conftest import NOT_RUN
from training.hands import fonts, pool, writing
from training.hands.families import FAMILIES
from training.hands.forms import FORMS

FONTS = Path(os.environ.get("HCR_FONTS", "fonts"))
needs_fonts = pytest.mark.skipif(not FONTS.is_dir(), reason=f"{NOT_RUN}handwriting fonts: set HCR_FONTS to their folder")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The font that comes with Pillow under the names of a family to learn from and of one that is held out."""
    there = tmp_path_factory.mktemp("fonts")
    for name in (
        "Caveat-Regular.ttf",
        "node_modules/patrick-hand-latin-400-normal.ttf",
        "patrick-hand-latin-700-normal.ttf",
    ):
        (there / name).parent.mkdir(exist_ok=True)
        (there / name).write_bytes(ImageFont.load_default(20).font_bytes)
    return there


@pytest.fixture
def few(monkeypatch) -> None:
    for name in ("OF_GLYPH", "OF_GLYPH_HELD_OUT", "OF_TEMPLATE_HELD_OUT"):
        monkeypatch.setattr(pool, name, 1)
    monkeypatch.setattr(pool, "OF_CHARACTER", 10)


def same(one: pool.Written, other: pool.Written) -> bool:
    return np.array_equal(one.images, other.images) and np.array_equal(one.sources, other.sources)


def read_rightly(written: pool.Written) -> float:
    """The share that the bundled model reads as meant, look-alikes taken for one."""
    groups = np.array(GROUP_INDEX)
    found = Classifier(bundle.open_bundle(bundle.BUNDLED)).logits(written.images).argmax(1)
    return float((groups[found] == groups[written.labels]).mean())


def holes(image: np.ndarray) -> int:
    return cv2.connectedComponents((image < 100).astype(np.uint8), connectivity=4)[0] - 2


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.character} {form.name}")
def test_every_form_can_be_drawn_and_holds_a_template_out(form):
    assert form.character in fonts.CHARACTERS
    assert len(set(form.templates)) == len(form.templates) >= 3
    assert form.learned + form.held_out == form.templates
    assert len(form.held_out) >= 1
    for text in form.templates:
        image = standin.write(parse(text), np.random.default_rng(0), pool.PEN)
        assert image.shape == (28, 28)
        assert image.max() == 255
        assert (image > 64).mean() > 0.03


def test_no_form_stands_there_twice():
    names = [(form.character, form.name) for form in FORMS]
    assert len(set(names)) == len(names)


def test_no_template_that_is_held_out_is_learned_in_another_form_or_case():
    learned = {(index_of(form.character), text) for form in FORMS for text in form.learned}
    learned |= {(index_of(character), text) for character, texts in TEMPLATES.items() for text in texts}
    assert not learned & {(index_of(form.character), text) for form in FORMS for text in form.held_out}


@pytest.mark.usefixtures("few")
def test_the_seed_decides_and_another_font_changes_no_other_image(folder):
    drawn, again, other = pool.build(None, 1), pool.build(None, 1), pool.build(None, 2)
    assert same(drawn.learned, again.learned)
    assert same(drawn.held_out, again.held_out)
    assert not np.array_equal(drawn.learned.images, other.learned.images)
    more = pool.build(folder, 1).learned
    assert np.array_equal(more.images[more.sources != "caveat"], drawn.learned.images)


@pytest.mark.usefixtures("few")
def test_every_image_has_the_label_it_was_meant_as_and_no_source_is_in_both_parts(folder):
    hands = pool.build(folder)
    for written in (hands.learned, hands.held_out):
        assert written.images.dtype == written.labels.dtype == np.uint8
        assert written.labels.tolist() == [index_of(character) for character in written.characters]
        assert set(written.characters) == set(fonts.CHARACTERS)
    assert (np.bincount(hands.learned.labels, minlength=CLASS_COUNT) >= 10).all()
    assert "caveat" in hands.learned.sources
    assert "caveat" not in hands.held_out.sources
    assert "patrick-hand" in hands.held_out.sources
    assert "patrick-hand" not in hands.learned.sources
    assert "1 handwriting fonts" in hands.description


def test_what_is_drawn_is_mostly_read_as_meant(monkeypatch):
    monkeypatch.setattr(pool, "OF_CHARACTER", 40)
    assert read_rightly(pool.build(None).learned) > 0.8


@needs_fonts
def test_real_fonts_are_mostly_read_as_meant(monkeypatch):
    assert len(fonts.find(FONTS)) >= 30
    monkeypatch.setattr(pool, "OF_CHARACTER", 0)
    monkeypatch.setattr(pool, "OF_GLYPH", 1)
    hands = pool.build(FONTS)
    assert len({family.name for family in FAMILIES if family.held_out} & set(hands.held_out.sources)) >= 6
    assert read_rightly(hands.learned) > 0.9


def test_a_font_is_found_by_either_name_at_any_depth_and_only_in_its_plain_weight(folder):
    found = fonts.find(folder)
    assert {name: file.name for name, file in found.items()} == {
        "caveat": "Caveat-Regular.ttf",
        "patrick-hand": "patrick-hand-latin-400-normal.ttf",
    }
    inks = fonts.glyphs(found["caveat"])
    assert set(inks) == set(fonts.CHARACTERS)
    assert inks["L"][-9:].sum() > 2 * inks["L"][:9].sum()


def test_a_folder_without_them_and_a_broken_font_are_said_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="no folder"):
        fonts.find(tmp_path / "none")
    with pytest.raises(InputError, match="None of the families"):
        fonts.find(tmp_path)
    broken = tmp_path / "Caveat-Regular.ttf"
    broken.write_bytes(b"no font")
    with pytest.raises(InputError, match="cannot be read as a font"):
        fonts.glyphs(broken)


def test_capitals_drawn_for_small_letters_are_left_out(folder):
    """All of them in a font of small capitals; the one that is its capital's drawing in another."""
    inks = fonts.glyphs(folder / "Caveat-Regular.ttf")
    own = {character for character in fonts.CHARACTERS if index_of(character) >= 36}
    assert fonts.capitals_among(inks) == set()
    small = {
        character: cv2.resize(inks[character.upper()], None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
        for character in own
    }
    assert fonts.capitals_among(inks | small) == own
    assert fonts.capitals_among(inks | {"q": small["q"]}) == {"q"}


@pytest.mark.parametrize(("character", "count"), [("8", 2), ("A", 1), ("e", 1), ("C", 0)])
def test_another_pen_closes_no_loop_and_breaks_no_stroke(folder, character, count):
    ink, rng = fonts.glyphs(folder / "Caveat-Regular.ttf")[character], np.random.default_rng(0)
    images = [writing.write(ink, rng) for _ in range(40)]
    assert len({image.tobytes() for image in images}) == 40
    assert sum(holes(image) == count for image in images) >= 36


@pytest.mark.usefixtures("few")
def test_the_pool_is_kept_and_a_broken_file_is_made_anew(tmp_path):
    made = pool.build(None, 1, tmp_path)
    (kept,) = tmp_path.iterdir()
    with np.load(kept) as file:
        arrays = dict(file)
    np.savez(kept, **(arrays | {"learned_images": arrays["learned_images"] // 2}))
    assert pool.build(None, 1, tmp_path).learned.images.max() == 127
    kept.write_bytes(kept.read_bytes()[:1000])
    assert same(pool.build(None, 1, tmp_path).learned, made.learned)
    pool.build(None, 2, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
