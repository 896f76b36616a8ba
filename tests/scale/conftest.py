"""A channel, and what one gets of it without parting anything."""

import pytest

from funny.pipeline import Analyzer
from tests.scale.channel import OPTIONS, make_channel


@pytest.fixture(scope="session")
def channel(tmp_path_factory):
    return make_channel(tmp_path_factory.mktemp("channel"))


@pytest.fixture(scope="session")
def whole(channel):
    """The analysis of every video that can be read, by path."""
    analyzer = Analyzer(OPTIONS)
    paths = (channel / "a.mp4", *(channel / "inside").iterdir())
    return {str(path): analyzer.analyze(path) for path in paths}
