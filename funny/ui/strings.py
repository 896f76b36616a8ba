"""Every word of the page, in English and Korean."""

import re
from collections.abc import Sequence

from funny.grid import clock
from funny.records import ModelInfo, Note
from funny.ui.export_strings import STRINGS as EXPORT_STRINGS

STRINGS: dict[str, dict[str, str]] = {
    "en": {
        "title": "# funny\nThe funny moments of a long video, by face and voice",
        "tab_find": "Find",
        "tab_label": "Label",
        "tab_live": "Live",
        "analyze": "Find funny moments",
        "cancel": "Cancel",
        "example": "Run the example yourself",
        "timeline": "Funniness over time",
        "threshold": "Threshold",
        "threshold_info": "How funny a moment must be. Moving it reads nothing again.",
        "settings": "Settings",
        "top": "At most (0: all)",
        "pad_before": "Set-up before, s",
        "pad_after": "Time after, s",
        "min_length": "Shortest moment, s",
        "max_length": "Longest clip, s",
        "audio_track": "Sound track",
        "track_default": "the file's default",
        "head": "Scoring model",
        "head_info": "Heads of models/ and of your own runs/. Changing it reads nothing again.",
        "teach": "Keep my corrections for training",
        "teach_info": "What you kept, dropped, moved and added can teach a model of this streamer. "
        "Press this, and it is kept on this server with the video; those who label here see it.",
        "taught": "**{clips} clips** of this video are kept for training. Thank you!",
        "taught_nothing": "Nothing was corrected yet: keep, drop, move or add a moment first.",
        "find_faces": "Show the faces to choose from",
        "faces_found": "{faces} found. Choose whose face is watched, under Settings.",
        "no_faces": "No face was found. If there is one, draw around it under Settings.",
        "stage_cast": "Looking for faces",
        "doing_cast": "looking for faces",
        "busy": "Something is running. Wait for it, or cancel it.",
        "face_region": "Where the face is: x,y,w,h as fractions (empty: anywhere)",
        "quick": "Quick look",
        "quick_info": "Reads the face once a second: a first impression, not the final cut.",
        "highlights": "Highlights",
        "cut": "Cut the kept moments",
        "clips": "Clips",
        "export": "Files",
        "keep": "keep",
        "rank": "#",
        "start": "start",
        "end": "end",
        "length": "length (s)",
        "score_column": "score",
        "reasons": "why",
        "edges": "edges: {edges}",
        "plain": "as set",
        "edge_cut": "shot cut",
        "edge_pause": "pause",
        "edge_quiet": "between words",
        "edge_plain": "as set",
        "edge_moved": "{kind} {moved} s",
        "score": "funniness",
        "happiness": "happiness",
        "surprise": "surprise",
        "valence": "valence",
        "arousal": "arousal",
        "loudness": "loudness (dB)",
        "loudness_word": "loudness",
        "laughter": "laughter heard",
        "waiting": "Choose a video, or run the example.",
        "ready": "Ready. Press “{analyze}”.",
        "example_shown": "This is the example, already analysed: click the curve, drag an edge, "
        "move the threshold. Then drop a video of your own here.",
        "so_far": "{highlights} so far",
        "decided": "**{highlights} highlights** at threshold {threshold}, {kept} kept.",
        "plan": "{clips} clips, {length} in all · about {megabytes} MB, {time} to cut",
        "stopping": "Stopping…",
        "bad_time": "“{text}” is no time. Expected 1:15, 1:15.5 or 0:01:15.",
        "queued": "Waiting for its turn…",
        "queued_behind": "Waiting for its turn: {before} before it…",
        "busy_own": "You have {own} videos in work already. Start this one when one is done.",
        "busy_all": "Too many people are waiting just now. Please try again in a few minutes.",
        "stage_start": "Opening the video…",
        "stage_sound": "Step 1 of 2 · listening",
        "stage_faces": "Step 1 of 2 · watching and listening",
        "stage_download": "Fetching the video",
        "stage_preview": "Making a preview that the browser can play",
        "no_preview": "{ready} Browsers cannot play this file, and no preview could be made.",
        "stage_score": "Scoring…",
        "stage_pictures": "Making the small pictures of the timeline",
        "stage_clips": "Step 2 of 2 · cutting clips",
        "progress": "{stage} · {percent} % · {rate} × real time · {left} left",
        "progress_short": "{stage} · {percent} %",
        "progress_bytes": "{stage} · {percent} % · {megabytes} MB · {left} left",
        "done": "**{highlights} highlights** in {duration}, {clips} clips cut.",
        "none_found": "No moment reached the threshold {threshold}. Lower it to see more.",
        "cancelled": "Stopped. Nothing half-made was kept.",
        "no_video": "Choose a video first.",
        "bad_region": "Face region: expected four fractions such as 0.75,0.7,0.25,0.3.",
        "bad_track": "Sound track: expected a whole number from 0.",
        "failed": "This did not work: {reason}",
        "failed_at": "This did not work while {doing}: {reason}",
        "doing_start": "opening the video",
        "doing_sound": "listening",
        "doing_faces": "watching and listening",
        "doing_score": "scoring",
        "doing_clips": "cutting clips",
        "doing_preview": "making a preview",
        "doing_download": "fetching the video",
        "place_paths": "Or the path of a video on this machine, then Enter",
        "place_urls": "Or the address of a video, https://…, then Enter",
        "place_both": "Or the address of a video, or its path on this machine, then Enter",
        "full_analysis": "The disk of the server is full: your moments are here as long as the "
        "server runs, but are not kept beyond, and no clips were cut.",
        "full_clips": "The disk of the server is full: no clips were cut, and your moments are as "
        "they were.",
        "full_export": "The disk of the server is full: nothing was made, and your moments are as "
        "they were.",
        "full_disk": "The disk of the server is full. Please try again later.",
        "crashed": "Something broke that should not have. The log of the server says what.",
        "models": "Emotion model: **{emotion}** · head: **{head}**",
        "embedded": "The small embedded emotion model is in use, not VA-MTL.",
        "embedded_why": "It knows 7 expressions (FER2013 57.5 %). `funny weights fetch` gets "
        "VA-MTL where there is a network.",
        "why": "Why?",
        "asked": "Asked in vain: {reasons}",
        "privacy": "Nobody else sees your video. "
        "Uploads and results are removed after {hours} hours.",
    },
    "ko": {
        "title": "# funny\n긴 영상 속 웃긴 순간을 표정과 목소리로",
        "tab_find": "찾기",
        "tab_label": "판정",
        "tab_live": "실시간",
        "analyze": "웃긴 순간 찾기",
        "cancel": "취소",
        "example": "예시 직접 돌려 보기",
        "timeline": "시간별 재미 점수",
        "threshold": "기준 점수",
        "threshold_info": "이 점수를 넘으면 하이라이트가 됩니다. 바꿔도 다시 분석하지 않습니다.",
        "settings": "설정",
        "top": "최대 개수 (0: 전부)",
        "pad_before": "앞에 붙일 시간(초)",
        "pad_after": "뒤에 붙일 시간(초)",
        "min_length": "가장 짧은 순간(초)",
        "max_length": "가장 긴 클립(초)",
        "audio_track": "오디오 트랙",
        "track_default": "파일의 기본 트랙",
        "head": "판정 모델",
        "head_info": "models/와 내 runs/의 모델입니다. 바꿔도 다시 읽지 않습니다.",
        "teach": "내가 고친 내용을 학습에 쓰기",
        "teach_info": "고르고 빼고 옮기고 더한 순간으로 이 스트리머의 모델을 가르칠 수 있습니다. "
        "누르면 영상과 함께 이 서버에 보관되고, 여기서 판정하는 사람들이 보게 됩니다.",
        "taught": "이 영상의 **클립 {clips}개**를 학습용으로 보관했습니다. 고맙습니다!",
        "taught_nothing": "아직 고친 것이 없습니다. 순간을 고르거나 빼거나 옮기거나 더해 보세요.",
        "find_faces": "얼굴 보여 주기",
        "faces_found": "얼굴 {faces}개를 찾았습니다. 설정에서 누구의 얼굴을 볼지 골라 주세요.",
        "no_faces": "얼굴을 찾지 못했습니다. 얼굴이 있다면 설정에서 그 둘레에 그려 주세요.",
        "stage_cast": "얼굴 찾는 중",
        "doing_cast": "얼굴을 찾는 중",
        "busy": "작업이 돌고 있습니다. 끝나기를 기다리거나 취소해 주세요.",
        "face_region": "얼굴 위치: x,y,w,h 비율 (비우면 화면 전체)",
        "quick": "빠르게 훑어보기",
        "quick_info": "얼굴을 1초에 한 번만 봅니다. 첫인상용이며 최종 편집용은 아닙니다.",
        "highlights": "하이라이트",
        "cut": "고른 순간 자르기",
        "clips": "클립",
        "export": "파일",
        "keep": "사용",
        "rank": "순위",
        "start": "시작",
        "end": "끝",
        "length": "길이(초)",
        "score_column": "점수",
        "reasons": "이유",
        "edges": "자른 곳: {edges}",
        "plain": "그대로",
        "edge_cut": "장면 전환",
        "edge_pause": "말 쉬는 곳",
        "edge_quiet": "말 사이",
        "edge_plain": "그대로",
        "edge_moved": "{kind} {moved}초",
        "score": "재미",
        "happiness": "기쁨",
        "surprise": "놀람",
        "valence": "긍정",
        "arousal": "흥분",
        "loudness": "소리 크기(dB)",
        "loudness_word": "소리",
        "laughter": "웃음소리",
        "waiting": "영상을 고르거나 예시를 돌려 보세요.",
        "ready": "준비됐습니다. “{analyze}”를 눌러 주세요.",
        "example_shown": "미리 분석해 둔 예시입니다. 곡선을 누르고, 가장자리를 끌고, 기준을 움직여 "
        "보세요. 그다음 내 영상을 여기에 놓으면 됩니다.",
        "so_far": "지금까지 {highlights}개",
        "decided": "기준 점수 {threshold}: **하이라이트 {highlights}개**, 그중 {kept}개 사용.",
        "plan": "클립 {clips}개, 모두 {length} · 약 {megabytes}MB, 자르는 데 {time}",
        "stopping": "멈추는 중…",
        "bad_time": "“{text}”은(는) 시각이 아닙니다. 1:15, 1:15.5, 0:01:15처럼 적어 주세요.",
        "queued": "차례를 기다리는 중…",
        "queued_behind": "차례를 기다리는 중: 앞에 {before}개…",
        "busy_own": "이미 영상 {own}개를 처리하고 있습니다. 하나가 끝난 뒤에 시작해 주세요.",
        "busy_all": "지금은 기다리는 사람이 너무 많습니다. 몇 분 뒤에 다시 시도해 주세요.",
        "stage_start": "영상을 여는 중…",
        "stage_sound": "1/2단계 · 소리 듣는 중",
        "stage_faces": "1/2단계 · 보고 듣는 중",
        "stage_download": "영상 받는 중",
        "stage_preview": "브라우저에서 볼 수 있는 미리보기 만드는 중",
        "no_preview": "{ready} 브라우저에서 재생할 수 없는 파일이며 미리보기도 만들지 못했습니다.",
        "stage_score": "점수 매기는 중…",
        "stage_pictures": "시간표의 작은 그림 만드는 중",
        "stage_clips": "2/2단계 · 클립 자르는 중",
        "progress": "{stage} · {percent}% · 실시간의 {rate}배 · {left} 남음",
        "progress_short": "{stage} · {percent}%",
        "progress_bytes": "{stage} · {percent}% · {megabytes}MB · {left} 남음",
        "done": "{duration} 영상에서 **하이라이트 {highlights}개**, 클립 {clips}개를 잘랐습니다.",
        "none_found": "기준 점수 {threshold}를 넘은 순간이 없습니다. 기준을 낮춰 보세요.",
        "cancelled": "멈췄습니다. 만들다 만 파일은 남기지 않았습니다.",
        "no_video": "먼저 영상을 골라 주세요.",
        "bad_region": "얼굴 위치는 0.75,0.7,0.25,0.3처럼 비율 네 개로 적어 주세요.",
        "bad_track": "오디오 트랙은 0부터 시작하는 정수입니다.",
        "failed": "작업하지 못했습니다: {reason}",
        "failed_at": "{doing} 문제가 생겼습니다: {reason}",
        "doing_start": "영상을 여는 중",
        "doing_sound": "소리를 듣는 중",
        "doing_faces": "영상을 보고 듣는 중",
        "doing_score": "점수를 매기는 중",
        "doing_clips": "클립을 자르는 중",
        "doing_preview": "미리보기를 만드는 중",
        "doing_download": "영상을 받는 중",
        "place_paths": "또는 이 컴퓨터에 있는 영상 경로를 적고 Enter",
        "place_urls": "또는 영상 주소(https://…)를 적고 Enter",
        "place_both": "또는 영상 주소나 이 컴퓨터의 영상 경로를 적고 Enter",
        "full_analysis": "서버의 디스크가 가득 차서, 찾은 순간은 서버가 켜져 있는 동안만 남고 "
        "클립은 만들지 못했습니다.",
        "full_clips": "서버의 디스크가 가득 차서 클립을 만들지 못했고, 찾은 순간은 그대로입니다.",
        "full_export": "서버의 디스크가 가득 차서 파일을 만들지 못했고, 찾은 순간은 그대로입니다.",
        "full_disk": "서버의 디스크가 가득 찼습니다. 나중에 다시 시도해 주세요.",
        "crashed": "예상하지 못한 문제가 생겼습니다. 서버 로그를 확인해 주세요.",
        "models": "감정 모델: **{emotion}** · 판정 모델: **{head}**",
        "embedded": "VA-MTL이 아닌 작은 내장 감정 모델을 씁니다.",
        "embedded_why": "표정 7가지를 압니다(FER2013 57.5 %). 인터넷이 되는 곳에서 "
        "`funny weights fetch`를 실행하면 VA-MTL을 받습니다.",
        "why": "이유",
        "asked": "받지 못한 이유: {reasons}",
        "privacy": "내 영상은 다른 사람에게 보이지 않습니다. "
        "올린 영상과 결과는 {hours}시간 뒤에 지워집니다.",
    },
}

for _language, _words in EXPORT_STRINGS.items():
    STRINGS[_language].update(_words)

# Notes come from the extractor in English; these are their Korean twins.
_NOTES_KO = {
    "no_sound": "소리가 없는 파일입니다. 얼굴만으로 점수를 매겼습니다.",
    "silent": "오디오 트랙이 무음입니다. 얼굴만으로 점수를 매겼습니다.",
    "no_picture": "화면이 없는 파일입니다. 소리만으로 점수를 매겼습니다.",
    "no_face": "얼굴을 찾지 못했습니다. 소리만으로 점수를 매겼습니다.",
    "quick": "빠르게 훑어본 결과입니다. 얼굴을 1초에 한 번만 보았으니, 최종 편집 전에는 다시 "
    "분석하세요.",
    "cut_short": "파일이 중간에 끊겼습니다: {end}까지로 되어 있으나 {start}에서 끝납니다.",
    "damaged": "{start}부터 {end}까지 파일이 손상되어, 읽히는 부분만 분석했습니다.",
}

# Why weights could not be had, likewise, in parts of sentences.
_ABSENT_KO = {
    " is not there": " 폴더가 없습니다",
    "no repository is set (FUNNY_HUB_REPO=owner/name)": "저장소가 정해지지 않았습니다"
    "(FUNNY_HUB_REPO=소유자/이름)",
    "the server cannot be reached": "서버에 연결할 수 없습니다",
    "no answer in time": "제때 응답이 없습니다",
    "not fetched before, and HF_HUB_OFFLINE is set": "받아 둔 것이 없고 "
    "HF_HUB_OFFLINE이 켜져 있습니다",
    "damaged on this disk, and HF_HUB_OFFLINE is set": "디스크의 파일이 손상되었고 "
    "HF_HUB_OFFLINE이 켜져 있습니다",
}


def language_of(accept_language: str | None) -> str:
    """The page's language for a browser's Accept-Language header."""
    first = re.split(r"[,;-]", accept_language or "")[0].strip().lower()
    return "ko" if first == "ko" else "en"


def say(language: str, key: str, **values: object) -> str:
    """A sentence of the page with its values filled in."""
    return STRINGS[language][key].format(**values)


def note_text(language: str, note: Note) -> str:
    """A note in the page's language."""
    if language == "en" or note.kind not in _NOTES_KO:
        return note.text
    return _NOTES_KO[note.kind].format(start=clock(note.start_s or 0), end=clock(note.end_s or 0))


def reason_words(language: str) -> dict[str, str]:
    """What the signals are called in a reason."""
    names = ("happiness", "surprise", "valence", "arousal", "laughter")
    words = {name: STRINGS[language][name] for name in names}
    return {**words, "loudness": STRINGS[language]["loudness_word"]}


def _absence(language: str, reason: str) -> str:
    """Why a source has no weights; what has no Korean twin stays as it is."""
    for english, korean in _ABSENT_KO.items() if language == "ko" else ():
        reason = reason.replace(english, korean)
    return reason


def plain(markdown: str) -> str:
    """What Markdown says, for a terminal: without marks, tags and empty lines."""
    words = re.sub(r"\*\*|`|</?\w+>", "", markdown)
    return "\n".join(line for line in words.splitlines() if line.strip())


def models_text(
    language: str, emotion: ModelInfo, head: ModelInfo, failures: Sequence[tuple[str, str]] = ()
) -> str:
    """The line that names the models in use; the embedded one is pointed out, and why it is.

    Args:
        language: `en` or `ko`.
        emotion: The emotion model in use.
        head: The head in use.
        failures: Sources of the emotion model that had none, and their reasons.
    """
    line = say(language, "models", emotion=emotion.name, head=head.name)
    if emotion.name != "face-api-expression":
        return f"{line} · {emotion.source}"
    reasons = "; ".join(f"{source}: {_absence(language, reason)}" for source, reason in failures)
    asked = f" {say(language, 'asked', reasons=reasons)}" if reasons else ""
    why = f"<summary>{say(language, 'why')}</summary>\n\n{say(language, 'embedded_why')}{asked}"
    return f"{line}\n\n{say(language, 'embedded')}\n\n<details>{why}\n\n</details>"
