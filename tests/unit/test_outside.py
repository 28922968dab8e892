"""Whatever comes from outside: an answer or a sentence. `tests/fuzz.py` for seconds, the same each time."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hcr.errors import InputError
from tests.fuzzing.inputs import inputs, seeds
from tests.fuzzing.targets import TARGETS

FEW = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def on_a_space(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody compares with a folder of this machine or a model of the Hub."""
    monkeypatch.setenv("SPACE_ID", "me/space")
    monkeypatch.delenv("HCR_COMPARE", raising=False)


@pytest.mark.parametrize("target", TARGETS)
def test_good_inputs_are_taken(target):
    """So that spoiling them gets further than the first check."""
    refused = []
    for data in seeds(target):
        try:
            TARGETS[target](data)
        except InputError as error:
            refused.append((data[:2], str(error)))
    assert refused == []


@pytest.mark.parametrize("target", TARGETS)
@FEW
@given(choice=st.data())
def test_spoiled_inputs_are_taken_or_refused(target, choice):
    with suppress(InputError):
        TARGETS[target](choice.draw(inputs(target)))
