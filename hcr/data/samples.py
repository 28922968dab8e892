"""The images that the page shows: what HCR_DATASET names, or the generated stand-in with a sentence that says why.

HCR_DATASET is whatever `hcr.data.source` opens; what must be asked of the Hub is asked on a thread.
"""

import threading
from collections import OrderedDict
from pathlib import Path

from hcr import hub
from hcr.data import source as door
from hcr.data.generated import standin
from hcr.data.source import Source, stand_in
from hcr.data.split import Split
from hcr.errors import InputError

__all__ = ["Samples", "Source", "start"]

PATIENCE = 1.0  # seconds until the Hub counts as not there and the stand-in is shown; its answer may still come later
MEMORY = 256 << 20  # bytes of images kept; the split in use is kept whatever it takes
UNSET = (
    "No data set is set up here, so these are generated. Set HCR_DATASET to a folder or a Hub data set to see real EMNIST."
)


class Samples:
    """Holds the source and the splits of it that were asked for. Safe to use from several threads."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._changing = threading.Lock()
        self._splits: OrderedDict[tuple[str, str], Split] = OrderedDict()
        self._reading = threading.Lock()

    @property
    def source(self) -> Source:
        """What is shown now."""
        return self._source

    def replace(self, source: Source, only: Source | None = None) -> bool:
        """Show another source. only: the one whose place it may take, where another has come in between nothing is done;
        returns whether it is shown."""
        with self._changing:
            if only is not None and self._source is not only:
                return False
            self._source = source
            return True

    def split(self, name: str | None = None) -> Split:
        """The split of that name, or the source's first one; read when it is first asked for.

        A source that turns out to be damaged is given up for the stand-in, and `source.note` says why.
        """
        source = self._source
        name = name if name in source.names else source.names[0]
        with self._reading:
            kept = self._splits.get((source.origin, name))
            if kept is None:
                try:
                    kept = door.read(source, name)
                except InputError as error:
                    instead = stand_in(f"These are generated, because the data set could not be read. {error}")
                    self.replace(instead, only=source)
                    return standin.stand_in(instead.names[0])
                self._splits[source.origin, name] = kept
            self._splits.move_to_end((source.origin, name))
            while len(self._splits) > 1 and sum(split.images.nbytes for split in self._splits.values()) > MEMORY:
                self._splits.popitem(last=False)
        return kept


def start(setting: str | None) -> Samples:
    """The source that `setting` (HCR_DATASET) asks for. Returns at once; the Hub is asked on a thread."""
    if not setting:
        return Samples(stand_in(UNSET))
    try:
        if setting == door.GENERATED:
            return Samples(stand_in())
        wanted = door.find(setting)
        if isinstance(wanted, Path):
            return Samples(door.local(wanted))
    except InputError as error:
        return Samples(stand_in(f"These are generated, because HCR_DATASET gives no data set. {error}"))
    here = door.cached(wanted) or stand_in(f"These are generated; {wanted} is being fetched from the Hub.", settled=False)
    samples = Samples(here)
    threading.Thread(target=_fetch, args=(samples, wanted, here), daemon=True, name="data set from the Hub").start()
    return samples


def _fetch(samples: Samples, wanted: hub.Wanted, first: Source) -> None:
    """Ask the Hub; whatever goes wrong, what is shown stays, and the stand-in's note says why it is shown."""
    slow = f"These are generated, because the Hub has not delivered {wanted} yet. It takes their place when it comes."
    waiting = first if first.settled else stand_in(slow, settled=False)
    late = threading.Timer(PATIENCE, samples.replace, (waiting, first))
    late.daemon = True
    late.start()
    try:
        samples.replace(door.fetch(wanted, PATIENCE))
    except Exception as error:  # a thread has nobody above it who could handle anything
        why = hub.refused(error, str(wanted))
        for shown in (first, waiting):
            if shown.generated:
                samples.replace(stand_in(f"These are generated. {why}"), only=shown)
    finally:
        late.cancel()
