"""A span of a video as an input of ffmpeg, exact to the frame: what to read, and what to drop.

Seeking before the input and decoding from there is exact at any frame rate and keeps rotation,
pixel aspect, every sound track and its sync. Times are those of `probe`: 0 is where the picture
or the sound in use begins, and not a stream that nobody uses.
"""

from dataclasses import dataclass

from funny.errors import MediaError
from funny.extract.facts import Facts, read_facts
from funny.extract.pictures import on_screen_since_s
from funny.extract.video import latest_s
from funny.moments.ffmpeg import input_words
from funny.records import VideoInfo

_JUST_BEFORE_S = 0.001
"""Time stamps are rounded; a seek to the stamp itself could miss its frame."""


@dataclass(frozen=True)
class Reading:
    """How ffmpeg reads a span; the filters put its beginning at 0."""

    words: tuple[str, ...]
    """Options and name of the input; the command needs `-copyts` once, before all inputs."""
    picture: str
    """ffmpeg's name of the picture stream, such as `0:1`."""
    sounds: tuple[str, ...]
    """The same of every sound track."""
    length_s: float
    picture_filter: str
    """First filter of the picture: what is on screen at the span's beginning is its first frame."""
    sound_filter: str
    """First filter of a sound track: filled with silence where it has gaps or begins late;
    mono stays mono, and more than two channels become two."""


def facts_of(video: VideoInfo) -> Facts:
    """What the header of a video says, as long as it is that of the video.

    Raises:
        MediaError: If the file cannot be read, or has other sound tracks than it had.
    """
    facts = read_facts(video.path)
    if len(facts.sounds) != len(video.audio_tracks):
        raise MediaError(
            f"{video.path}: is another file than was analysed: it has {len(facts.sounds)} sound "
            f"tracks, and had {len(video.audio_tracks)}. Analyse it again."
        )
    return facts


def _seek_words(time_s: float) -> tuple[str, ...]:
    """Reads from a time stamp on, or a little before."""
    # Matroska finds nothing before its zero; what begins there is read from its beginning.
    if time_s < 0:
        return ()
    # The filters drop what is before; ffmpeg's own way counts from another zero.
    return ("-seek_timestamp", "1", "-noaccurate_seek", "-ss", f"{time_s:.6f}")


def reading(video: VideoInfo, start_s: float, end_s: float) -> Reading:
    """How to read [start_s, end_s) of a video.

    Args:
        video: The video.
        start_s: Where the span begins, in seconds of the video.
        end_s: Where it ends.

    Raises:
        MediaError: If the file cannot be read.
    """
    # The frame on screen at the start may be from long before: it opens the span, at 0.
    frame_s = on_screen_since_s(video.path, start_s) if video.has_picture else start_s
    facts = facts_of(video)
    origin_s = facts.zero_s
    seek_s = max(0.0, frame_s - _JUST_BEFORE_S - facts.lead_s)
    return Reading(
        words=tuple(
            input_words(
                video.path,
                *_seek_words(origin_s + seek_s),
                *("-itsoffset", f"{-origin_s:.6f}"),
            )
        ),
        picture=f"0:{facts.picture.index}" if facts.picture else "0:V:0",
        sounds=tuple(f"0:{sound.index}" for sound in facts.sounds),
        length_s=end_s - start_s,
        picture_filter=(
            f"trim=start={max(0.0, frame_s - _JUST_BEFORE_S):.6f}:end={end_s:.6f},"
            f"setpts='max(0,PTS-{start_s:.6f}/TB)'"
        ),
        sound_filter=(
            # A stamp far past the end is damage: the hours up to it would be filled too.
            f"aselect='not(gt(t,{latest_s(video.duration_s):.3f}))',"
            # A track that starts late or has gaps is filled with silence: players differ on gaps.
            f"asetpts=PTS-{seek_s:.6f}/TB,aresample=async=1:first_pts=0,"
            f"atrim=start={start_s - seek_s:.6f}:end={end_s - seek_s:.6f},asetpts=PTS-STARTPTS,"
            # Mono made stereo would lose 3 dB.
            "aformat=channel_layouts=mono|stereo"
        ),
    )
