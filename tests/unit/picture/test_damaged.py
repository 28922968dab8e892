"""Whatever bytes arrive: a reading or a sentence, and no other error."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcr.errors import InputError
from hcr.reading import see
from tests.pictures import KINDS


def ends_well(data: bytes) -> None:
    """A reading, or a sentence; anything else that is raised fails the test."""
    with contextlib.suppress(InputError):
        see(data)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=60, deadline=None)
@given(choice=st.data())
def test_damaged_files_end_in_a_reading_or_a_sentence(name, choice):
    """Bytes changed, cut out, repeated; most changes near the head, where the structure is."""
    content = bytearray(KINDS[name])
    for _ in range(choice.draw(st.integers(1, 6))):
        within = choice.draw(st.sampled_from([64, 256, len(content)]))
        place = choice.draw(st.integers(0, max(0, min(within, len(content)) - 1)))
        change = choice.draw(st.sampled_from(["set", "cut", "remove", "repeat"]))
        if change == "set" and content:
            content[place] = choice.draw(st.sampled_from([0, 1, 127, 128, 255]) | st.integers(0, 255))
        elif change == "cut":
            del content[place:]
        elif change == "remove":
            del content[place : place + choice.draw(st.integers(1, 16))]
        else:
            content[place:place] = content[place : place + choice.draw(st.integers(1, 64))]
    ends_well(bytes(content))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_reading_or_a_sentence(data):
    ends_well(data)
