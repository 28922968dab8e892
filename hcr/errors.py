"""The one error that a person is meant to read."""


class InputError(Exception):
    """Something given to the program is wrong; the message is a whole sentence: what it was and what to do.

    The command lines print it and leave with exit code 2; the app shows it and stays as it was. It is no ValueError: code
    that turns a library's ValueError into a sentence would wrap this sentence in another one.
    """
