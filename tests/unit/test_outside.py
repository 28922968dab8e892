"""Whatever comes from outside: an answer or a sentence. `tests/fuzz.py` for seconds, the same each time."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hcr.errors import InputError
from tests.fuzzing.inputs import inputs, seeds
from tests.fuzzing.targets import TARGETS, ends_well, opened_page

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
    ends_well(target, choice.draw(inputs(target)))


@pytest.mark.parametrize("odd", [None, {}, ["all"], 24.0, float("nan")], ids=repr)
def test_every_callback_takes_or_refuses_an_odd_value_in_each_place(odd):
    """Found by fuzzing: Gradio lets nothing and a list of choices through a dropdown."""
    functions = [function for function in opened_page()[0].fns.values() if function.fn]
    assert len(functions) > 30
    for number, function in enumerate(functions):
        usual = [None if component.stateful else component.value for component in function.inputs]
        for place in range(len(usual)):
            _call(number, [*usual[:place], odd, *usual[place + 1 :]], {"index": 0, "value": 0, "row_value": ["O"]})


@pytest.mark.parametrize("event", [None, 3, {}, {"index": 0, "value": 0, "row_value": 3}], ids=repr)
def test_every_callback_takes_or_refuses_an_odd_event(event):
    for number in range(len(opened_page()[0].fns)):
        _call(number, [], event)


def _call(function: int, given: list[Any], event: object) -> None:
    ends_well("values", json.dumps([function, given, event]).encode())
