"""The one error that a person is meant to read."""


class InputError(ValueError):
    """Something given to the program is wrong; the message says what it was and what to do.

    The command lines print it and leave with exit code 2; the app shows it and stays as it was.
    """
