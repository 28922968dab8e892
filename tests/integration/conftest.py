"""Loopback servers for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.integration.loopback_hub import Hub, serve


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A fresh loopback Hub. Its clients run in processes of their own, with `hub.environment()`: the real client reads
    HF_ENDPOINT once, when it is imported."""
    with serve() as running:
        yield running
