"""The 47 classes of EMNIST Balanced, what each one stands for, and which of them share a shape.

Source: Cohen et al. 2017, "EMNIST: an extension of MNIST to handwritten letters", table II: the ByMerge classes
join the upper and lower case of the 15 letters whose two forms look alike.
"""

from hcr.errors import InputError

CLASSES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"
CLASS_COUNT = len(CLASSES)

MERGED_LOWER = "cijklmopsuvwxyz"
"""Lower-case letters without a class of their own: each is counted as its upper case."""

SHAPE_IDENTICAL = ("0O", "1IL", "9gq", "2Z", "5S")
"""Groups that nobody can tell apart once size and baseline are cropped away."""

CHARACTERS = CLASSES + MERGED_LOWER
"""All 62 letters and digits."""

_INDEX = {character: index for index, character in enumerate(CLASSES)}
_GROUP = {character: group for group in SHAPE_IDENTICAL for character in group}


def class_of(character: str) -> str:
    """The class that stands for `character`: itself, or its upper case where EMNIST merges the two.

    Raises ValueError for anything but the 62 letters and digits.

    >>> class_of("c"), class_of("a")
    ('C', 'a')
    """
    name = character.upper() if character in MERGED_LOWER else character
    if len(name) != 1 or name not in _INDEX:
        raise ValueError(f"{character!r} is not one of the 62 letters and digits that EMNIST knows.")
    return name


def index_of(character: str) -> int:
    """The label, 0 to 46, of a letter or digit. Raises ValueError as `class_of` does.

    >>> index_of("A"), index_of("t")
    (10, 46)
    """
    return _INDEX[class_of(character)]


def stands_for(name: str) -> str:
    """All characters that the class `name`, one of the 47, covers: one, or upper and lower case.

    >>> stands_for("C"), stands_for("A")
    ('Cc', 'A')
    """
    return name + name.lower() if name.lower() in MERGED_LOWER and name.isupper() else name


def look_alikes(name: str) -> str:
    """The other classes that share the shape of the class `name`, "" where there are none.

    >>> look_alikes("g"), look_alikes("A")
    ('9q', '')
    """
    return _GROUP.get(name, "").replace(name, "")


def group_of(name: str) -> str:
    """A name for the shape of the class `name`: the first of its group, or itself.

    >>> group_of("O"), group_of("A")
    ('0', 'A')
    """
    return _GROUP.get(name, name)[0]


def wanted(text: str) -> frozenset[str]:
    """Which of the 62 letters and digits `text` asks for: "letters", "digits", or these characters, each once.

    Raises InputError for anything else.

    >>> sorted(wanted("ABC")), len(wanted("letters"))
    (['A', 'B', 'C'], 52)
    """
    digits = frozenset("0123456789")
    named = {"letters": frozenset(CHARACTERS) - digits, "digits": digits}
    chosen = named.get(text, frozenset(text))
    if not chosen or not chosen <= frozenset(CHARACTERS) or (text not in named and len(chosen) < len(text)):
        raise InputError(f'{text[:40]!r}: give "letters", "digits" or some of the 62 characters, each once: "ABC123".')
    return chosen


GROUP_INDEX = tuple(_INDEX[group_of(name)] for name in CLASSES)
"""For each of the 47 labels the label that stands for its shape group."""
