"""IDX and CSV files, whole and damaged, in folders and zips."""

import gzip
import struct
import zipfile

import numpy as np
import pytest

from hcr.data import files as emnist
from hcr.errors import InputError

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (94, 28, 28), np.uint8)
LABELS = np.tile(np.arange(47, dtype=np.uint8), 2)


def idx_images(images=IMAGES, magic=2051, count=None, rows=28) -> bytes:
    return struct.pack(">4I", magic, len(images) if count is None else count, rows, 28) + images.tobytes()


def idx_labels(labels=LABELS, magic=2049) -> bytes:
    return struct.pack(">2I", magic, len(labels)) + labels.tobytes()


def csv(images=IMAGES, labels=LABELS) -> bytes:
    rows = np.concatenate([labels[:, None], images.reshape(len(labels), -1)], 1)
    return ("\n".join(",".join(map(str, row)) for row in rows) + "\n").encode()


@pytest.fixture
def folder(tmp_path):
    def write(images=None, labels=None, name="balanced-test", packed=False):
        for kind, data in (("images-idx3", images or idx_images()), ("labels-idx1", labels or idx_labels())):
            file = tmp_path / f"emnist-{name}-{kind}-ubyte{'.gz' if packed else ''}"
            file.write_bytes(gzip.compress(data) if packed else data)
        return tmp_path

    return write


@pytest.mark.parametrize("packed", [False, True])
def test_idx_is_read_as_stored(folder, packed):
    split = emnist.read_split(folder(packed=packed), "balanced-test")
    assert np.array_equal(split.images, IMAGES)
    assert np.array_equal(split.labels, LABELS)
    assert split.description == "94 images of EMNIST balanced-test, partial: the official split has 18,800"


def test_csv_gives_the_same_as_idx(tmp_path):
    (tmp_path / "emnist-balanced-test.csv").write_bytes(csv())
    split = emnist.read_split(tmp_path, "balanced-test")
    assert np.array_equal(split.images, IMAGES)
    assert np.array_equal(split.labels, LABELS)
    assert split.counts.tolist() == [2] * 47


def test_zip_of_gzip_files_is_read(folder, tmp_path):
    folder(packed=True)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in tmp_path.glob("*.gz"):
            archive.write(file, f"gzip/{file.name}")
    assert np.array_equal(emnist.read_split(tmp_path / "all.zip", "balanced-test").images, IMAGES)


@pytest.mark.parametrize(
    ("images", "labels", "sentence"),
    [
        (idx_images()[:-5], None, r"images-idx3-ubyte: cut short: 94 items need 73,696 bytes, found 73,691"),
        (idx_images() + b"x", None, r"promises 94 items, but more follows"),
        (idx_images(magic=2049), None, r"starts with 2051, this one with 2049"),
        (idx_images(rows=32), None, r"images of 32x28 pixels"),
        (idx_images(count=4_000_000_000), None, r"promises 4,000,000,000 items"),
        (idx_images()[:7], None, r"its header need 16 bytes, found 7"),
        (None, idx_labels(LABELS[:-1]), r"has 94 images but .*labels-idx1-ubyte has 93 labels"),
        (None, idx_labels(np.full(94, 61, np.uint8)), r"labels-idx1-ubyte: this is EMNIST ByClass"),
    ],
)
def test_damaged_idx_is_refused_by_name(folder, images, labels, sentence):
    with pytest.raises(InputError, match=sentence):
        emnist.read_split(folder(images, labels), "balanced-test")


def test_gzip_bomb_is_not_unpacked(folder):
    """Ten thousand times what the header promises: only that much, and one byte more, is read."""
    path = folder(images=idx_images(IMAGES[:94]) + bytes(50_000_000), packed=True)
    with pytest.raises(InputError, match="more follows"):
        emnist.read_split(path, "balanced-test")


def test_broken_gzip_is_refused(folder):
    path = folder(packed=True)
    file = path / "emnist-balanced-test-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(InputError, match="cannot be decompressed"):
        emnist.read_split(path, "balanced-test")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"1,2,3\n", "the first line has 3 values; expected 785"),
        (csv().replace(b",", b",-", 1), "a pixel outside 0 to 255"),
        (csv(labels=np.full(94, 61)), "this is EMNIST ByClass"),
        (b"", "not a CSV"),
        (b"label," + csv(), "the first line has 786 values"),
        (csv().replace(b",", b",x", 1), "missing or no whole number"),
        (csv().replace(b",", b",300000", 1), "a pixel outside 0 to 255"),
    ],
)
def test_damaged_csv_is_refused(tmp_path, text, sentence):
    (tmp_path / "emnist-balanced-test.csv").write_bytes(text)
    with pytest.raises(InputError, match=sentence):
        emnist.read_split(tmp_path, "balanced-test")


def test_missing_data_says_what_was_expected(tmp_path):
    with pytest.raises(InputError, match=r"no EMNIST balanced-train here. Expected emnist-balanced-train-images"):
        emnist.read_split(tmp_path, "balanced-train")
    with pytest.raises(InputError, match="no such folder"):
        emnist.read_split(tmp_path / "nowhere", "balanced-train")


@pytest.mark.real_data
def test_real_files(emnist_folder):
    split = emnist.read_split(emnist_folder, "balanced-test")
    assert len(split) == 10_000
    assert split.counts.min() >= 196
    assert "partial" in split.description


def test_a_zip_with_a_name_that_is_no_utf8_is_a_sentence(tmp_path):
    """Found by `tests/fuzz.py`: the flag says UTF-8, the bytes do not."""
    file = tmp_path / "emnist.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("emnist-é.csv", b"0")
    file.write_bytes(file.read_bytes().replace("é".encode(), b"\x8d\x8d"))
    with pytest.raises(InputError, match="zip file"):
        emnist.available(file)
