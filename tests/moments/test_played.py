"""A real Chromium plays what was cut: picture and sound go on, upright, without an error."""

from dataclasses import replace

import numpy as np
import pytest

from funny.extract.video import probe
from funny.moments.choice import Moment
from funny.moments.clips import cut_clips
from funny.moments.cutting import ALL_TRACKS, COPY, CutOptions
from funny.moments.encoding import Encoding
from funny.moments.reel.values import ReelOptions
from funny.moments.reel.write import write_reel
from funny.moments.shorts import make_shorts
from tests.media import NTSC, Movie, Sound, sine, steady, uneven, write_media
from tests.moments.reel.reels import analysis, moment

pytestmark = pytest.mark.browser

PLAY = """
async name => {
    const video = document.querySelector('video')
    const sound = new AudioContext()
    const heard = sound.createAnalyser()
    sound.createMediaElementSource(video).connect(heard).connect(sound.destination)
    const failed = new Promise(done => video.addEventListener('error', () => done('error')))
    const ended = new Promise(done => video.addEventListener('ended', () => done('ended')))
    const samples = new Float32Array(heard.fftSize)
    const times = []
    let loudest = 0
    const listen = setInterval(() => {
        heard.getFloatTimeDomainData(samples)
        loudest = Math.max(loudest, ...samples.map(Math.abs))
        times.push(video.currentTime)
    }, 20)
    video.src = name
    await sound.resume()
    await video.play().catch(() => {})
    const how = await Promise.race([ended, failed])
    clearInterval(listen)
    const told = video.error && video.error.message
    const frames = video.getVideoPlaybackQuality().totalVideoFrames
    const {videoWidth: width, videoHeight: height, duration} = video
    return {how, told, width, height, duration, loudest, frames, times}
}
"""


@pytest.fixture
def played(browser, tmp_path):
    """What a video element tells of a file that it plays to its end."""
    page = browser.new_context().new_page()

    def play(path):
        page.route("http://clips.test/**", lambda route: serve(route, path))
        page.goto("http://clips.test/")
        page.mouse.click(5, 5)  # sound is for who has touched the page
        return page.evaluate(PLAY, "/clip.mp4")

    yield play
    page.context.close()


def serve(route, path):
    if route.request.url.endswith(".mp4"):
        route.fulfill(body=path.read_bytes(), content_type="video/mp4")
    else:
        route.fulfill(body="<video playsinline></video>", content_type="text/html")


def assert_played(told, size, length_s, frames, slack_s=0.1):
    assert (told["how"], told["told"]) == ("ended", None)
    assert (told["width"], told["height"]) == size
    assert told["duration"] == pytest.approx(length_s, abs=slack_s)
    assert len({round(time_s, 2) for time_s in told["times"]}) > 5
    assert told["times"] == sorted(told["times"])
    assert told["frames"] >= frames
    assert told["loudest"] > 0.05


def filmed(path, movie, *sounds):
    write_media(path, movie, *(sounds or (Sound(sine(0.5, 4)),)))
    return path


PLAIN = Movie(steady(25, 4), 128, 72)


@pytest.mark.parametrize(
    ("name", "movie", "options", "slack_s"),
    [
        pytest.param("a.mp4", PLAIN, {}, 0.1, id="plain"),
        pytest.param("a.mp4", replace(PLAIN, rotation=90), {}, 0.1, id="rotated"),
        pytest.param("a.mkv", Movie(uneven(4), 128, 72), {}, 0.7, id="variable-rate"),
        pytest.param("a.mkv", replace(PLAIN, pixels="yuv444p"), {}, 0.1, id="444"),
        pytest.param("a.mp4", Movie(steady(NTSC, 4), 128, 72), {"how": COPY}, 0.2, id="copy"),
        pytest.param("a.mp4", PLAIN, {"encoding": Encoding("small")}, 0.1, id="small"),
    ],
)
def test_a_clip_is_played(played, tmp_path, name, movie, options, slack_s):
    """A last picture may stay for as long as it did; a copy ends with whole packets."""
    video = probe(filmed(tmp_path / name, movie))
    (clip,) = cut_clips(video, [moment(1, 3)], tmp_path / "clips", CutOptions(**options))
    assert_played(played(clip), (128, 72), 2.0, 5, slack_s)


def test_a_clip_of_two_tracks_is_played(played, tmp_path):
    sounds = (Sound(sine(0.5, 4)), Sound(sine(0.2, 4)))
    video = probe(filmed(tmp_path / "a.mkv", PLAIN, *sounds))
    wanted = CutOptions(sound=ALL_TRACKS)
    (clip,) = cut_clips(video, [moment(1, 3)], tmp_path / "clips", wanted)
    assert_played(played(clip), (128, 72), 2.0, 30)


@pytest.mark.parametrize("rotation", [0, 90])
def test_a_reel_is_played(played, tmp_path, rotation):
    path = filmed(tmp_path / "a.mp4", replace(PLAIN, rotation=rotation))
    found = analysis(path, moment(0.2, 1.4), moment(2.0, 3.4))
    reel = write_reel(found, ReelOptions(titles=True), tmp_path / "reel.mp4")
    assert_played(played(reel.path), (128, 72), reel.plan.length_s, 30)


@pytest.mark.parametrize("rotation", [0, 90])
def test_a_short_is_played(played, tmp_path, detector, rotation):
    path = filmed(tmp_path / "a.mp4", replace(PLAIN, rotation=rotation))
    found = analysis(path, audio_track=None)
    (short,) = make_shorts(found, [Moment(1, moment(1, 3))], tmp_path / "out", detector)
    assert_played(played(short.path), (72, 128), 2.0, 30)


def test_what_no_player_can_play_is_told(played, tmp_path):
    """Or nothing here would ever fail."""
    broken = tmp_path / "a.mp4"
    broken.write_bytes(np.random.default_rng(0).bytes(5000))
    told = played(broken)
    assert told["how"] == "error" and told["told"]
