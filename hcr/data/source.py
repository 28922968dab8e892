"""The one door to EMNIST: a folder, a zip file, a data set on the Hub, or the generated stand-in, whatever the format.

    source = open_source("data/emnist")        # or "emnist.zip", "USER/NAME", "USER/NAME@REVISION", "generated"
    split = read(source, "balanced-test")

What is asked for is opened or refused; only the app (`hcr.data.samples`) shows something else instead.
"""

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from hcr import hub
from hcr.data import files
from hcr.data.formats import other, parquet
from hcr.data.generated import standin
from hcr.data.split import OFFICIAL_COUNTS, Split
from hcr.errors import InputError

GENERATED = "generated"  # the name of the source that needs no download
WHAT = 'folder or zip with EMNIST, a data set on the Hub (USER/NAME[@REVISION]), or "generated" for the stand-in'
ANSWER_SECONDS = 30  # a Hub that needs longer for one answer counts as not there
FETCHED = ("*emnist-balanced-*", "*emnist-bymerge-*", "*.parquet")  # of a data set on the Hub


@dataclass(frozen=True)
class Source:
    """names: the splits that there are, those for testing first; origin: from where, in words; note: why it is this one,
    in a sentence for the page, "" where nothing needs saying; location: folder or zip, None for the stand-in;
    settled: False while another source is on its way."""

    names: tuple[str, ...]
    origin: str
    note: str = ""
    location: Path | None = None
    settled: bool = True

    @property
    def generated(self) -> bool:
        """Whether this is the stand-in."""
        return self.location is None


def open_source(name: Path | str) -> Source:
    """Find out what splits a source has; nothing of them is read yet, what is on the Hub is downloaded.

    Raises InputError where it is no source or holds no EMNIST, and the Hub client's own errors, which `hcr.hub.explain`
    puts into words.
    """
    if str(name) == GENERATED:
        return stand_in()
    wanted = find(name)
    return local(wanted) if isinstance(wanted, Path) else fetch(wanted)


def find(name: Path | str) -> Path | hub.Wanted:
    """A folder or file of that name where one is here, else the data set on the Hub. Raises InputError for neither."""
    if here(name):
        return Path(name)
    try:
        return hub.parse(str(name))
    except OSError as error:
        raise InputError(f"{str(name)[:60]}...: no file system takes such a name ({error.strerror}).") from error


def here(name: Path | str) -> bool:
    """Whether a file or folder of that name is on this machine."""
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # a name that no file system takes
        return False


def read(source: Source, name: str) -> Split:
    """Read the split `name` of a source: images uint8 (n, 28, 28), raw, with labels uint8 (n,).

    Raises InputError where the source has no such split, or its files are damaged.
    """
    if name not in source.names:
        more = files.instead(source.location) if source.location else ""
        raise InputError(f"{source.origin}: no EMNIST {name} here, only {' and '.join(source.names)}.{more}")
    if source.location is None:
        return standin.stand_in(name)
    reader = files.read_split if name in files.available(source.location) else parquet.read_parquet
    split = reader(source.location, name)
    return Split(split.images, split.labels, name, source.origin)


def stand_in(note: str = "", settled: bool = True) -> Source:
    """The generated characters as a source; note and settled: see `Source`."""
    return Source(tuple(reversed(standin.DEFAULT_SIZES)), standin.SOURCE, note, settled=settled)


def local(path: Path, origin: str | None = None) -> Source:
    """A folder or zip as a source. origin: from where, if it is not to be said by its name alone.

    Raises InputError where it holds no split of EMNIST Balanced or ByMerge.
    """
    origin = origin or f"the {'folder' if path.is_dir() else 'file'} {path.resolve().name}"
    found = set(files.available(path))
    if path.is_dir():
        found |= set(parquet.names(str(file.relative_to(path)) for file in path.rglob("*.parquet")))
    names = sorted(found & set(OFFICIAL_COUNTS), key=lambda name: (name.startswith("bymerge"), name.endswith("train")))
    if not names:
        raise InputError(
            f"{origin}: no EMNIST Balanced or ByMerge here. Expected emnist-balanced-test-images-idx3-ubyte.gz and the "
            f"like, emnist-balanced-test.csv, or Parquet files with train or test in their names.{files.instead(path)}"
        )
    return Source(tuple(names), origin, location=path)


def fetch(wanted: hub.Wanted, seconds: float = ANSWER_SECONDS, into: Path | None = None) -> Source:
    """A data set on the Hub at one commit, downloaded where it is not here yet: into the client's cache, or a folder.

    seconds: how long the Hub may take to say what it has; the client alone would try for 23 seconds to reach one that is
    not there. Raises InputError where it holds no EMNIST, and the Hub client's own errors.
    """
    from huggingface_hub import HfApi, snapshot_download

    info = HfApi().dataset_info(wanted.repo, revision=wanted.revision, timeout=seconds)
    held = [file.rfilename for file in info.siblings or ()]
    if not any(fnmatch(file, pattern) for file in held for pattern in FETCHED):
        raise InputError(f"{wanted} holds neither EMNIST's files (IDX or CSV) nor Parquet.{other.explain(held)}")
    commit, patterns = str(info.sha), list(FETCHED)
    revision = wanted.revision if into is None else commit  # a branch's name makes the cache remember its commit
    folder = snapshot_download(wanted.repo, repo_type="dataset", revision=revision, allow_patterns=patterns, local_dir=into)
    commit = Path(folder).name if into is None else commit
    return local(Path(folder), f"{wanted.repo} at commit {commit[:7]}, from the Hub")


def cached(wanted: hub.Wanted) -> Source | None:
    """This machine's copy of a data set on the Hub, without asking anybody; None where there is none."""
    from huggingface_hub.constants import HF_HUB_CACHE

    storage = Path(HF_HUB_CACHE) / f"datasets--{wanted.repo.replace('/', '--')}"
    folder = storage / "snapshots" / wanted.revision
    try:
        if not folder.is_dir():
            folder = storage / "snapshots" / (storage / "refs" / wanted.revision).read_text().strip()
        return local(folder, f"{wanted.repo} at commit {folder.name[:7]}, from this machine's cache")
    except (OSError, InputError):
        return None
