"""What may be in a picture, and whether its lines decide: as the page and programs ask for it, and in words."""

from urllib.parse import parse_qs

from hcr.alphabet import CHARACTERS, wanted
from hcr.errors import InputError
from hcr.reading import EVERYTHING, Asked

NOT_ONLY = 'Give "letters", "digits" or some of the 62 letters and digits, such as "ABC123", for only; nothing for all.'
LONGEST = 200  # characters of a query that are looked at; the page's own has at most 80


def asked(only: object, context_decides: object) -> Asked:
    """only: "letters", "digits" or characters; "" or nothing for all. Raises InputError for anything else."""
    if not only and context_decides:
        return EVERYTHING
    try:
        return Asked(wanted(str(only)) if only else None, bool(context_decides))
    except InputError as error:
        raise InputError(NOT_ONLY) from error  # what was sent may be anything, so it is not repeated


def asked_in(query: object) -> Asked:
    """What the page's own query asks for, such as "only=digits&context=0". Raises InputError as `asked` does.

    >>> sorted(asked_in("only=AB&context=0").only), asked_in("only=AB&context=0").context, asked_in(None) == EVERYTHING
    (['A', 'B'], False, True)
    """
    told = parse_qs(str(query or "")[:LONGEST])
    return asked(told.get("only", [""])[0], told.get("context", ["1"])[0] != "0")


def in_words(how: Asked) -> str:
    """What was asked for, in a sentence or two; "" where it is everything.

    >>> in_words(Asked(wanted("digits")))
    'Read as digits only.'
    >>> in_words(Asked(wanted("C1a"), context=False))
    'Read as one of 1Ca only. Each character by its shape alone.'
    """
    named = {wanted(name): name for name in ("letters", "digits")}
    said = []
    if how.only is not None:
        these = "".join(sorted(how.only, key=CHARACTERS.index))
        said.append(f"Read as {named.get(how.only, f'one of {these}')} only.")
    if not how.context:
        said.append("Each character by its shape alone.")
    return " ".join(said)
