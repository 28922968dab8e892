"""Forms that people write and EMNIST hardly has: European digits, cursive letters, dots; templates of our own making.

A table has a form on each line, which may go on, indented, on the next: the character, the form's name, its templates
between slashes, written as `hcr.data.generated.strokes` describes, whose own templates are the plain forms. A shape that is
another character's plain form is left out, however often it is written so (r as v, N as a large n).
"""

from dataclasses import dataclass
from itertools import product

from training.hands.cursive import LETTERS


@dataclass(frozen=True)
class Form:
    """character: what it is, one of the 62; name: how it is written, in words; templates: three or more ways to."""

    character: str
    name: str
    templates: tuple[str, ...]

    @property
    def learned(self) -> tuple[str, ...]:
        """The templates to train on."""
        return self.templates[: -max(1, len(self.templates) // 4)]

    @property
    def held_out(self) -> tuple[str, ...]:
        """The templates for validation alone: the last quarter, one at least."""
        return self.templates[len(self.learned) :]


DIGITS = """
0 slashed: 30 11 04 17 38 57 64 51 30 | 51 17 / 30 11 04 17 38 57 64 51 30 | 70 09 / 30 11 03 06 18 29 48 56 53 41 30 |
    60 09 / 40 11 04 17 48 77 84 71 40 | 71 17 / 40 11 04 17 48 77 84 71 40 | 80 08 / 30 11 03 06 18 29 48 56 53 41 30 |
    50 18 / 30 11 04 17 38 57 64 51 30 | 61 18 / 50 20 03 07 38 57 63 50* 18
0 dotted: 30 11 04 17 38 57 64 51 30 | 3444 3446 / 30 11 03 06 18 29 48 56 53 41 30 | 34 35 / 30 11 04 17 38 57 64 51 30
    | 3043 3547 / 40 11 04 17 48 77 84 71 40 | 44 45
0 looped at the top: 50 20 03 07 38 57 64 51 30 22 42 71 / 40 11 04 17 38 57 64 51 40 31 51 / 60 30 04 08 39 58 64 51 31
    23 43
1 with a long upstroke: 05 30* 39 / 06 40* 49 / 04 40* 39 / 05 23 40* 39 / 15 40* 39 / 07 23 40* 49 / 06 31 40* 38 / 04
    30* 29 / 05 13 40* 49 / 05 40* 39
1 with a short upstroke: 12 30* 39 / 22 40* 39 / 13 30* 29 / 1320 30* 39 / 13 22 30* 38 / 11 30* 39 / 1225 3000* 3090
1 with an upstroke and a foot: 03 30* 39 | 09 69 / 12 30* 39 | 19 59 / 04 40* 49 | 19 79 / 05 40* 39 | 09 69 / 13 22 40*
    49 | 18 79 / 12 40* 39 | 09 69
2 looped: 02 20 40 53 36 08 17 39 59 68 / 11 30 52 45 09 07 17 39 69 / 02 20 50 53 27 08 06 27 49 79 / 01 20 50 62 45 18
    07 28 49 69 / 02 10 40 53 27 09 07 37 59 78 / 12 30 50 53 36 09 07 27 59 69
2 with a straight foot: 02 20 50 53 09* 69 / 01 30 51 44 09* 59 / 03 11 40 62 18* 09* 79 / 01 20 50 63 08* 68
3 with a flat top: 00 60* 34* 55 67 49 08 / 00 50* 24* 55 57 39 08 / 10 60* 33 65 67 39 09 / 01 60* 24* 54 67 49 19 07 /
    00 60* 24* 64 67 39 08
3 round: 01 20 50 53 24 34 56 58 29 08 / 02 30 52 34* 66 58 19 07 / 01 30 52 44 24 23 34 56 48 29 07 / 01 20 51 43 24*
    55 58 39 18
4 open: 00 05 65 | 50 59 / 10 05* 75 | 60 59 / 00 04 25 64 | 50 49 / 20 05* 75 | 52 49 / 10 14 35 75 | 61 59 / 10 05* 65
    | 42 49 / 00 05* 75 | 51 59 / 10 14 16 76 | 60 49 / 10 04 15 65 | 50 59
4 closed: 50 06* 76 | 50* 59 / 59 50* 06* 86 / 60 06* 86 | 60 69 / 40 05* 65 | 41 39 / 49 40* 05* 75 / 50 05* 75 | 50 48
    / 60 05* 85 | 60 59
5 with its bar apart: 10 04* 33 65 68 39 08 | 20 60 / 10 05* 33 55 58 29 08 | 11 70 / 20 04* 33 54 57 39 09 | 30 70 / 11
    04* 43 66 58 29 07 | 2000 6000 / 20 14* 44 66 58 29 08 | 30 80 / 10 04* 34 56 58 29 08 | 20 61
5 curved: 60 10 04 43 65 58 29 08 / 61 20 13 33 55 57 29 08 / 70 30 24* 54 56 48 19 08
6 straight: 40 07 29 58 56 35 07 / 50 16 18 39 58 56 25 17 / 30 06 18 39 58 65 34 06 / 50 05* 08 39 58 55 25 07 / 40 06
    08 39 58 55 25 06
6 curled: 61 40 12 06 28 49 67 55 34 16 / 71 40 13 07 28 58 65 34 07 / 51 20 03 08 39 58 56 45 24
7 crossed: 00 60* 29 | 15 65 / 00 70* 39 | 15 65 / 00 60* 29 | 14 54 / 01 60* 39 | 24 64 / 00 50* 19 | 05 55 / 02 00*
    60* 29 | 15 55 / 10 70* 29 | 26 64 / 00 60* 39 | 25 65
7 crossed and curved: 01 20 60* 44 29 | 14 64 / 00 60* 43 39 | 15 65 / 01 20 60* 44 39 | 15 75 / 02 10 30 60* 34 29 | 14
    54 / 00 60* 34 29 | 05 65 / 01 10 60* 45 39 | 15 65
7 with a serif: 02 00* 60* 29 / 02 10* 60* 34 29 / 01 11* 60* 39
7 curved: 00 60* 34 29 / 01 20 60* 43 39 / 00 70* 44 29
8 of two circles: 30 11 13 34 53 51 30 | 34 06 08 39 68 66 34 / 30 21 23 34 43 41 30 | 35 16 18 39 58 56 35 / 30 10 03
    34 54 51 30 | 34 15 07 39 57 55 34 / 40 21 13 34 54 61 40 | 34 05 08 39 68 55 34
8 begun at the right: 60 30 11 23 46 58 39 18 26 53 60 / 50 20 02 24 56 58 29 08 16 43 50 / 61 40 11 23 46 57 39 08 16
    44 61 50
9 with a straight tail: 50 20 02 13 34 52 50* 59 / 51 30 11 13 34 53 51* 49 / 40 10 02 14 34 52 50* 39 / 60 20 02 14 44
    62 60* 59 / 50 20 03 24 53 50* 49
9 with a curved tail: 51 30 11 13 34 53 51* 57 39 18 / 61 30 11 14 35 54 61 57 49 29 08 / 50 20 02 14 34 53 50* 56 38 19
    / 60 30 11 14 44 63 60* 67 49 19 17 / 61 40 10 03 24 54 61 66 58 39 18
"""

_DOTS = ("3005 3009", "3010 3010", "2806 3412", "2503 3510", "3503 2510", "2306 3706", "3000 3000")
_RINGS = ("3000 2105 2115 3020 3915 3905 3000", "3300 2305 2414 3317 4112 4104 3300")
_I_STEMS = ("34 39", "34 38 49", "24 34* 38 49", "44 39", "3335 3380 4489")
_J_STEMS = ("34 37 29 08", "24 34* 37 29 08", "34 38 29 18 26 55", "44 38 29 19")


def _dotted(character: str, name: str, stems: tuple[str, ...], dots: tuple[str, ...]) -> Form:
    return Form(character, name, tuple(f"{stem} | {dot}" for stem, dot in product(stems, dots)))


def _read(table: str) -> tuple[Form, ...]:
    forms = []
    for line in table.replace("\n   ", "").strip().splitlines():
        head, _, templates = line.partition(": ")
        forms.append(Form(head[0], head[2:], tuple(templates.split(" / "))))
    return tuple(forms)


FORMS = (
    *_read(DIGITS),
    _dotted("i", "with a dot", _I_STEMS, _DOTS),
    _dotted("i", "with a ring", _I_STEMS[:3], _RINGS),
    _dotted("j", "with a dot", _J_STEMS, _DOTS),
    _dotted("j", "with a ring", _J_STEMS[:2], _RINGS),
    *_read(LETTERS),
)
