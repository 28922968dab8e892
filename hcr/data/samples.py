"""The images that the page shows: what HCR_DATASET names, or the generated stand-in with a sentence that says why.

HCR_DATASET is a folder or a zip file with EMNIST's files, or a data set on the Hub, USER/NAME or USER/NAME@REVISION,
whose files are EMNIST's own (IDX or CSV) or Parquet.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from hcr import hub
from hcr.data import files, parquet
from hcr.data.generated import standin
from hcr.data.split import OFFICIAL_COUNTS, Split
from hcr.errors import InputError

PATIENCE = 1.0  # seconds until the Hub counts as not there and the stand-in is shown; its answer may still come later
MEMORY = 256 << 20  # bytes of images kept; the split in use is kept whatever it takes
FILES = ["*emnist-*", "*.parquet"]  # what is fetched of a data set on the Hub
UNSET = (
    "No data set is set up here, so these are generated. Set HCR_DATASET to a folder or a Hub data set to see real EMNIST."
)


@dataclass(frozen=True)
class Source:
    """names: the splits that there are; origin: from where, in words; note: a sentence on why it is this source, ""
    where nothing needs saying; location: folder or zip, None for the stand-in; settled: False while the Hub is asked."""

    names: tuple[str, ...]
    origin: str
    note: str = ""
    location: Path | None = None
    settled: bool = True

    @property
    def generated(self) -> bool:
        return self.location is None


class Samples:
    """Holds the source and the splits of it that were asked for. Safe to use from several threads."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._splits: OrderedDict[tuple[str, str], Split] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def source(self) -> Source:
        return self._source

    def replace(self, source: Source) -> None:
        self._source = source

    def split(self, name: str | None = None) -> Split:
        """The split of that name, or the source's first one; read when it is first asked for.

        A source that turns out to be damaged is given up for the stand-in, and `source.note` says why.
        """
        source = self._source
        name = name if name in source.names else source.names[0]
        with self._lock:
            kept = self._splits.get((source.origin, name))
            if kept is None:
                try:
                    kept = (
                        standin.stand_in(name) if source.location is None else read_any(source.location, name, source.origin)
                    )
                except InputError as error:
                    self._source = _stand_in(f"These are generated, because the data set could not be read. {error}")
                    return standin.stand_in(self._source.names[0])
                self._splits[source.origin, name] = kept
            self._splits.move_to_end((source.origin, name))
            while len(self._splits) > 1 and sum(split.images.nbytes for split in self._splits.values()) > MEMORY:
                self._splits.popitem(last=False)
        return kept


def start(setting: str | None) -> Samples:
    """The source that `setting` (HCR_DATASET) asks for. Returns at once; the Hub is asked on a thread."""
    if not setting:
        return Samples(_stand_in(UNSET))
    try:
        path = Path(setting)
        wanted = path if path.exists() else hub.parse(setting)
        if isinstance(wanted, Path):
            return Samples(_local(wanted, f"the {'folder' if wanted.is_dir() else 'file'} {wanted.resolve().name}"))
    except InputError as error:
        return Samples(_stand_in(f"These are generated, because HCR_DATASET gives no data set. {error}"))
    here = _cached(wanted) or _stand_in(f"These are generated; {wanted} is being fetched from the Hub.", settled=False)
    samples = Samples(here)
    threading.Thread(target=_fetch, args=(samples, wanted), daemon=True, name="data set from the Hub").start()
    return samples


def read_any(location: Path, name: str, origin: str) -> Split:
    """Read a split from a folder or zip, whichever of the formats it has. Raises InputError."""
    split = files.read_split(location, name) if name in files.available(location) else parquet.read_parquet(location, name)
    return Split(split.images, split.labels, name, origin)


def _stand_in(note: str, settled: bool = True) -> Source:
    return Source(tuple(reversed(standin.DEFAULT_SIZES)), standin.SOURCE, note, settled=settled)


def _local(path: Path, origin: str) -> Source:
    """A folder or zip as a source; test splits first. Raises InputError where it holds no split."""
    found = set(files.available(path))
    if path.is_dir():
        found |= set(parquet.names(str(file.relative_to(path)) for file in path.rglob("*.parquet")))
    names = sorted(found & set(OFFICIAL_COUNTS), key=lambda name: (name.startswith("bymerge"), name.endswith("train")))
    if not names:
        raise InputError(
            f"{origin}: no EMNIST Balanced or ByMerge here. Expected emnist-balanced-test-images-idx3-ubyte.gz and the "
            "like, emnist-balanced-test.csv, or Parquet files with train or test in their names."
        )
    return Source(tuple(names), origin, location=path)


def _fetch(samples: Samples, wanted: hub.Wanted) -> None:
    """Ask the Hub; whatever goes wrong, what is shown stays, and the stand-in's note says why it is shown."""
    late = threading.Timer(PATIENCE, _say_late, (samples, wanted))
    late.daemon = True
    late.start()
    try:
        folder = _download(wanted)
        samples.replace(_local(folder, f"{wanted.repo} at commit {folder.name[:7]}, from the Hub"))
    except Exception as error:  # a thread has nobody above it who could handle anything
        if samples.source.generated:
            samples.replace(_stand_in(f"These are generated, because {hub.explain(error, str(wanted)).rstrip('.')}."))
    finally:
        late.cancel()


def _say_late(samples: Samples, wanted: hub.Wanted) -> None:
    if not samples.source.settled:
        note = f"These are generated, because the Hub has not delivered {wanted} yet. It takes their place when it comes."
        samples.replace(_stand_in(note, settled=False))


def _download(wanted: hub.Wanted) -> Path:
    """The data set's files in the Hub client's cache, fetched where they are not there already; the folder's name is
    the commit. A Hub that does not answer is found out at once: the client alone would retry for 23 seconds."""
    from huggingface_hub import HfApi, snapshot_download

    found = HfApi().dataset_info(wanted.repo, revision=wanted.revision, timeout=PATIENCE).siblings or ()
    if not any(fnmatch(file.rfilename, pattern) for file in found for pattern in FILES):
        raise InputError(f"{wanted} holds neither EMNIST's files (IDX or CSV) nor Parquet")
    return Path(snapshot_download(wanted.repo, repo_type="dataset", revision=wanted.revision, allow_patterns=FILES))


def _cached(wanted: hub.Wanted) -> Source | None:
    """This machine's copy of the data set; None where there is none."""
    from huggingface_hub.constants import HF_HUB_CACHE

    storage = Path(HF_HUB_CACHE) / f"datasets--{wanted.repo.replace('/', '--')}"
    folder = storage / "snapshots" / wanted.revision
    try:
        if not folder.is_dir():
            folder = storage / "snapshots" / (storage / "refs" / wanted.revision).read_text().strip()
        return _local(folder, f"{wanted.repo} at commit {folder.name[:7]}, from this machine's cache")
    except (OSError, InputError):
        return None
