"""Who is in a video, and where: the faces in a few of its pictures, for a person to choose from."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from funny.extract.boxes import as_fractions, crop, scaled_box, squared
from funny.extract.faces import FaceBatch, FaceDetector, sure_faces
from funny.extract.places import Sighting, area, places
from funny.extract.seek import is_same
from funny.extract.thumbnails import as_jpeg, pictures_at, shrunk
from funny.records import Region, VideoInfo

_PICTURES = 24
_MOST = 8
_MOST_A_PICTURE = 12
_FRAME_PX = 640
_PORTRAIT_PX = 128
_PORTRAIT = 1.6
"""Side of a portrait in sizes of its face."""
# Decoding this many pixels takes about three seconds on two cores: 50 s of 720p. In so short a
# video key frames are few, in a longer one they are many.
_QUICKLY_DECODED = 1.5e9

Progress = Callable[[str, float, float], None]


@dataclass(frozen=True)
class Member:
    """A face, or rather the place in the picture where it is seen."""

    region: Region
    """x, y, w, h as fractions of the picture: all its boxes, and about a face on every side."""
    share: float
    """Of the pictures looked at, in how many it was seen: 0..1."""
    jpeg: bytes
    """Its sharpest face, square."""


@dataclass(frozen=True)
class Cast:
    """The faces of a video, those seen most and largest first, and a picture to show them on."""

    frame: bytes
    """JPEG of the picture that shows most of them."""
    width: int
    """Of the frame, in pixels."""
    height: int
    members: tuple[Member, ...]


def faces_found(
    video: VideoInfo, detector: FaceDetector, progress: Progress = lambda *_: None
) -> Cast | None:
    """Looks for faces in pictures spread over a video; None if it has no picture.

    Args:
        video: What `probe` said of the file.
        detector: Face detector.
        progress: Told of the stage `cast` after every picture; may raise to stop the work.

    Raises:
        MediaError: If the file cannot be read.
    """
    if not video.has_picture:
        return None
    times_s = (np.arange(_PICTURES) + 0.5) / _PICTURES * video.duration_s
    look = _Look(detector)
    with closing(pictures_at(video, times_s, _is_quickly_decoded(video))) as pictures:
        for done, picture in enumerate(pictures, 1):
            if picture is not None:
                look.at(picture)
            progress("cast", done, _PICTURES)
    return look.cast()


def _is_quickly_decoded(video: VideoInfo) -> bool:
    return video.duration_s * video.fps * video.width * video.height <= _QUICKLY_DECODED


@dataclass
class _Look:
    """What was seen in the pictures so far; of the pictures themselves only two are kept."""

    detector: FaceDetector
    seen: list[Sighting] = field(default_factory=list)
    pictures: int = 0
    last: np.ndarray | None = None
    faces: FaceBatch = field(default_factory=FaceBatch.empty)
    """Those of the last picture."""
    fullest: np.ndarray | None = None
    """The picture with most faces, the first of them."""
    most: int = -1

    def at(self, picture: np.ndarray) -> None:
        """Looks at one picture; a key frame that stays for long comes again and again."""
        if self.last is None or not is_same(self.last, picture):
            self.last, self.faces = picture, _largest_faces(self.detector, picture)
        if len(self.faces) > self.most:
            self.most, self.fullest = len(self.faces), picture
        for box, confidence in zip(self.faces.boxes, self.faces.confidence, strict=True):
            portrait = _portrait(picture, box)
            self.seen.append(Sighting(self.pictures, box, confidence, portrait))
        self.pictures += 1

    def cast(self) -> Cast | None:
        """All that was seen, put in order."""
        if self.fullest is None:
            return None
        frame = self.fullest
        longer = max(frame.shape[:2])
        small = shrunk(frame, max(1, round(frame.shape[1] * min(1, _FRAME_PX / longer))))
        return Cast(as_jpeg(small), small.shape[1], small.shape[0], tuple(self._members()))

    def _members(self) -> Iterator[Member]:
        assert self.fullest is not None
        found = places(self.seen)[:_MOST]
        for place in found:
            bounds = area(place, [other for other in found if other is not place])
            region = _rounded(as_fractions(bounds, self.fullest))
            yield Member(region, len(place.seen) / self.pictures, as_jpeg(place.portrait))


def _largest_faces(detector: FaceDetector, picture: np.ndarray) -> FaceBatch:
    faces = sure_faces(detector, picture, len(picture))
    order = np.argsort(-faces.areas)[:_MOST_A_PICTURE]
    return FaceBatch(faces.boxes[order], faces.confidence[order])


def _portrait(picture: np.ndarray, box: np.ndarray) -> np.ndarray:
    """A face with its surroundings, square, moved inwards at the picture's edge."""
    around = scaled_box(squared(box), _PORTRAIT)
    size = np.array(picture.shape[1::-1])
    inwards = np.maximum(-around[:2], 0) - np.maximum(around[2:] - size, 0)
    return crop(picture, around + np.tile(inwards, 2), _PORTRAIT_PX)


def _rounded(region: np.ndarray) -> Region:
    """A region in whole thousandths, inside the picture."""
    corner = np.floor(region[:2] * 1000)
    opposite = np.minimum(np.ceil((region[:2] + region[2:]) * 1000), 1000)
    x, y, w, h = np.concatenate([corner, opposite - corner]) / 1000
    return float(x), float(y), float(w), float(h)
