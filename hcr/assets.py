"""Where the files lie that travel with the program: the bundled model, statistics, the page's templates and pictures."""

from pathlib import Path

PACKAGE_PARENT = Path(__file__).resolve().parent.parent
"""The folder that `hcr` is imported from: where a process of its own is started, so that it finds the same package."""

ASSETS = PACKAGE_PARENT / "assets"
MODEL = ASSETS / "model"
STATISTICS = ASSETS / "statistics.npz"
INTERFACE = ASSETS / "interface"
EXAMPLES = ASSETS / "examples"
