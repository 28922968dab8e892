"""What a folder holds: everything is a picture, a trouble or counted."""

import os

from hcr.picture.files import list_folder


def test_everything_in_a_folder_is_accounted_for(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("b/1.PNG", "a.jfif", "c.heic", "notes.txt", "more.txt", "README"):
        (tmp_path / name).write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "folder.png").mkdir()
    found = list_folder(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in found.pictures] == ["a.jfif", "b/1.PNG", "c.heic", "gone.png"]
    assert {path.name: reason.split(".")[0] for path, reason in found.troubles} == {
        "circle": "A link to a folder is not followed",
        "pipe.png": "This is no file but a pipe or a device",
    }
    assert found.others == {".txt": 2, "": 1}


def test_a_folder_that_is_not_there_is_a_trouble(tmp_path):
    ((path, reason),) = list_folder(tmp_path / "nowhere").troubles
    assert path == tmp_path / "nowhere"
    assert "No such file" in reason
