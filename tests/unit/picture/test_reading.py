"""Bad input gets its sentence; ink is found whatever the paper; the model sees what EMNIST would have made."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from hcr.alphabet import CLASSES
from hcr.data.generated import standin
from hcr.data.orientation import upright
from hcr.errors import InputError
from hcr.model import bundle
from hcr.model.classifier import Classifier
from hcr.picture import ink, opening
from hcr.picture.conversion import COMMON, convert, stroke_width
from hcr.reading import read, see


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(bundle.open_bundle(bundle.BUNDLED))


def letter(size=(280, 280), paper="white", pen="black", mode="RGB", width=18) -> Image.Image:
    """An R, drawn as one would on the pad."""
    scale = size[0] / 280
    sheet = Image.new(mode, size, paper)
    points = [(95, 220), (95, 60), (150, 55), (180, 90), (150, 130), (95, 135), (120, 140), (190, 225)]
    path = [(x * scale, y * scale) for x, y in points]
    ImageDraw.Draw(sheet).line(path, fill=pen, width=max(1, round(width * scale)), joint="curve")
    return sheet


def saved(picture: Image.Image, kind="PNG", **settings) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **settings)
    return stream.getvalue()


def transparent(pen: str) -> Image.Image:
    return letter(paper=(0, 0, 0, 0), pen=pen, mode="RGBA")


def sixteen_bit() -> Image.Image:
    return Image.fromarray(np.asarray(letter().convert("L"), np.uint16) * 257)


def sideways() -> bytes:
    """A phone's picture: stored lying, with the EXIF tag that turns it upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(letter().rotate(90), "JPEG", exif=exif)


def in_shadow() -> Image.Image:
    values = np.asarray(letter(pen=(90, 90, 90)).convert("L"), np.float32)
    light = np.linspace(1.0, 0.45, 280)[None] * np.linspace(1.0, 0.8, 280)[:, None]
    noise = np.random.default_rng(0).normal(0, 2, values.shape)
    return Image.fromarray(np.clip(values * light + noise, 0, 255).astype(np.uint8))


R_PICTURES = {
    "plain": lambda: saved(letter()),
    "grey": lambda: saved(letter().convert("L")),
    "one bit": lambda: saved(letter().convert("1")),
    "palette": lambda: saved(letter().convert("P")),
    "palette with transparency": lambda: saved(transparent("black").convert("P"), "GIF", transparency=0),
    "16 bit": lambda: saved(sixteen_bit()),
    "CMYK": lambda: saved(letter().convert("CMYK"), "JPEG"),
    "animated GIF": lambda: saved(letter(), "GIF", save_all=True, append_images=[Image.new("RGB", (280, 280))]),
    "transparent, black ink": lambda: saved(transparent("black")),
    "transparent, white ink": lambda: saved(transparent("white")),
    "white on black": lambda: saved(letter(paper="black", pen="white")),
    "blue on yellow": lambda: saved(letter(paper="khaki", pen="navy")),
    "turned by EXIF": sideways,
    "in shadow": lambda: saved(in_shadow()),
    "small": lambda: saved(letter((40, 40))),
    "large": lambda: saved(letter((2400, 2400)), "JPEG"),
    "off centre": lambda: saved(letter().crop((60, 30, 280, 280))),
    "WebP": lambda: saved(letter(), "WEBP"),
}


@pytest.mark.parametrize("name", R_PICTURES)
def test_an_r_is_read_from_every_kind_of_picture(classifier, name):
    reading = read(R_PICTURES[name](), classifier)
    assert reading.text == "R"
    assert reading.characters[0].prediction.known


BAD_PICTURES = {
    "empty file": (lambda: b"", "The file is empty"),
    "text": (lambda: b"hello, I am no picture", "not a picture that can be read"),
    "cut short": (lambda: saved(letter())[:-200], "damaged or cut short"),
    "cut JPEG": (lambda: saved(letter(), "JPEG")[:900], "damaged or cut short"),
    "1x1": (lambda: saved(Image.new("RGB", (1, 1))), "1x1 pixels; a character needs at least 4x4"),
}


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_bad_pictures_get_a_sentence(classifier, name):
    make, sentence = BAD_PICTURES[name]
    with pytest.raises(InputError, match=sentence):
        read(make(), classifier)


def test_a_huge_picture_is_refused_before_it_is_decoded(classifier):
    """400 megapixels would take 400 MB; the peak of what Python allocates stays far below."""
    import tracemalloc

    huge = saved(Image.new("1", (20_000, 20_000)))
    tracemalloc.start()
    with pytest.raises(InputError, match="too many pixels; at most 64 megapixels"):
        read(huge, classifier)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_missing_file_gets_a_sentence(classifier, tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read(tmp_path / "nowhere.png", classifier)


@pytest.mark.parametrize("paper", ["white", "black", (128, 128, 128), (0, 0, 0, 0)])
def test_an_empty_picture_is_nothing_drawn(classifier, paper):
    mode = "RGBA" if len(paper) == 4 else "RGB"
    assert read(saved(Image.new(mode, (280, 280), paper)), classifier).characters == ()


def test_noise_on_paper_is_nothing_drawn(classifier):
    paper = np.clip(np.random.default_rng(0).normal(200, 6, (120, 120)), 0, 255).astype(np.uint8)
    assert read(paper, classifier).characters == ()


def test_paper_with_nothing_above_it_is_nothing_drawn():
    sheet = np.zeros((280, 280), np.uint8)
    sheet[34:246, 34:246] = (
        255  # more than half, so paper of one tone; dark along the edge, so ink would be lighter than that
    )
    assert see(sheet) is None


def test_the_box_is_in_the_picture_s_pixels():
    x, y, width, height = see(saved(letter((1400, 1400)))).box
    assert abs(x - 86 * 5) < 12
    assert abs(y - 47 * 5) < 12
    assert abs(width - 112 * 5) < 20
    assert abs(height - 186 * 5) < 20


def test_specks_and_pieces_of_neighbours_are_left_out():
    sheet = letter((280, 280))
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((20, 20, 24, 24), fill="black")
    pen.rectangle((130, 272, 150, 280), fill="black")
    clean, dirty = see(saved(letter())), see(saved(sheet))
    assert clean.box == dirty.box
    assert np.array_equal(clean.image, dirty.image)


def test_the_dot_of_an_i_belongs_to_it():
    sheet = Image.new("L", (280, 280), 255)
    pen = ImageDraw.Draw(sheet)
    pen.line([(140, 100), (140, 220)], fill=0, width=16)
    pen.ellipse((131, 56, 149, 74), fill=0)
    _, y, _, height = see(saved(sheet)).box
    assert y <= 57
    assert y + height >= 219


@pytest.mark.parametrize("width", [1, 2])
def test_thin_strokes_come_out_as_wide_as_emnist_s(width):
    sheet = Image.new("L", (32, 32), 255)
    ImageDraw.Draw(sheet).line([(8, 27), (8, 4), (22, 4), (22, 15), (9, 15), (24, 28)], fill=0, width=width)
    image = see(saved(sheet)).image
    enlarged = cv2.resize(image, (112, 112), interpolation=cv2.INTER_CUBIC) / np.float32(255)
    assert stroke_width(enlarged) / 4 >= 0.8 * COMMON * 22


def test_conversion_does_not_depend_on_place_and_size():
    expected = see(saved(letter())).image.astype(int)
    for size, box in (((280, 280), (60, 30, 280, 280)), ((700, 700), (0, 0, 700, 700)), ((120, 120), (0, 0, 120, 120))):
        image = see(saved(letter(size).crop(box))).image
        assert np.abs(image - expected).mean() < 6


def test_converted_glyphs_fill_the_range_and_stay_inside():
    for character in CLASSES:
        image = standin.draw(character)
        assert image.max() == 255
        assert image[0].max() <= 128
        assert image[-1].max() <= 128


def test_strength_is_a_share():
    found = ink.find_ink(opening.open_picture(saved(in_shadow())))
    assert found.strength.dtype == np.float32
    assert found.strength.min() >= 0
    assert found.strength.max() == 1


def test_convert_of_one_dot():
    assert convert(np.ones((3, 3), np.float32)).max() == 255


def as_canvas(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The glyph of an upright uint8 (28, 28) image, enlarged and somewhere on a 280x280 canvas: uint8, dark on light."""
    side = int(rng.integers(100, 240))
    large = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
    x, y, width, height = cv2.boundingRect((large > 20).astype(np.uint8))
    canvas = np.full((280, 280), 255, np.uint8)
    left, top = (int(rng.integers(0, 281 - length)) for length in (width, height))
    canvas[top : top + height, left : left + width] = 255 - large[y : y + height, x : x + width]
    return canvas


@pytest.mark.real_data
def test_an_enlarged_emnist_glyph_reads_the_same(emnist_folder, classifier):
    from hcr.data.files import read_split

    rng = np.random.default_rng(2)
    split = read_split(emnist_folder, "balanced-test")
    chosen = rng.permutation(len(split))[:2000]
    originals = np.ascontiguousarray(upright(split.images[chosen]))
    returned = np.stack([see(as_canvas(image, rng)).image for image in originals])
    first, again = (classifier.logits(images).argmax(1) for images in (originals, returned))
    assert (first == again).mean() >= 0.96
    labels = split.labels[chosen]
    assert (again == labels).mean() >= (first == labels).mean() - 0.005
