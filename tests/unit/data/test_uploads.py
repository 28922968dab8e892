"""Check my data: what is judged, and the sentence for everything that cannot be."""

import gzip
import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hcr.alphabet import CLASSES
from hcr.data import uploads
from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.errors import InputError
from tests.emnist_files import csv, csv_rows, idx_images, idx_labels, write

SPLIT = standin.generate(10, seed=4)
ROWS = csv_rows(SPLIT)


LETTERS = ROWS[np.isin(ROWS[:, 0], np.arange(1, 27))]  # a set of 26 letters has the labels 1 to 26
DIGITS = ROWS[ROWS[:, 0] < 10]


def wrong_checksum(content: bytes) -> bytes:
    """Gzipped, with one bit of the checksum turned."""
    packed = bytearray(gzip.compress(content, 1))
    packed[-8] ^= 1
    return bytes(packed)


def saved(save: Callable[[io.BytesIO, np.ndarray], None]) -> bytes:
    """The images as NumPy saves them."""
    stream = io.BytesIO()
    save(stream, SPLIT.images)
    return stream.getvalue()


def with_value(row: int, column: int, value: int) -> np.ndarray:
    rows = ROWS.copy()
    rows[row, column] = value
    return rows


def judge(folder: Path, files: dict[str, bytes]) -> uploads.CheckedUpload:
    write(folder, files)
    return uploads.check_upload([folder / name for name in files])


class TestJudged:
    @pytest.mark.parametrize(
        "files",
        [
            {"mine.csv": csv(ROWS)},
            {"mine.csv.gz": gzip.compress(csv(ROWS))},
            {"renamed.txt": csv(ROWS)},
            {"with_header.csv": b"label," + b",".join(b"pixel%d" % i for i in range(784)) + b"\n" + csv(ROWS)},
            {"saved_by_excel.csv": b"\xef\xbb\xbf" + csv(ROWS).replace(b"\n", b"\r\n")},
            {"x-images-idx3-ubyte": idx_images(SPLIT.images), "x-labels-idx1-ubyte": idx_labels(SPLIT.labels)},
            {"labels.gz": gzip.compress(idx_labels(SPLIT.labels)), "images.gz": gzip.compress(idx_images(SPLIT.images))},
            {"images-only-idx3-ubyte": idx_images(SPLIT.images)},
        ],
        ids=lambda files: " ".join(files),
    )
    def test_raw(self, tmp_path, files):
        found = judge(tmp_path, files)
        assert found.verdict.kind == "raw"
        assert found.total == len(SPLIT)
        assert np.array_equal(found.images, SPLIT.images[found.indices])
        if found.labels is not None:
            assert np.array_equal(found.labels, SPLIT.labels[found.indices])

    def test_upright(self, tmp_path):
        turned = np.ascontiguousarray(upright(SPLIT.images))
        assert judge(tmp_path, {"upright-idx3-ubyte": idx_images(turned)}).verdict.kind == "upright"

    def test_mixed_wherever_the_seam_lies(self, tmp_path):
        images = SPLIT.images.copy()
        images[330:] = upright(images[330:])
        assert judge(tmp_path, {"mixed-idx3-ubyte": idx_images(images)}).verdict.kind == "mixed"

    def test_a_class_that_is_turned_otherwise_is_named(self, tmp_path):
        rows = ROWS.copy()
        turned = rows[:, 0] == CLASSES.index("F")
        rows[turned, 1:] = upright(rows[turned, 1:].reshape(-1, 28, 28)).reshape(-1, 784)
        assert "F" in judge(tmp_path, {"f.csv": csv(rows)}).verdict.disagreeing

    def test_the_upload_is_left_for_its_owner_to_delete(self, tmp_path):
        judge(tmp_path, {"mine.csv": csv(ROWS[:100])})
        assert [file.name for file in tmp_path.iterdir()] == ["mine.csv"]


BAD = {
    "783 values a row": ({"a.csv": csv(ROWS[:, :784])}, "784 values; expected 785"),
    "one column too many": ({"a.csv": csv(np.concatenate([ROWS, ROWS[:, :1]], 1))}, "786 values; expected 785"),
    "a header row with the label last": (
        {"a.csv": b",".join(b"p%d" % i for i in range(784)) + b",label\n" + csv(ROWS)},
        "the first line is a header, with the label in column 785",
    ),
    "62 classes": ({"a.csv": csv(with_value(5, 0, 61))}, "EMNIST ByClass: 62 classes"),
    "a pixel of 300": ({"a.csv": csv(with_value(5, 9, 300))}, "pixel outside 0 to 255"),
    "text": ({"a.csv": b"hello\nfoo,bar,baz\n"}, "not a CSV of 785 whole numbers a row: the first line has 1 values"),
    "a picture": ({"a.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20}, "a.csv: "),
    "empty": ({"a.csv": b""}, "the file is empty"),
    "only line ends": ({"a.csv": b"\n\n\n"}, "not a CSV of 785 whole numbers"),
    "a zip": ({"a.zip": b"PK\x03\x04" + bytes(100)}, "is a zip file. Unpack it"),
    "a million columns": ({"a.csv": b"1," * 1_000_000}, "the first line goes on for more than 32 kB"),
    "semicolons": ({"a.csv": csv(ROWS[:9]).replace(b",", b";")}, "stand between semicolons; expected commas"),
    "cut gzip of a CSV": ({"a.csv.gz": gzip.compress(csv(ROWS))[:-9]}, "a.csv.gz: cannot be decompressed"),
    "gzip of a CSV with a wrong checksum": ({"a.csv.gz": wrong_checksum(csv(ROWS))}, "a.csv.gz: cannot be decompressed"),
    "gzipped IDX with a wrong checksum": (
        {"a-idx3-ubyte.gz": wrong_checksum(idx_images(SPLIT.images))},
        "a-idx3-ubyte.gz: cannot be decompressed",
    ),
    "Matlab": ({"emnist-balanced.mat": b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(200)}, "a Matlab file, which is"),
    "NumPy": ({"emnist.npy": saved(np.save)}, "a NumPy array .* is not read here"),
    "NumPy's archive": ({"emnist.npz": saved(np.savez)}, "a NumPy archive .* is not read here"),
    "Parquet": ({"test.parquet": b"PAR1" + bytes(90)}, "a Parquet file, which is not read here"),
    "EMNIST Letters by its labels": ({"a.csv": csv(LETTERS)}, "a.csv: this is EMNIST Letters: 26 letters"),
    "EMNIST Letters by its name": (
        {"emnist-letters-test-images-idx3-ubyte": idx_images(SPLIT.images)},
        "this is EMNIST Letters",
    ),
    "EMNIST Digits by its labels": ({"a.csv": csv(DIGITS)}, "this is EMNIST Digits or MNIST: ten digits"),
    "MNIST by its name": ({"t10k-images-idx3-ubyte": idx_images(SPLIT.images)}, "this is MNIST: ten digits"),
    "damaged gzip": ({"a.csv.gz": b"\x1f\x8b" + b"junk" * 40}, "cannot be decompressed"),
    "cut gzip": ({"a-idx3-ubyte.gz": gzip.compress(idx_images(SPLIT.images))[:3000]}, "cannot be decompressed"),
    "header promises more": ({"a-idx3-ubyte": idx_images(SPLIT.images[:9], count=99_999)}, "cut short: 99,999 items"),
    "header promises less": ({"a-idx3-ubyte": idx_images(SPLIT.images, count=9)}, "promises 9 items, but more follows"),
    "header promises billions": ({"a-idx3-ubyte": idx_images(SPLIT.images, count=2**32 - 1)}, "promises 4,294,967,295"),
    "another magic number": ({"a-idx3-ubyte": idx_images(SPLIT.images, magic=2052)}, "starts with 2051, this one with 2052"),
    "no image": ({"a-idx3-ubyte": idx_images(SPLIT.images[:0])}, "no image in it"),
    "labels alone": ({"a-idx1-ubyte": idx_labels(SPLIT.labels)}, "holds labels only"),
    "labels of other images": (
        {"a-idx3-ubyte": idx_images(SPLIT.images), "a-idx1-ubyte": idx_labels(SPLIT.labels[:9])},
        "470 images but .* 9 labels",
    ),
    "two of a kind": ({"a.csv": csv(ROWS[:9]), "b.csv": csv(ROWS[:9])}, "Two files of the same kind"),
    "CSV with labels": ({"a.csv": csv(ROWS[:9]), "a-idx1-ubyte": idx_labels(SPLIT.labels)}, "choose it alone"),
    "three files": ({f"{i}.csv": b"1" for i in range(3)}, "Choose one CSV file"),
}


class TestRefused:
    @pytest.mark.parametrize(("files", "sentence"), BAD.values(), ids=BAD.keys())
    def test_with_its_sentence(self, tmp_path, files, sentence):
        with pytest.raises(InputError, match=sentence) as caught:
            judge(tmp_path, files)
        assert "\n" not in str(caught.value)
        assert str(tmp_path) not in str(caught.value)

    def test_a_row_of_a_million_values_costs_nothing(self, tmp_path):
        """Before, pandas made a million columns of it: 75 s and 1.27 GB."""
        write(tmp_path, {"wide.csv": b"7," * 20_000_000})
        tracemalloc.start()
        with pytest.raises(InputError, match="the first line goes on"):
            uploads.check_upload([tmp_path / "wide.csv"])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1 << 20

    def test_a_file_that_is_too_large(self, tmp_path):
        with (tmp_path / "large.csv").open("wb") as stream:
            stream.truncate(uploads.MAX_FILE + 1)
        with pytest.raises(InputError, match="at most 64 MB"):
            uploads.check_upload([tmp_path / "large.csv"])

    @pytest.mark.parametrize(
        ("start", "sentence"),
        [
            (b"", "the first line goes on for more than 32 kB"),
            (csv(ROWS[:1]), "more than 128 MB once unpacked"),
            (idx_images(SPLIT.images[:0], count=900_000), "more than 128 MB once unpacked"),
        ],
        ids=["one endless row", "an endless second row", "IDX"],
    )
    def test_a_gzip_bomb_without_unpacking_it_whole(self, tmp_path, start, sentence):
        bomb = tmp_path / "bomb.gz"
        with gzip.open(bomb, "wb", compresslevel=1) as stream:
            stream.write(start)
            for _ in range(30):
                stream.write(b"0" * (10 << 20))
        assert bomb.stat().st_size < 4 << 20
        tracemalloc.start()
        with pytest.raises(InputError, match=sentence):
            uploads.check_upload([bomb])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 3 * uploads.MAX_UNPACKED
