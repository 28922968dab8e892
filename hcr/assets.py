"""Where the files lie that travel with the program: the bundled model, statistics, the page's templates and pictures."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent

PACKAGE_PARENT = _PACKAGE.parent
"""The folder that `hcr` is imported from: where a process of its own is started, so that it finds the same package."""

_INSTALLED = _PACKAGE / "assets"

ASSETS = _INSTALLED if _INSTALLED.is_dir() else PACKAGE_PARENT / "assets"
"""Inside the package where it was installed from a wheel, beside it in a checkout."""

MODEL = ASSETS / "model"
STATISTICS = ASSETS / "statistics.npz"
LETTERS = ASSETS / "letters.npz"
INTERFACE = ASSETS / "interface"
EXAMPLES = ASSETS / "examples"
