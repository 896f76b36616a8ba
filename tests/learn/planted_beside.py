"""What lies beside a planted video: info.json, subtitles, live chat, in the shapes of yt-dlp."""

import json

import numpy as np

STREAMER = "심심맨"
LAUGHS = ("ㅋㅋㅋㅋㅋ", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ", "앜ㅋㅋㅋㅋ", "😂😂😂", "LMAO", "KEKW KEKW")
TALK = ("오 그렇구나", "이거 뭐임?", "진짜?", "ㅇㅇ", "good game", "배고프다", "??", "ㅋ")
SMILES = ("ㅋㅋ", "ㅋㅋㅋ", "ㅎㅎ")
GREETINGS = ("안녕하세요 ㅎㅎ", "ㅎㅇㅎㅇ", "하이 ㅋㅋㅋㅋ", "hello ㅋㅋㅋ", "ㅋㅋㅋㅋ 시작부터")
AMAZED = ("ㄷㄷㄷ", "와", "ㅎㄷㄷ", "출첵", "111", "브금 뭐야", "귀 아파", "헉")
LINES = ("그래서 제가 갔는데", "이게 사실은요", "아니 그게 아니라", "여러분 잠깐만요")
SAID = {"funny": (LAUGHS, 15), "music": (AMAZED, 15), "slam": (AMAZED, 10)}


def write_beside(stream, number, rng):
    """Each is missing from some streams, and damaged in others."""
    lacks = number % 5
    info = {
        "id": stream.id,
        "title": f"{STREAMER} 다시보기 {number}",
        "channel": STREAMER,
        "webpage_url": f"https://www.youtube.com/watch?v={stream.id}",
        "duration": round(stream.duration_s),
        "view_count": 20_000 if lacks == 3 else 120_000,
        "heatmap": None if lacks == 3 else heatmap(stream, rng),
        "chapters": [{"start_time": 0.0, "end_time": 30.0, "title": "시작"}],
        "comments": comments(stream, rng),
    }
    write(stream, "info.json", json.dumps(info, ensure_ascii=False))
    if lacks != 1:
        damage = ['{"replayChatItemAction": {"actions": [', "null"] if number % 7 == 4 else []
        write(stream, "live_chat.json", "\n".join([*damage, *live_chat(stream, rng), ""]))
    if lacks != 2:
        as_text = rolling if number % 2 else by_hand
        write(stream, "ko.vtt", as_text(subtitles(stream, rng)))


def write(stream, name, text):
    (stream.folder / f"{stream.id}.{name}").write_text(text, "utf-8")


def live_chat(stream, rng):
    """Lines as yt-dlp writes them: talk, a greeting burst, what the events call forth, one bore."""
    said = [(t, rng.choice(TALK)) for t in at_random(rng, stream.duration_s, 0.5)]
    said += [(t, rng.choice(SMILES)) for t in at_random(rng, stream.duration_s, 0.08)]
    said += [(rng.uniform(0, 9), rng.choice(GREETINGS)) for _ in range(rng.integers(8, 15))]
    for event in stream.events:
        texts, most = SAID.get(event.kind, ((), 1))
        for _ in range(rng.integers(most // 2, most)):
            late_s = stream.delay_s + rng.exponential(2.0)
            said.append((event.start_s + rng.uniform(0, 2) + late_s, rng.choice(texts)))
    lines = [(t, text, f"UC{rng.integers(80):03d}") for t, text in said]
    bored_s = rng.uniform(20, 60) + rng.uniform(0, 12, 15)
    lines += [(t, "ㅋㅋㅋㅋㅋㅋㅋㅋㅋ", "UCbore") for t in bored_s]
    return [chat_line(*line) for line in sorted(lines) if line[0] < stream.duration_s]


def at_random(rng, duration_s, rate):
    return rng.uniform(0, duration_s, rng.poisson(duration_s * rate))


def chat_line(time_s, text, author="UC000", **renderer):
    """One line of a live chat replay."""
    message = {"message": {"runs": [{"text": str(text)}]}, "authorExternalChannelId": author}
    item = {"liveChatTextMessageRenderer": {**message, **renderer}}
    replay = {
        "actions": [{"addChatItemAction": {"item": item}}],
        "videoOffsetTimeMsec": str(round(time_s * 1000)),
    }
    return json.dumps({"replayChatItemAction": replay}, ensure_ascii=False)


def comments(stream, rng):
    """Some name a funny moment, some something else, one is a table of contents."""
    said = [("오늘도 재밌었어요", 50), ("10분 동안 웃었네", 12)]
    for start_s, _ in stream.funny:
        for _ in range(rng.integers(0, 3)):
            text = f"{clock(start_s - rng.uniform(-1, 3))} {rng.choice(LAUGHS)}"
            said.append((text, rng.geometric(0.02)))
    if rng.random() < 0.3:
        said.append((f"{clock(rng.uniform(0, stream.duration_s))} 노래 제목이 뭐예요", 3))
    bounds = np.arange(0, stream.duration_s, 12)
    said.append(("\n".join(f"{clock(t)} {i}부" for i, t in enumerate(bounds)), 400))
    return [{"id": str(i), "text": t, "like_count": int(n)} for i, (t, n) in enumerate(said)]


def clock(time_s):
    """As people write it."""
    return f"{int(max(0, time_s)) // 60}:{int(max(0, time_s)) % 60:02d}"


def heatmap(stream, rng):
    """100 parts: what is funny is played again, and the very beginning for no reason."""
    length_s = stream.duration_s / 100
    values = rng.uniform(0.1, 0.25, 100)
    for start_s, end_s in stream.funny:
        values[int((start_s - 1) / length_s) : int(end_s / length_s)] += rng.uniform(0.1, 0.6)
    values[0] = 1.0
    return [
        {"start_time": i * length_s, "end_time": (i + 1) * length_s, "value": min(1.0, value)}
        for i, value in enumerate(values)
    ]


def subtitles(stream, rng):
    """Times and lines; two of three laughs are marked, in one stream of ten a mark is wrong."""
    said = [(t, rng.choice(LINES)) for t in np.arange(1, stream.duration_s - 4, 4.0)]
    marked = [start_s for start_s, _ in stream.funny if rng.random() < 0.67]
    marked += [rng.uniform(15, stream.duration_s - 15)] if rng.random() < 0.1 else []
    said += [(t + rng.normal(0.3, 0.4), rng.choice(("[웃음]", "(웃음)"))) for t in marked]
    return sorted(said)


def by_hand(said):
    """WebVTT as people write it."""
    blocks = [f"{stamp(t)} --> {stamp(t + 2.5)}\n{text}" for t, text in said]
    return "\n\n".join(["WEBVTT\nKind: captions\nLanguage: ko", *blocks, ""])


def rolling(said):
    """WebVTT as YouTube's machine writes it: every line comes again above the next one."""
    blocks, before = [], " "
    for (t, text), (end_s, _) in zip(said, [*said[1:], (said[-1][0] + 3, "")], strict=True):
        word, *words = text.split(" ")
        timed = [f"<{stamp(t + 0.2 * i)}><c> {w}</c>" for i, w in enumerate(words, 1)]
        begin, held, end = stamp(t), stamp(end_s - 0.01), stamp(end_s)
        blocks.append(
            f"{begin} --> {held} align:start position:0%\n{before}\n{word}{''.join(timed)}"
        )
        blocks.append(f"{held} --> {end} align:start position:0%\n{text}\n ")
        before = text
    return "\n\n".join(["WEBVTT\nKind: captions\nLanguage: ko", *blocks, ""])


def stamp(time_s):
    minutes, seconds = divmod(max(0.0, float(time_s)), 60)
    return f"00:{int(minutes):02d}:{seconds:06.3f}"
