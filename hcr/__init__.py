"""Read handwritten characters: a picture becomes ink, ink becomes a 28x28 glyph, a small network reads it.

>>> import hcr
>>> from hcr.assets import EXAMPLES
>>> reading = hcr.read(EXAMPLES / "1-pen.png")  # a file's name, its bytes, a PIL image or a uint8 array
>>> reading.text, reading.characters[0].prediction.known
('R', True)

The model comes with the program; `hcr.read(picture, hcr.open("USER/NAME"))` reads with one from the Hugging Face Hub, or
from a folder. What cannot be read or opened raises `hcr.InputError`, whose message is a sentence for people.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hcr.errors import InputError
    from hcr.model.opening import open_model as open
    from hcr.reading import Reading, read

__version__ = "0.1.0"
__all__ = ["InputError", "Reading", "__version__", "open", "read"]
_HOMES = {
    "InputError": ("hcr.errors", "InputError"),
    "Reading": ("hcr.reading", "Reading"),
    "open": ("hcr.model.opening", "open_model"),
    "read": ("hcr.reading", "read"),
}


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562): `import hcr.alphabet` needs neither OpenCV nor LiteRT."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hcr' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
