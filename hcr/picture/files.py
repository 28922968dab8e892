"""Which files are pictures, by their names: what a folder holds, with nothing left out in silence."""

import os
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_NAMES = (
    "png apng jpg jpeg jpe jfif jif mpo webp gif bmp dib tif tiff ppm pgm pbm pnm pfm avif avifs heic heif hif jp2 j2k jpf "
    "jpx jpc j2c tga icb vda vst pcx psd sgi qoi ico icns dds jxl svg dng cr2 cr3 nef arw raf orf rw2"
)
SUFFIXES = frozenset(f".{name}" for name in _NAMES.split())
"""Of files that a person calls pictures; lower case, with the dot. Some have no decoder here: they get a line that says so,
which is better than to be left out in silence."""


@dataclass(frozen=True)
class Listing:
    """What a folder and its folders hold. pictures: in the order of their paths; troubles: what could not be looked into,
    with the reason; others: files that are no pictures by their names, counted by suffix ("" for none)."""

    pictures: tuple[Path, ...]
    troubles: tuple[tuple[Path, str], ...]
    others: dict[str, int]


def list_folder(folder: Path) -> Listing:
    """Everything below a folder, without following links to folders (they may lead in a circle)."""
    pictures: list[Path] = []
    troubles: list[tuple[Path, str]] = []
    others: Counter[str] = Counter()

    def unreadable(error: OSError) -> None:
        troubles.append((Path(error.filename or folder), f"The folder cannot be read: {error.strerror or error}."))

    for place, folders, names in os.walk(folder, onerror=unreadable):
        for path in (Path(place, name) for name in folders):
            if path.is_symlink():
                troubles.append((path, "A link to a folder is not followed. Name the folder itself."))
        for path in (Path(place, name) for name in names):
            if path.suffix.lower() not in SUFFIXES:
                others[path.suffix.lower()] += 1
            elif _would_wait(path):
                troubles.append((path, "This is no file but a pipe or a device."))
            else:
                pictures.append(path)
    return Listing(tuple(sorted(pictures)), tuple(sorted(troubles)), dict(others))


def _would_wait(path: Path) -> bool:
    """Whether reading could go on for ever. A broken link could not: opening it says what is wrong."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode)
