"""What the runtime tells of itself stays out of a person's terminal; whatever else it says comes through."""

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NOTICE = b"INFO: Created TensorFlow Lite XNNPACK delegate"  # at the start of a line; written once a process

_one_at_a_time = threading.Lock()


@contextmanager
def without_notice() -> Iterator[None]:
    """Hold back what is written to standard error meanwhile, then pass on all of it but the line with NOTICE.

    LiteRT 2.3 writes that line in C++, past `sys.stderr`, and has no setting for it that Python could reach: neither
    TF_CPP_MIN_LOG_LEVEL nor a function of the module. So the file descriptor itself is turned aside.
    """
    with _one_at_a_time:
        try:
            aside, stderr = tempfile.TemporaryFile(), os.dup(2)  # noqa: SIM115
        except OSError:  # no standard error, or no place for a file: then the line is no harm
            yield
            return
        with aside:
            try:
                os.dup2(aside.fileno(), 2)
                yield
            finally:
                os.dup2(stderr, 2)
                os.close(stderr)
                aside.seek(0)
                for line in aside:
                    if not line.startswith(NOTICE):
                        os.write(2, line)
