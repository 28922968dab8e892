"""A picture -> ink: how much pen is on each pixel, whatever the paper and the light."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image

from hcr.picture.conversion import stroke_width
from hcr.picture.paper.rules import only_specks, without_rules
from hcr.picture.paper.sheet import Sheet, find_sheets

cv2.setNumThreads(1)  # pictures are small here: to wake other threads costs more than they save
WORK_SIDE = 512  # the longest side on which ink is looked for: enough for a few characters, megapixels do not cost seconds
FINEST_SIDE = 2000  # and where strokes turn out to be thin
FINE_STROKE, WANTED_STROKE = 4.0, 5.0  # work pixels: thinner strokes are looked at more closely, so that they have so many
SMALL_SIDE = 96  # a smaller crop is enlarged, so that all lengths below are many pixels
BACKGROUND_SIDE = 192  # the longest side of the copy from which the paper is estimated
BACKGROUND_SPAN = 0.35  # of the shorter side; wider than any pen stroke, narrower than a shadow
DEEPEST_SHADOW = 2.0  # how much darker the paper may be in one place than in most; darker is another paper
MIN_CONTRAST = 18  # grey levels between paper and ink below which nothing is drawn
CLEAN_MARGIN, ROUGH_MARGIN = 0.05, 0.22  # of the pen's tone, cut off at both ends: grain, smudges and faint grid go
NOISE_FACTOR = 4.5  # ink must stand this many standard deviations of the paper above it
EVEN = 0.8  # of what is nearer to the paper's tone than to the ink's: if so much is of one tone, all the paper is
TWO_TONES = 0.9  # `_parted` of a picture in which no shadow is a third tone
CLEARLY_DARK, CLEARLY_LIGHT = 0.45, 1.05  # `_lightness` of the edge and the whole that leaves no doubt what is paper


@dataclass(frozen=True)
class Gray:
    """A picture in grey levels. image: mode L; reduced: pixels of the picture itself per pixel of `image`, since a large
    one is opened at a fraction of its size."""

    image: Image.Image
    reduced: float = 1.0


@dataclass(frozen=True)
class Ink:
    """strength: float32 (h, w), 0 = paper, 1 = ink; scale: pixels of the grey image per ink pixel; reduced: pixels of the
    picture itself per pixel of the grey image."""

    strength: np.ndarray
    scale: float
    reduced: float = 1.0


def find_ink(picture: Gray) -> Ink:
    """Separate the ink of characters from paper, rules, frames and what lies around the paper.

    A picture without ink gives zeros. Its scale follows the strokes: a few work pixels wide where the picture has them.
    """
    gray = np.asarray(picture.image)
    work, _ = _at_scale(gray, _first_scale(gray))
    if int(work.max()) - int(work.min()) >= MIN_CONTRAST:
        for sheet in find_sheets(work):
            found = _on_sheet(gray, sheet)
            if found is not None:
                return replace(found, reduced=picture.reduced)
            if sheet.surrounded:
                return Ink(np.zeros(work.shape, np.float32), _first_scale(gray), picture.reduced)
    strength, scale = _on_paper(gray)
    return Ink(strength, scale, picture.reduced)


def _first_scale(gray: np.ndarray) -> float:
    longest = max(gray.shape)
    return float(longest) / WORK_SIDE if longest > WORK_SIDE else min(1.0, longest / SMALL_SIDE)


def _at_scale(gray: np.ndarray, scale: float) -> tuple[np.ndarray, float]:
    if scale == 1.0:
        return gray, scale
    size = (max(1, round(gray.shape[1] / scale)), max(1, round(gray.shape[0] / scale)))
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC), scale


def _on_sheet(gray: np.ndarray, sheet: Sheet) -> Ink | None:
    """The ink within a sheet's outline, in its place in the whole picture; None where there is none."""
    outline = np.round(sheet.outline * gray.shape[::-1]).astype(np.int32)
    x, y, width, height = cv2.boundingRect(outline)
    left, top, right, bottom = max(0, x), max(0, y), min(gray.shape[1], x + width), min(gray.shape[0], y + height)
    if right - left < 4 or bottom - top < 4:
        return None
    crop = gray[top:bottom, left:right].copy()
    within = np.zeros(crop.shape, np.uint8)
    cv2.fillPoly(within, [outline - (left, top)], 1)
    crop[within == 0] = round(float(np.median(crop[within > 0])))
    strength, scale = _on_paper(crop)
    strength *= cv2.resize(within, strength.shape[::-1], interpolation=cv2.INTER_NEAREST)
    if not strength.any():
        return None
    whole = np.zeros((round(gray.shape[0] / scale), round(gray.shape[1] / scale)), np.float32)
    at_x = min(round(left / scale), whole.shape[1] - strength.shape[1])
    at_y = min(round(top / scale), whole.shape[0] - strength.shape[0])
    whole[at_y : at_y + strength.shape[0], at_x : at_x + strength.shape[1]] = strength
    return Ink(whole, scale)


def _on_paper(gray: np.ndarray) -> tuple[np.ndarray, float]:
    """Strength of the ink on what is all one paper, and pixels of `gray` per pixel of it."""
    work, scale = _at_scale(gray, _first_scale(gray))
    strength = _strength(work)
    finest = max(gray.shape) / FINEST_SIDE
    if scale > 1:
        width = WANTED_STROKE / 2 if strength is None else stroke_width(strength)
        finer = max(1.0, finest, scale * width / WANTED_STROKE)
        if width < FINE_STROKE and finer < 0.8 * scale:
            work, scale = _at_scale(gray, finer)
            strength = _strength(work)
    if strength is not None:
        strength = without_rules(strength)
        if not only_specks(strength):
            return strength, scale
    return np.zeros(work.shape, np.float32), scale


def _strength(gray: np.ndarray) -> np.ndarray | None:
    """Dark on light or light on dark is told by `_light_on_dark`. Uneven light is taken out with a local background
    (morphological opening), noise and faint grid with a ramp between the paper's noise and the pen. None without ink."""
    if int(gray.max()) - int(gray.min()) < MIN_CONTRAST:
        return None
    light_on_dark = _light_on_dark(gray)
    bright = gray if light_on_dark else 255 - gray
    tone = _even_tone(bright)
    return _over_rough_paper(bright, not light_on_dark) if tone is None else _over_even_paper(bright, tone)


def _light_on_dark(gray: np.ndarray) -> bool:
    """True where the ink is lighter than the paper: paper is what the edge of the picture mostly shows or, where
    that shows both, what does not come in strokes."""
    _, light = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    edge = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    lightness = np.count_nonzero(edge) / edge.size + 0.5 * np.count_nonzero(light) / light.size
    if not CLEARLY_DARK < lightness < CLEARLY_LIGHT:
        return bool(lightness < 0.75)
    coarse, _ = _at_scale(gray, max(1.0, max(gray.shape) / BACKGROUND_SIDE))
    _, light = cv2.threshold(coarse, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    if _parted(coarse, light > 0) > TWO_TONES:
        return _widest(light > 0) < _widest(light == 0)
    span = max(3, round(min(coarse.shape) / 2)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span))
    lighter, darker = (cv2.morphologyEx(coarse, hat, disc) for hat in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT))
    peaks = np.percentile(lighter, 99), np.percentile(darker, 99)
    if max(peaks) > 2 * min(peaks):
        return bool(peaks[0] > peaks[1])
    return _widest(lighter > peaks[0] / 2) < _widest(darker > peaks[1] / 2)


def _parted(gray: np.ndarray, light: np.ndarray) -> float:
    """How much of the variance of grey levels lies between two areas, not in them: 0 to 1."""
    share = float(light.mean())
    if not 0 < share < 1:
        return 0.0
    apart = float(gray[light].mean()) - float(gray[~light].mean())
    return share * (1 - share) * apart**2 / float(gray.var())


def _widest(area: np.ndarray) -> float:
    """The radius of the largest disc in an area, bool (h, w); it may reach over the edge."""
    return float(cv2.distanceTransform(area.astype(np.uint8), cv2.DIST_L2, 3).max())


def _even_tone(bright: np.ndarray) -> int | None:
    """The tone of paper that has one exact tone, as a canvas or a scan cleaned by a program has; None for other paper."""
    counts = cv2.calcHist([bright], [0], None, [256], [0, 256]).ravel()
    tone = int(counts.argmax())
    if counts[tone] > bright.size / 2 and counts[tone + 1 :].any():
        return tone
    middle = int(cv2.threshold(bright, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])
    tone = int(counts[: middle + 1].argmax())  # strokes cover most of the paper, which is darker than they, here
    return tone if counts[tone] > EVEN * counts[: middle + 1].sum() else None


def _over_even_paper(bright: np.ndarray, tone: int) -> np.ndarray | None:
    """Strength above paper of one tone; only the part that holds any ink is looked at."""
    lift = np.maximum(bright, tone) - np.uint8(tone)
    x, y, width, height = cv2.boundingRect(lift)
    if not width:
        return None
    inked = _ramp(lift[y : y + height, x : x + width].astype(np.float32), even=True)
    if inked is None:
        return None
    strength = np.zeros(bright.shape, np.float32)
    strength[y : y + height, x : x + width] = inked
    return strength


def _over_rough_paper(bright: np.ndarray, inverted: bool) -> np.ndarray | None:
    """Strength above paper with grain, shadows and smudges: above what a morphological opening makes of it, smoothed, or
    as it is beside the hard edge of a shadow. On white paper, here `inverted`, a shadow takes its share of the ink too."""
    smooth = cv2.GaussianBlur(bright, (0, 0), 1.0)
    coarse, _ = _at_scale(smooth, max(1.0, max(smooth.shape) / BACKGROUND_SIDE))
    span = max(3, round(min(coarse.shape) * BACKGROUND_SPAN)) | 1
    paper = cv2.morphologyEx(coarse, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span)))
    background = np.maximum(cv2.GaussianBlur(paper, (0, 0), span / 4), cv2.dilate(paper, np.ones((3, 3), np.uint8)))
    if background.shape != smooth.shape:
        background = cv2.resize(background, smooth.shape[::-1], interpolation=cv2.INTER_LINEAR)
    lift = smooth.astype(np.float32) - background
    if inverted:
        light = np.maximum(255.0 - background, 1.0).astype(np.float32)
        lift *= np.clip(np.percentile(light, 75) / light, 1, DEEPEST_SHADOW)
    return _ramp(lift, even=False)


def _ramp(lift: np.ndarray, even: bool) -> np.ndarray | None:
    """Grey levels above the paper, which is of one tone where `even` -> strength 0 to 1; None where nothing stands out
    of the noise."""
    clipped = np.clip(lift, 0, 255).astype(np.uint8)
    pen = cv2.threshold(clipped, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1].astype(bool)
    if even and (pen.all() or not pen.any()):  # one bar, and no paper beside it
        pen = clipped > 0
    elif not pen.any() or pen.all():
        return None
    level = float(np.percentile(lift[pen], 60))
    noise = 0.0 if even else _deviation(lift[~pen])
    if level < MIN_CONTRAST or level < NOISE_FACTOR * noise:
        return None
    margin = CLEAN_MARGIN if even else ROUGH_MARGIN
    bottom = max(margin * level, NOISE_FACTOR / 2 * noise)
    return np.clip((lift - bottom) / max((1 - margin) * level - bottom, 1.0), 0, 1).astype(np.float32)


def _deviation(values: np.ndarray) -> float:
    """Standard deviation of what is normally distributed in `values`, outliers left out (1.4826 median deviations)."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))
