"""The pictures of the example video: three stills under a slow camera; see SOURCES.md."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import matplotlib.cbook
import matplotlib.font_manager
import matplotlib.image
import numpy as np
import skimage.data
from PIL import Image, ImageDraw, ImageFont

SIZE = WIDTH, HEIGHT = 1280, 720
# Centre x, centre y and height of what the camera sees, in pixels of the source.
View = tuple[float, float, float]

# Stills are enlarged once by Lanczos, so that the camera's cubic steps stay far below a pixel.
ENLARGE = 2


@dataclass(frozen=True)
class Still:
    """An enlarged picture, the width of its window in the frame, and camera moves over it."""

    pixels: np.ndarray
    window_width: int
    moves: list[tuple[View, View]]


def stills() -> dict[str, Still]:
    """The three pictures by name."""
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
        hopper = matplotlib.image.imread(file, format="jpg")
    return {
        "hopper": Still(
            enlarge(portrait(hopper, (265, 230, 125, 125))),
            620,
            [((256, 282, 560), (258, 266, 520)), ((266, 262, 515), (252, 276, 548))],
        ),
        "collins": Still(
            enlarge(portrait(skimage.data.astronaut(), (224, 112, 80, 80))),
            WIDTH,
            [((256, 146, 284), (240, 138, 262)), ((232, 136, 258), (250, 143, 276))],
        ),
        "card": Still(title_card("Intermission"), WIDTH, [((320, 180, 352), (320, 180, 320))]),
    }


def portrait(picture: np.ndarray, head: tuple[float, float, float, float]) -> np.ndarray:
    """The picture, sharp in an ellipse around the head and soft beyond it, as through a long lens.

    Grain around the head would cost more bits than the head, and MTCNN sees faces in a cap badge.

    Args:
        picture: (height, width, 3) uint8.
        head: Centre x, centre y, half width and half height of the ellipse in pixels.
    """
    soft = cv2.GaussianBlur(picture, (0, 0), 1.7)
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    away = np.hypot((x - head[0]) / head[2], (y - head[1]) / head[3])[..., None]
    share = np.clip((1.25 - away) / 0.25, 0, 1)
    return np.rint(share * picture + (1 - share) * soft).astype(np.uint8)


def enlarge(picture: np.ndarray) -> np.ndarray:
    """The picture ENLARGE times as large."""
    return cv2.resize(picture, None, fx=ENLARGE, fy=ENLARGE, interpolation=cv2.INTER_LANCZOS4)


def title_card(text: str) -> np.ndarray:
    """A dark picture with two soft lights and a line of text, shape (720, 1280, 3)."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] / HEIGHT
    lights = [(0.45, 0.3, (70, 40, 10)), (1.3, 0.75, (15, 45, 70))]
    card = np.full((HEIGHT, WIDTH, 3), (14, 18, 32), float)
    for light_x, light_y, colour in lights:
        card += np.exp(-4 * ((x - light_x) ** 2 + (y - light_y) ** 2))[..., None] * colour
    # Without noise of half a grey level, such slow gradients show as bands.
    card += np.random.default_rng(0).uniform(-0.5, 0.5, card.shape)
    image = Image.fromarray(np.rint(card).clip(0, 255).astype(np.uint8))
    font = ImageFont.truetype(matplotlib.font_manager.findfont("DejaVu Serif"), 76)
    centre = (WIDTH / 2, HEIGHT / 2)
    ImageDraw.Draw(image).text(centre, text, (236, 226, 205), font, anchor="mm")
    return np.asarray(image)


def backdrop(still: Still) -> np.ndarray:
    """The same picture as a blurred, darkened fill of the whole frame, shape (720, 1280, 3)."""
    x, y, height = still.moves[0][0]
    fill = seen(still, (x, y, height / 2.2))
    return (cv2.GaussianBlur(fill, (0, 0), 40) * 0.45).astype(np.uint8)


def seen(still: Still, view: View) -> np.ndarray:
    """What the camera sees of a still, shape (720, 1280, 3)."""
    x, y, height = (ENLARGE * length for length in view)
    scale = HEIGHT / height
    matrix = np.array([[scale, 0, WIDTH / 2 - scale * x], [0, scale, HEIGHT / 2 - scale * y]])
    return cv2.warpAffine(
        still.pixels, matrix, SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )


def window_mask(width: int) -> np.ndarray:
    """Opacity of the window in the frame, shape (1, 1280, 1): 1 inside, soft at the sides."""
    soft = 1 if width == WIDTH else 16
    from_edge = (width - np.abs(2 * np.arange(WIDTH) + 1 - WIDTH)) / 2
    return np.clip(from_edge / soft + 0.5, 0, 1)[None, :, None]


def shot(still: Still, move: tuple[View, View], count: int) -> Iterator[np.ndarray]:
    """The frames of one camera move over a still, each (720, 1280, 3) uint8."""
    start, end = np.array(move)
    fill = backdrop(still)
    mask = window_mask(still.window_width)
    for place in np.linspace(0, 1, count):
        ease = place * place * (3 - 2 * place)
        picture = seen(still, start + ease * (end - start))
        yield np.rint(mask * picture + (1 - mask) * fill).astype(np.uint8)


def frames(parts: list[tuple[str, int]]) -> Iterator[np.ndarray]:
    """All frames of the video; neighbouring parts with the same still share one camera move.

    Args:
        parts: Name of the still and number of frames, in order.
    """
    pictures = stills()
    moves = {name: itertools.cycle(still.moves) for name, still in pictures.items()}
    for name, group in itertools.groupby(parts, key=lambda part: part[0]):
        yield from shot(pictures[name], next(moves[name]), sum(count for _, count in group))
