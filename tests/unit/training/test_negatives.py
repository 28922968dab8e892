"""Negatives: every kind is there, none is empty, and what is held out stays out."""

from pathlib import Path

import numpy as np
import pytest

from hcr.data.generated import standin
from hcr.data.orientation import upright
from training.negatives import drawings, scripts
from training.negatives.glyphs import Glyphs
from training.negatives.pool import SHARES, Kind, Use, build

SPLIT = standin.generate(4, 1)
GLYPHS = Glyphs(upright(SPLIT.images), SPLIT.labels)
SYSTEM_FONTS = Path("/usr/share/fonts")


@pytest.mark.parametrize("use", Use)
def test_every_kind_is_drawn_to_the_full_range(use: Use) -> None:
    found = build(use, GLYPHS, 300)
    assert found.images.shape == (300, 28, 28)
    assert found.images.dtype == np.uint8
    assert set(found.kinds) == set(range(len(Kind))) - {list(Kind).index(Kind.SCRIPT)}  # no fonts, no scripts
    assert (found.images.max((1, 2)) == 255).all()
    assert (found.images.min((1, 2)) == 0).mean() > 0.95


def test_the_shares_are_a_whole() -> None:
    assert set(SHARES) == set(Kind)
    assert sum(SHARES.values()) == pytest.approx(1)


def test_the_seed_alone_decides() -> None:
    first, again, other = (build(Use.TRAINING, GLYPHS, 40, seed=seed).images for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_pair_is_wider_than_a_character_and_a_piece_is_a_part() -> None:
    rng = np.random.default_rng(0)
    widths = [np.ptp(np.flatnonzero(GLYPHS.pair(rng).any(0))) for _ in range(50)]
    alone = [GLYPHS.pick(rng)[0].shape[1] for _ in range(50)]
    assert np.median(widths) > 1.3 * np.median(alone)
    assert all((GLYPHS.piece(rng) > 0.5).sum() > 30 for _ in range(50))


def test_what_is_held_out_is_nowhere_else() -> None:
    taught, chosen_by = set("".join(scripts.TAUGHT)), set("".join(scripts.CHOSEN_BY))
    held_out = set("".join(scripts.HELD_OUT_SCRIPTS + scripts.HELD_OUT_SIGNS))
    assert not taught & held_out
    assert not chosen_by & (taught | held_out)
    assert not set(drawings.SIGNS) & set(drawings.HELD_OUT_SIGNS)
    assert not set(drawings.SIGNS.values()) & set(drawings.HELD_OUT_SIGNS.values())


def test_no_taught_sign_is_a_letter_or_digit() -> None:
    for alphabet in (*scripts.TAUGHT, *scripts.CHOSEN_BY, *scripts.HELD_OUT_SIGNS, *scripts.HELD_OUT_SCRIPTS):
        assert not any(character.isascii() and character.isalnum() for character in alphabet)


def test_fonts_give_what_they_have_and_nothing_else() -> None:
    if not list(SYSTEM_FONTS.rglob("DejaVuSans.ttf")):
        pytest.fail("DejaVu Sans is missing; install fonts-dejavu-core, as the README's test section says")
    folder = next(SYSTEM_FONTS.rglob("DejaVuSans.ttf")).parent
    cyrillic, kanji = scripts.pictures(folder, ("ЖФ", "語漢"))
    assert len(cyrillic) >= 2
    assert kanji == []  # DejaVu has none: its box for a missing character is no character
    found = build(Use.TRAINING, GLYPHS, 300, folder)
    assert list(Kind).index(Kind.SCRIPT) in found.kinds


def test_of_a_package_the_plain_weight_is_taken(tmp_path: Path) -> None:
    names = (
        "a-latin-400-normal.woff",
        "a-latin-400-normal.woff2",
        "a-latin-700-normal.woff",
        "a-latin-400-italic.woff",
        "B.ttf",
    )
    for name in names:
        (tmp_path / name).touch()
    assert [file.name for file in scripts.font_files(tmp_path)] == ["B.ttf", "a-latin-400-normal.woff"]
    assert scripts.pictures(tmp_path, ("Ж",)) == [[]]  # empty files are no fonts
