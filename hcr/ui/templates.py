"""HTML from the templates in `assets/interface`: one environment, which escapes whatever it is given."""

import base64

import cv2
import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hcr.assets import INTERFACE

# An enlarged picture takes half the time and half the bytes of OpenCV's own settings; for a small one nothing changes.
QUICK = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP)


def percent(share: float, digits: int = 0) -> str:
    """A share, 0 to 1, in per cent, such as "97%" or "0.4%": never certainty, and nothing only where there is nothing.

    What would round to 100 % becomes ">99%" (">99.9%" with one digit), a little more than 0 becomes "<1%". NaN, a share
    of no images, becomes "–".
    """
    if np.isnan(share):
        return "–"
    step = 10.0**-digits
    text = f"{100 * share:.{digits}f}"
    if float(text) >= 100:
        return f">{100 - step:.{digits}f}%"
    if share > 0 and float(text) == 0:
        return f"<{step:.{digits}f}%"
    return f"{text}%"


def png(image: np.ndarray) -> str:
    """uint8 (h, w) grey or (h, w, 3) RGB as the address of a PNG that lies in it: "data:image/png;base64,..."."""
    pixels = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)  # OpenCV thinks in BGR
    done, data = cv2.imencode(".png", pixels, QUICK)
    assert done, "a uint8 image can always be written as a PNG"
    return "data:image/png;base64," + base64.b64encode(data.tobytes()).decode()


ENVIRONMENT = Environment(
    loader=FileSystemLoader(INTERFACE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
ENVIRONMENT.filters |= {"percent": percent, "png": png, "thousands": "{:,}".format}


def render(name: str, part: str, /, **values: object) -> str:
    """The macro `part` of assets/interface/NAME.html, filled in with `values`; all of them are escaped."""
    return str(getattr(ENVIRONMENT.get_template(f"{name}.html").module, part)(**values))


def notice(sentence: str) -> str:
    """A message in the place of something that is not there."""
    return render("parts", "notice", sentence=sentence)
