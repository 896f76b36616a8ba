"""The formats that moments are handed over in: one table, and the pure function that makes each."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from funny.errors import OptionError
from funny.moments.handoff import edl, fcpxml, lists, otio, tables, words
from funny.moments.handoff.listing import listing
from funny.moments.handoff.plan import on_timeline, plan
from funny.moments.handoff.values import CUT, MARK, ExportOptions, Listing, Plan, Source
from funny.records import Analysis

_FROM_ZERO, _FROM_AN_HOUR = "00:00:00:00", "01:00:00:00"


def _nothing_to_say(_: object) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Format:
    """A format, and what it is for."""

    id: str
    suffix: str
    """How names of such files end."""
    purpose: dict[str, str]
    """What it is for, by language."""
    of_plan: Callable[[Plan], str] | None = None
    """Makes it from a timeline."""
    of_listing: Callable[[Listing], str] | None = None
    """Makes it from a list of times."""
    modes: tuple[str, ...] = (CUT, MARK)
    """The modes that it knows, its usual one first."""
    notes: Callable[..., tuple[str, ...]] = _nothing_to_say
    """What to tell a person of what it could not hold."""
    timeline_start: str = _FROM_ZERO
    """Timecode at which its timelines begin by custom."""

    def mode(self, options: ExportOptions) -> str:
        """The mode that is meant.

        Raises:
            OptionError: If the format does not know it.
        """
        if options.mode is None or options.mode in self.modes:
            return options.mode or self.modes[0]
        raise OptionError(
            f"--mode {options.mode}: {self.id} names times of the video itself. Leave --mode out."
        )

    def needs_video(self, options: ExportOptions) -> bool:
        """Whether the video itself must be there: whole frames are counted at its rate."""
        return self.of_plan is not None or self.mode(options) == CUT


_MARK_FIRST, _MARK_ONLY = (MARK, CUT), (MARK,)

FORMATS = (
    Format(
        "edl",
        ".edl",
        {
            "en": "CMX 3600 cut list: opens nearly everywhere; one picture, four sound channels",
            "ko": "CMX 3600 컷 목록: 거의 어디서나 열림, 화면 하나와 소리 채널 네 개",
        },
        edl.edl,
        notes=edl.left_out,
        timeline_start=_FROM_AN_HOUR,
    ),
    Format(
        "fcpxml",
        ".fcpxml",
        {
            "en": "Final Cut Pro 10.7 and later, DaVinci Resolve: a project with markers",
            "ko": "Final Cut Pro 10.7 이상, DaVinci Resolve: 마커가 있는 프로젝트",
        },
        fcpxml.fcpxml,
    ),
    Format(
        "premiere",
        ".xml",
        {
            "en": "Adobe Premiere Pro: a sequence with markers and every sound track",
            "ko": "Adobe Premiere Pro: 마커와 모든 오디오 트랙이 있는 시퀀스",
        },
        otio.premiere,
    ),
    Format(
        "otio",
        ".otio",
        {
            "en": "OpenTimelineIO: DaVinci Resolve, Premiere Pro 25 and later, scripts",
            "ko": "OpenTimelineIO: DaVinci Resolve, Premiere Pro 25 이상, 스크립트",
        },
        otio.otio_json,
    ),
    Format(
        "csv",
        ".csv",
        {"en": "Table for a spreadsheet", "ko": "스프레드시트용 표"},
        of_listing=tables.csv_table,
        modes=_MARK_ONLY,
    ),
    Format(
        "json",
        ".json",
        {"en": "For programs of your own", "ko": "직접 만든 프로그램용"},
        of_listing=tables.json_table,
        modes=_MARK_ONLY,
    ),
    Format(
        "chapters",
        ".chapters.txt",
        {
            "en": "Chapters for the description of a YouTube video",
            "ko": "유튜브 설명란에 넣는 챕터",
        },
        of_listing=lists.chapters,
        modes=_MARK_FIRST,
        notes=lists.without_chapter,
    ),
    Format(
        "srt",
        ".srt",
        {
            "en": "Subtitles that name each moment while it plays",
            "ko": "순간마다 이름이 뜨는 자막",
        },
        of_listing=lists.srt,
        modes=_MARK_FIRST,
    ),
    Format(
        "vtt",
        ".vtt",
        {"en": "The same subtitles for web players", "ko": "웹 플레이어용 자막"},
        of_listing=lists.vtt,
        modes=_MARK_FIRST,
    ),
    Format(
        "audacity",
        ".labels.txt",
        {"en": "Label track for Audacity", "ko": "Audacity 레이블 트랙"},
        of_listing=lists.audacity,
        modes=_MARK_FIRST,
    ),
    Format(
        "losslesscut",
        "-proj.llc",
        {
            "en": "LosslessCut project: cuts without encoding anew; put it beside the video",
            "ko": "LosslessCut 프로젝트: 다시 인코딩하지 않고 자르기, 영상과 같은 폴더에 두세요",
        },
        of_listing=lists.losslesscut,
        modes=_MARK_ONLY,
    ),
    Format(
        "davinci",
        ".markers.edl",
        {
            "en": "DaVinci Resolve: coloured markers for a timeline that you have",
            "ko": "DaVinci Resolve: 이미 있는 타임라인에 넣는 색깔 마커",
        },
        edl.marker_edl,
        modes=_MARK_FIRST,
        timeline_start=_FROM_AN_HOUR,
    ),
    Format(
        "comment",
        ".comment.txt",
        {
            "en": "Times to paste into a comment",
            "ko": "댓글에 붙여 넣는 시간 목록",
        },
        of_listing=lists.comment,
        modes=_MARK_FIRST,
    ),
)
"""All formats, those of editors first."""


@dataclass(frozen=True)
class Exported:
    """A file's content, and what a person should know of it."""

    content: bytes
    notes: tuple[str, ...]


def format_named(name: str) -> Format:
    """A format by its id.

    Raises:
        OptionError: If there is none of that name.
    """
    if found := next((f for f in FORMATS if f.id == name), None):
        return found
    raise OptionError(f"--format {name}: expected one of {', '.join(f.id for f in FORMATS)}.")


def export(
    analysis: Analysis, name: str, options: ExportOptions, source: Source | None = None
) -> bytes:
    """The content of a file in a format; reads and writes nothing.

    Args:
        analysis: What was found.
        name: Id of the format.
        options: What is wanted.
        source: The video as editors count it, from `read_source`; lists of times need none.

    Raises:
        OptionError: If the options, the format and the moments do not go together.
        MediaError: If a moment is not inside the video.
    """
    return exported(analysis, name, options, source).content


def exported(
    analysis: Analysis, name: str, options: ExportOptions, source: Source | None = None
) -> Exported:
    """The same, with what a person should know of it."""
    chosen = format_named(name)
    mode = chosen.mode(options)
    listed = listing(analysis, options, mode)
    if not chosen.needs_video(options):
        return _spelled(chosen, None, listed, ())
    if source is None:
        raise ValueError(f"source: expected one for {name} with mode {mode}, got None")
    source = replace(source, path=options.media or source.path)
    made = plan(listed, source, mode, chosen.timeline_start)
    said = words.rate_note(made.rate.fps, source.pace_hz, source.is_variable, options.language)
    if mode == CUT:
        listed = on_timeline(listed, made)
    return _spelled(chosen, made, listed, said)


def _spelled(chosen: Format, made: Plan | None, listed: Listing, said: tuple[str, ...]) -> Exported:
    if chosen.of_plan and made:
        text, more = chosen.of_plan(made), chosen.notes(made)
    else:
        assert chosen.of_listing is not None
        text, more = chosen.of_listing(listed), chosen.notes(listed)
    # A file's name need not be UTF-8 (old Korean archives); what names it must be.
    return Exported(text.encode("utf-8", "backslashreplace"), (*said, *more))
