"""Names of repos and revisions: what the Hub can have, and nothing that would climb out of the cache."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcr import hub
from hcr.errors import InputError
from hcr.hub import Wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("me/model", Wanted("me/model")),
        ("me/model@v1.0", Wanted("me/model", "v1.0")),
        ("me/model@refs/pr/1", Wanted("me/model", "refs/pr/1")),
        ("some-body/Model_2.tflite@" + "0f" * 20, Wanted("some-body/Model_2.tflite", "0f" * 20)),
    ],
)
def test_names_of_repos(name, wanted):
    assert hub.parse(name) == wanted
    assert hub.parse_repo(str(wanted)) == wanted


NO_REPO = ["", "model", "me/model/more", "me/../model", "../me", "/me/model", "me/model.git", "me/mo--del", "me/.model"]
NO_REPO += ["me /model", "mé/model", "me/model\n", "me/model\0", "x" * 5000, "m" * 60 + "/" + "n" * 60]
NO_REPO += ["https://huggingface.co/me/model"]
NO_REVISION = ["", "../../..", "v1/../..", "/etc", ".hidden", "a//b", "a b", "a@b", "é", "-x", "r" * 129, "v1\n"]


@pytest.mark.parametrize("name", [*NO_REPO, *(f"me/model@{revision}" for revision in NO_REVISION)])
def test_what_is_no_name(name):
    for read in (hub.parse, hub.parse_repo):
        with pytest.raises(InputError) as refusal:
            read(name)
        assert len(str(refusal.value)) < 300


def test_a_name_that_is_no_text_can_be_shown():
    """As the system gives an argument, and JSON a value, that is no UTF-8."""
    for name in ("\udc80", "\ud800/model", "me/model@\udcff"):
        with pytest.raises(InputError) as refusal:
            hub.parse(name)
        assert str(refusal.value).encode()


@given(st.text("./@ab-_~\\", max_size=20), st.text("./ab-_~\\", max_size=20))
def test_no_name_leads_out_of_the_cache(repo, revision):
    try:
        wanted = Wanted(repo, revision)
    except InputError:
        return
    for part in (*wanted.repo.split("/"), *wanted.revision.split("/")):
        assert part
        assert ".." not in part
        assert not part.startswith(".")
    assert wanted.repo.count("/") == 1
