"""What arrives: files, drawings, numbers in the address, long requests."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gradio as gr
import pytest
from gradio.data_classes import FileData, ImageData, ListFiles

from hcr.errors import InputError
from hcr.ui.components import MOST, FileBox, PictureBox, whole
from hcr.ui.explorer.address import ExplorerView, from_query
from hcr.ui.explorer.check import judge
from hcr.ui.server import gate


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gradio's upload folder with one upload in it."""
    folder = tmp_path / "uploads"
    (folder / "hash").mkdir(parents=True)
    (folder / "hash" / "mine.png").write_bytes(b"mine")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    return folder


def hostile(tmp_path: Path, uploads: Path) -> dict[str, object]:
    """Paths that are none of a visitor's business, by what they are."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(b"secret")
    (uploads / "link.png").symlink_to(outside / "secret.png")
    (uploads / "linked").symlink_to(outside)
    (uploads / "round.png").symlink_to(uploads / "round.png")
    os.mkfifo(uploads / "pipe.png")
    return {
        "a file elsewhere": outside / "secret.png",
        "a device": "/dev/zero",
        "the environment": "/proc/self/environ",
        "dots": uploads / ".." / "outside" / "secret.png",
        "a link": uploads / "link.png",
        "a link to a folder": uploads / "linked" / "secret.png",
        "a link to itself": uploads / "round.png",
        "a pipe": uploads / "pipe.png",
        "a folder": uploads / "hash",
        "the upload folder": uploads,
        "a neighbour of the upload folder": f"{uploads}-other/x.png",
        "nothing": uploads / "hash" / "nothing.png",
        "a long name": uploads / ("x" * 5000),
        "a null byte": f"{uploads}/hash/mine.png\0",
        "empty": "",
        "none": None,
        "a number": 3,
        "an address": "http://127.0.0.1/mine.png",
        "an example by its path": gate.PICTURES[0],
    }


def test_only_uploads_and_examples_are_admitted(tmp_path, uploads):
    assert gate.admit(str(uploads / "hash" / "mine.png")) == (uploads / "hash" / "mine.png").resolve()
    for what, path in hostile(tmp_path, uploads).items():
        with pytest.raises(InputError) as refused:
            gate.admit(path)
        assert str(refused.value) == gate.REFUSED, what
        assert str(tmp_path) not in str(refused.value)


def test_a_link_within_the_uploads_is_followed_and_a_large_file_is_not(uploads):
    (uploads / "again.png").symlink_to(uploads / "hash" / "mine.png")
    assert gate.admit(uploads / "again.png").read_bytes() == b"mine"
    with (uploads / "large.png").open("wb") as file:
        file.truncate(gate.MOST + 1)
    with pytest.raises(InputError, match="at most 64 MB"):
        gate.admit(uploads / "large.png")


def test_both_boxes_ask_at_the_gate(tmp_path, uploads):
    picture, files = PictureBox(render=False), FileBox(file_count="multiple", render=False)
    mine = str(uploads / "hash" / "mine.png")
    assert picture.preprocess(None) is None
    assert picture.preprocess(ImageData(path=mine)) == mine
    assert len(gate.PICTURES) >= 5
    for example in gate.PICTURES:
        assert picture.preprocess(picture.postprocess(str(example))) == str(example)
    assert files.preprocess(None) == []
    assert files.preprocess(ListFiles([FileData(path=mine), FileData(path=mine)])) == [mine, mine]
    for path in hostile(tmp_path, uploads).values():
        if not isinstance(path, str | Path):
            continue
        with pytest.raises(gr.Error, match="not uploaded here"):
            picture.preprocess(ImageData(path=str(path)))
        for value in (FileData(path=str(path)), ListFiles([FileData(path=mine), FileData(path=str(path))])):
            with pytest.raises(gr.Error, match="not uploaded here"):
                files.preprocess(value)
    assert (picture.get_block_name(), files.get_block_name()) == ("image", "file")


def test_only_uploads_are_deleted_after_judging(uploads):
    mine, example = uploads / "hash" / "mine.png", gate.PICTURES[0]
    kept = example.read_bytes()
    judge([mine.resolve()])
    assert not mine.exists()
    assert not mine.parent.exists()
    judge([example])
    assert example.read_bytes() == kept


def test_another_upload_in_the_same_folder_stays(uploads):
    (uploads / "hash" / "other.png").write_bytes(b"other")
    gate.discard((uploads / "hash" / "mine.png").resolve())
    assert [file.name for file in (uploads / "hash").iterdir()] == ["other.png"]
    (uploads / "loose.csv").write_bytes(b"x")
    gate.discard((uploads / "loose.csv").resolve())
    assert uploads.is_dir()


def test_no_stub_is_written_beside_our_components():
    assert not list(Path(gate.__file__).parent.rglob("*.pyi"))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (7, 7),
        ("7", 7),
        (7.0, 7),
        (-4, 1),
        ("-4", 1),
        ("9" * 5000, MOST),
        ("-" + "9" * 5000, 1),
        (10**400, MOST),
        (float("inf"), MOST),
        (float("-inf"), 1),
        (float("nan"), 5),
        ("nan", 5),
        (None, 5),
        ("", 5),
        ("zzz", 5),
        ([3], 5),
        ({"a": 1}, 5),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_whole_number_whatever_was_sent(value, found):
    assert whole(value, 5, 1) == found


def test_five_thousand_digits_in_the_address_do_no_harm():
    many = "9" * 5000
    view = from_query({"seed": many, "at": many, "sample": many, "per": many, "split": many, "class": many, "show": many})
    assert (view.seed, view.page, view.sample) == (MOST, MOST, MOST)
    assert (view.size, view.character, view.show) == (ExplorerView().size, ExplorerView().character, ExplorerView().show)


def through_the_limit(chunks: list[bytes], path: str = "/gradio_api/queue/join") -> tuple[int, bytes]:
    """Status and body that an app behind the limit gives, which answers 200 with what it was sent."""
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[dict] = []

    async def receive() -> dict:
        return waiting.pop(0)

    async def send(message: dict) -> None:
        sent.append(message)

    async def echo(scope, receive, send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    scope = {"type": "http", "method": "POST", "path": path, "headers": []}
    with ThreadPoolExecutor(1) as thread:  # a browser test of the same process keeps a loop running on this one
        thread.submit(asyncio.run, gate.BodyLimit(echo)(scope, receive, send)).result()  # type: ignore[arg-type]
    return sent[0]["status"], sent[1]["body"]


def test_a_request_has_a_bound_and_an_upload_another():
    assert through_the_limit([b"ab", b"", b"c"]) == (200, b"abc")
    assert through_the_limit([b"x" * gate.BODY])[0] == 200
    assert through_the_limit([b"x" * gate.BODY, b"x"])[0] == 413
    assert through_the_limit([b"x" * 1000] * 2000)[0] == 413
    assert through_the_limit([b"x" * gate.BODY] * 2, "/gradio_api/upload")[0] == 200
