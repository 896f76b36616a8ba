"""A site on loopback, and tiny videos for it."""

import pytest

from tests.fetch.site import Site
from tests.media import Movie, Sound, burst, steady, write_media


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Bytes of a file with the extension and the streams that are named."""
    folder, known = tmp_path_factory.mktemp("made"), {}

    def make(name, has_picture=True, has_sound=True):
        if name not in known:
            movie = Movie(steady(5, 4)) if has_picture else None
            sounds = [Sound(burst(2, 1, 4))] if has_sound else []
            write_media(folder / name, movie, *sounds)
            known[name] = (folder / name).read_bytes()
        return known[name]

    return make


@pytest.fixture
def mp4(made):
    return made("video.mp4")
