"""Whatever a damaged file makes the standard library raise becomes one sentence."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from hcr.errors import InputError


@contextmanager
def named(file: str) -> Iterator[None]:
    """While a file is read: a damaged, encrypted or unreadable one raises InputError, which names it."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{file}: cannot be decompressed ({error}). Download it again.") from error
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error}).") from error
    except (NotImplementedError, RuntimeError) as error:  # zipfile: a method that it does not know, or a password
        raise InputError(f"{file}: packed in a way that cannot be read here ({error}). Unpack it first.") from error
