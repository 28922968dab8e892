"""Where the images come from: folders, zips, CSV, Parquet, and the stand-in with its reason for everything else."""

import zipfile

import numpy as np
import pytest

from hcr.alphabet import CLASSES
from hcr.data import files as emnist
from hcr.data import samples
from hcr.data.formats import parquet
from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.errors import InputError
from tests.emnist_files import csv, csv_rows, idx_files, write
from tests.emnist_files import parquet as parquet_file

SPLIT = standin.generate(3, seed=5, name="balanced-test")
TRAIN = standin.generate(4, seed=6, name="balanced-train")


def same(split: emnist.Split, expected: emnist.Split) -> bool:
    return np.array_equal(split.images, expected.images) and np.array_equal(split.labels, expected.labels)


class TestFolders:
    def test_idx_files_test_split_first(self, tmp_path):
        write(tmp_path / "mine", idx_files(SPLIT) | idx_files(TRAIN))
        found = samples.start(str(tmp_path / "mine"))
        assert found.source.names == ("balanced-test", "balanced-train")
        assert found.source.origin == "the folder mine"
        assert found.source.note == ""
        assert same(found.split(), SPLIT)
        assert same(found.split("balanced-train"), TRAIN)
        assert "partial: the official split has 112,800" in found.split("balanced-train").description

    def test_csv(self, tmp_path):
        write(tmp_path, {"emnist-balanced-test.csv": csv(csv_rows(SPLIT))})
        assert same(samples.start(str(tmp_path)).split(), SPLIT)

    def test_a_zip_with_folders_in_it(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
            for name, content in idx_files(SPLIT).items():
                archive.writestr(f"gzip/{name}", content)
        found = samples.start(str(tmp_path / "archive.zip"))
        assert found.source.origin == "the file archive.zip"
        assert same(found.split(), SPLIT)

    def test_parquet(self, tmp_path):
        write(tmp_path, {"data/test-00000-of-00001.parquet": parquet_file(SPLIT)})
        found = samples.start(str(tmp_path))
        assert found.source.names == ("balanced-test",)
        assert same(found.split(), SPLIT)

    def test_splits_with_other_classes_are_not_offered(self, tmp_path):
        other = emnist.Split(SPLIT.images, SPLIT.labels, "byclass-test", "x")
        write(tmp_path, idx_files(other) | idx_files(SPLIT))
        assert samples.start(str(tmp_path)).source.names == ("balanced-test",)

    def test_a_split_is_read_once_and_kept_as_bytes(self, tmp_path):
        write(tmp_path, idx_files(SPLIT))
        found = samples.start(str(tmp_path))
        assert found.split().images is found.split("balanced-test").images
        assert found.split().images.dtype == np.uint8

    def test_what_is_kept_is_bounded(self, tmp_path, monkeypatch):
        write(tmp_path, idx_files(SPLIT) | idx_files(TRAIN))
        monkeypatch.setattr(samples, "MEMORY", TRAIN.images.nbytes)
        found = samples.start(str(tmp_path))
        first = found.split("balanced-test")
        found.split("balanced-train")
        assert found.split("balanced-test") is not first
        assert same(found.split("balanced-test"), first)

    def test_a_split_that_is_not_there_becomes_the_first_one(self, tmp_path):
        write(tmp_path, idx_files(SPLIT))
        assert samples.start(str(tmp_path)).split("bymerge-train").name == "balanced-test"


class TestParquet:
    def test_labels_in_another_order_are_brought_into_ours(self, tmp_path):
        write(tmp_path, {"test.parquet": parquet_file(SPLIT, CLASSES[::-1])})
        assert same(parquet.read_parquet(tmp_path, "balanced-test"), SPLIT)

    def test_plain_numbers_are_taken_as_they_are(self, tmp_path):
        write(tmp_path, {"test.parquet": parquet_file(SPLIT, None)})
        assert same(parquet.read_parquet(tmp_path, "balanced-test"), SPLIT)

    def test_several_parts_in_their_order(self, tmp_path):
        halves = [emnist.Split(SPLIT.images[part], SPLIT.labels[part], "x", "x") for part in (slice(70), slice(70, None))]
        write(tmp_path, {f"train-0000{i}-of-00002.parquet": parquet_file(half) for i, half in enumerate(halves)})
        assert same(parquet.read_parquet(tmp_path, "balanced-train"), SPLIT)

    def test_other_classes_are_refused(self, tmp_path):
        small = emnist.Split(SPLIT.images[:2], np.zeros(2, np.uint8), "x", "x")
        write(tmp_path, {"test.parquet": parquet_file(small, "0123456789")})
        with pytest.raises(InputError, match=r"10 classes .* expected the 47"):
            parquet.read_parquet(tmp_path, "balanced-test")

    def test_a_damaged_file_is_refused(self, tmp_path):
        write(tmp_path, {"test.parquet": parquet_file(SPLIT)[:-100]})
        with pytest.raises(InputError, match=r"test\.parquet: not a readable Parquet"):
            parquet.read_parquet(tmp_path, "balanced-test")

    @pytest.mark.parametrize(
        ("file", "name"),
        [
            ("data/test-00000-of-00001.parquet", "balanced-test"),
            ("balanced/train-00000-of-00001.parquet", "balanced-train"),
            ("bymerge/train-00001-of-00004.parquet", "bymerge-train"),
            ("bymerge-test.parquet", "bymerge-test"),
            ("test.parquet", "balanced-test"),
        ],
    )
    def test_names_of_files(self, file, name):
        assert list(parquet.names([file])) == [name]

    @pytest.mark.parametrize("file", ["validation.parquet", "latest.parquet", "test.csv"])
    def test_other_files_are_no_splits(self, file):
        assert parquet.names([file]) == {}


class TestStandIn:
    def check(self, found: samples.Samples, why: str) -> None:
        split = found.split()
        assert split.generated
        assert "not EMNIST" in split.description
        assert why in found.source.note
        assert found.source.settled

    def test_where_nothing_is_set(self):
        self.check(samples.start(None), "Set HCR_DATASET")
        self.check(samples.start(""), "Set HCR_DATASET")

    def test_for_an_empty_folder(self, tmp_path):
        self.check(samples.start(str(tmp_path)), "no EMNIST Balanced or ByMerge here")

    def test_for_a_folder_that_is_not_there(self):
        self.check(samples.start("/nowhere/at/all"), "neither a folder nor a Hub repo")

    def test_for_a_file_that_is_no_archive(self, tmp_path):
        (tmp_path / "notes.txt").write_text("hello")
        self.check(samples.start(str(tmp_path / "notes.txt")), "neither a folder nor a zip file")

    def test_for_a_damaged_file_found_out_when_it_is_read(self, tmp_path):
        files = idx_files(SPLIT)
        files = {name: content[: len(content) // 2] if "images" in name else content for name, content in files.items()}
        found = samples.start(str(write(tmp_path, files)))
        found.split()
        self.check(found, "could not be read. emnist-balanced-test-images-idx3-ubyte.gz: cannot be decompressed")

    def test_has_the_splits_that_it_says(self):
        found = samples.start(None)
        assert [found.split(name).name for name in found.source.names] == ["balanced-test", "balanced-train"]

    def test_looks_raw(self):
        split = samples.start(None).split()
        assert np.array_equal(upright(split.images[0]), split.images[0].T)
