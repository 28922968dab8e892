"""Many pictures, read side by side: looking at them on several threads, the network in batches."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np

from hcr.errors import InputError
from hcr.model.classifier import Classifier
from hcr.reading import EVERYTHING, Asked, Reading, Seen, see, settle

OPEN = 64
THREADS = min(4, os.cpu_count() or 1)


def read_many(
    pictures: Iterable[Path | bytes], model: Classifier, asked: Asked = EVERYTHING
) -> Iterator[Reading | InputError]:
    """The reading of each picture in turn, as `hcr.read` gives it but without class maps; for one that is no usable picture
    what is wrong. At most OPEN pictures are open at a time."""
    with ThreadPoolExecutor(THREADS) as threads:
        ahead = iter(pictures)
        while part := list(islice(ahead, OPEN)):
            seen = list(threads.map(_see, part))
            found = [one for one in seen if isinstance(one, Seen)]
            outputs = model.outputs(np.stack([one.image for one in found])) if found else np.empty((0, 0))
            rows = iter(outputs)
            for one in seen:
                if isinstance(one, Seen):
                    try:
                        yield settle(one, model.judge(next(rows), only=asked.classes), model, asked)
                    except InputError as error:
                        yield error
                else:
                    yield one if isinstance(one, InputError) else Reading(())


def _see(picture: Path | bytes) -> Seen | InputError | None:
    try:
        return see(picture)
    except InputError as error:
        return error
