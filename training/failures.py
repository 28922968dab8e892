"""What goes wrong outside the program when data or a model travels: each with its own exit code.

2 wrong input (`hcr.errors.InputError`)   3 no credentials   4 access refused   5 no network, or the other side is down
6 disk full   7 the model is worse than the one published
"""

import errno

from hcr.errors import InputError
from hcr.hub import explain


class Failure(Exception):
    """The message is a sentence for a person; the command line prints it and leaves with exit_code."""

    exit_code = 1


class NoCredentials(Failure):
    """No token or key, or none that can be sent."""

    exit_code = 3


class Refused(Failure):
    """The other side knows who asks, and does not allow it."""

    exit_code = 4


class NoNetwork(Failure):
    """The other side cannot be reached, or is down."""

    exit_code = 5


class DiskFull(Failure):
    """What was to be written does not fit."""

    exit_code = 6


class Worse(Failure):
    """The model reads less than the one that is published."""

    exit_code = 7


FULL = "The disk is full. Free some space and run the same command again."
FAILURES = {kind.exit_code: kind for kind in (NoCredentials, Refused, NoNetwork, DiskFull, Worse)}


def from_hub(error: Exception, name: str) -> Exception:
    """An error of the Hub client about the repo `name` -> the failure to raise instead; any other comes back as it is."""
    from httpx2 import TransportError
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    while isinstance(error, RuntimeError) and isinstance(error.__cause__, Exception):  # as the client wraps an upload's
        error = error.__cause__
    if isinstance(error, InputError):
        return error
    reason = explain(error, name)
    sentence = f"{reason[0].upper()}{reason[1:]}."
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        if status >= 500:
            return NoNetwork(f"{sentence} Try again later.")
        if status == 402:
            return Refused(f"The Hub wants a paid plan for {name}: {error.server_message or 'payment required'}.")
        return Refused(sentence)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return DiskFull(FULL)
    if isinstance(error, TransportError | LocalEntryNotFoundError | ConnectionError | TimeoutError):
        return NoNetwork(f"{sentence} Check the network and run the same command again.")
    return error


def need_hub_token() -> None:
    """Raises NoCredentials where the Hub client has no token to write with, or one that cannot be sent."""
    from huggingface_hub import get_token

    token = get_token()
    if token and not (token.isascii() and token.isprintable()):
        raise NoCredentials("The Hugging Face token in HF_TOKEN holds a character that no token has. Copy it again.")
    if not token:
        raise NoCredentials(
            "No Hugging Face token. Make one with write access at https://huggingface.co/settings/tokens and set HF_TOKEN."
        )


def disk_full_in(error: BaseException | None) -> bool:
    """Whether a full disk is at the bottom of an error, however often a library wrapped it."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    return False
