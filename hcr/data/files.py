"""EMNIST splits from NIST's IDX files (gzip or not) or the Kaggle CSV files, in a folder or a zip.

Every reader gives the images as they are stored: transposed (see `hcr.data.orientation`).
"""

import gzip
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO, cast

from hcr.data.formats import damaged, idx, other, table
from hcr.data.split import Split
from hcr.errors import InputError

_IMAGES, _LABELS = "-images-idx3-ubyte", "-labels-idx1-ubyte"
_LOOKED_AT = 1000  # files of a folder without EMNIST, to say what it holds instead


def read_split(source: Path | str, name: str) -> Split:
    """Read the split `name` ("balanced-train", "balanced-test", "bymerge-train", ...) from a folder or a zip file.

    Looks for `emnist-NAME-images-idx3-ubyte` with its labels file, each plain or .gz, then for `emnist-NAME.csv`,
    at the top or in any sub-folder. Returns images uint8 (n, 28, 28), raw, with labels uint8 (n,). Raises InputError:
    nothing found, a file is damaged, or it is of another data set.
    """
    path = Path(source)
    if not path.exists():
        raise InputError(f"{path}: no such folder or zip file. Give the folder that holds the EMNIST files.")
    with _files(path) as files:
        stems = {Path(file).name.removesuffix(".gz"): file for file in sorted(files.names)}
        images_file, labels_file = stems.get(f"emnist-{name}{_IMAGES}"), stems.get(f"emnist-{name}{_LABELS}")
        csv_file = stems.get(f"emnist-{name}.csv")
        if images_file and labels_file:
            with files.open(images_file) as stream:
                images = idx.read_images(stream, images_file)
            with files.open(labels_file) as stream:
                labels = idx.read_labels(stream, labels_file)
            if len(images) != len(labels):
                raise InputError(f"{images_file} has {len(images):,} images but {labels_file} has {len(labels):,} labels.")
            return Split(images, labels, name, str(path))
        if csv_file:
            with files.open(csv_file) as stream:
                images, labels = table.read_csv(stream, csv_file)
            return Split(images, labels, name, str(path))
    raise InputError(
        f"{path}: no EMNIST {name} here. Expected emnist-{name}-images-idx3-ubyte(.gz) and "
        f"emnist-{name}-labels-idx1-ubyte(.gz), or emnist-{name}.csv.{instead(path)}"
    )


def available(source: Path | str) -> tuple[str, ...]:
    """The names of all splits that a folder or a zip file has files of, sorted. Raises InputError for neither of them."""
    with _files(Path(source)) as files:
        stems = {Path(file).name.removesuffix(".gz") for file in files.names}
    pairs = {stem.removesuffix(_IMAGES) for stem in stems if stem.endswith(_IMAGES)}
    pairs &= {stem.removesuffix(_LABELS) for stem in stems if stem.endswith(_LABELS)}
    tables = {stem.removesuffix(".csv") for stem in stems if stem.endswith(".csv")}
    return tuple(sorted(stem.removeprefix("emnist-") for stem in pairs | tables if stem.startswith("emnist-")))


def instead(path: Path) -> str:
    """What a folder or zip without the wanted files holds: a sentence with a space before it, or "". Raises InputError
    for neither of them."""
    with _files(path) as files:
        held = files.names
    if path.is_dir():
        held += tuple(str(file.relative_to(path)) for file in islice(path.rglob("*"), _LOOKED_AT))
    return other.explain(held)


@dataclass(frozen=True)
class _Files:
    """The files of a folder or of a zip, by name."""

    names: tuple[str, ...]
    open_packed: Callable[[str], AbstractContextManager[IO[bytes]]]

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """The file's bytes; a .gz is decompressed."""
        with damaged.named(name):
            packed = self.open_packed(name)
        with packed as stream:
            if name.endswith(".gz"):
                with gzip.open(stream) as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                yield cast(BinaryIO, stream)


@contextmanager
def _files(path: Path) -> Iterator[_Files]:
    if path.is_dir():
        names = tuple(str(file.relative_to(path)) for file in path.rglob("emnist-*") if file.is_file())
        yield _Files(names, lambda name: (path / name).open("rb"))
        return
    try:
        with path.open("rb") as stream:
            other.check_format(stream.read(64), str(path))
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:  # ValueError: a name that is no UTF-8
        raise InputError(f"{path}: neither a folder nor a zip file ({error}).") from error
    with archive:
        yield _Files(tuple(archive.namelist()), archive.open)
