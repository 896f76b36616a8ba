"""Live chat in the shapes of YouTube, Twitch, Chzzk and plain tables."""

import json

import pytest

from funny.learn.beside.chat import Message, read_chat
from tests.learn.planted_beside import chat_line


def chat(tmp_path, text, name="a.live_chat.json"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_chat(path)


def line(kind, time="1000", **fields):
    replay = {"actions": [{kind: fields}], "videoOffsetTimeMsec": time}
    return json.dumps({"replayChatItemAction": replay})


def item(renderer, **fields):
    return line("addChatItemAction", item={renderer: fields})


def runs(*parts):
    return {"runs": list(parts)}


def test_youtube_replay_in_order_of_time(tmp_path):
    found = chat(
        tmp_path, "\n".join([chat_line(101.308, "ㅋㅋ", "UC1"), chat_line(2, "와", "UC2")])
    )
    assert found.rows == (Message(2.0, "와", "UC2"), Message(101.308, "ㅋㅋ", "UC1"))


def test_chat_that_was_recorded_live_has_its_time_outside(tmp_path):
    inside = json.loads(chat_line(5, "lol"))
    time = inside["replayChatItemAction"].pop("videoOffsetTimeMsec")
    found = chat(tmp_path, json.dumps({**inside, "videoOffsetTimeMsec": time, "isLive": True}))
    assert [(m.time_s, m.text) for m in found.rows] == [(5.0, "lol")]


SHORTCUT = {"emojiId": "UCabc/defghijk", "shortcuts": [":_kekw:"], "isCustomEmoji": True}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            item(
                "liveChatTextMessageRenderer",
                message=runs({"text": "아 "}, {"emoji": {"emojiId": "😂"}}),
            ),
            ["아 😂"],
            id="emoji",
        ),
        pytest.param(
            item("liveChatTextMessageRenderer", message=runs({"emoji": SHORTCUT})),
            [" :_kekw: "],
            id="emoji-of-the-channel",
        ),
        pytest.param(
            item("liveChatPaidMessageRenderer", message=runs({"text": "돈"})), ["돈"], id="paid"
        ),
        pytest.param(item("liveChatPaidMessageRenderer"), [], id="paid-without-words"),
        pytest.param(item("liveChatPlaceholderItemRenderer", id="x"), [], id="placeholder"),
        pytest.param(line("addLiveChatTickerItemAction", item={}), [], id="ticker"),
        pytest.param(line("addBannerToLiveChatCommand"), [], id="banner"),
        pytest.param(
            chat_line(0, "곧 시작", timestampText={"simpleText": "-12:34"}),
            [],
            id="before-the-stream",
        ),
    ],
)
def test_what_is_a_message(tmp_path, text, said):
    found = chat(tmp_path, text)
    assert ([m.text for m in found.rows], found.damaged) == (said, 0)


def test_a_whole_answer_of_youtube(tmp_path):
    actions = [json.loads(chat_line(7, "ㅎㅎ"))]
    page = {"continuationContents": {"liveChatContinuation": {"actions": actions}}}
    assert len(chat(tmp_path, json.dumps(page, indent=1)).rows) == 1


TWITCH = {
    "comments": [
        {
            "content_offset_seconds": 12.5,
            "commenter": {"_id": "7", "display_name": "a"},
            "message": {"body": "KEKW"},
        }
    ]
}
TWITCH_NOW = [
    {
        "contentOffsetSeconds": 12.5,
        "commenter": {"id": "7"},
        "message": {"fragments": [{"text": "KEKW"}]},
    }
]
CHZZK = {
    "code": 200,
    "content": {
        "videoChats": [{"playerMessageTime": 12_500, "content": "KEKW", "userIdHash": "7"}]
    },
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("a.rechat.json", json.dumps(TWITCH), id="twitch"),
        pytest.param("chat.json", json.dumps(TWITCH_NOW, indent=2), id="twitch-list"),
        pytest.param("chat.json", json.dumps(CHZZK), id="chzzk"),
        pytest.param("chat.json", '[{"time": "0:12.5", "text": "KEKW", "author": 7}]', id="plain"),
        pytest.param("chat.csv", "time,text,author\n12.5,KEKW,7\n", id="csv"),
        pytest.param("chat.csv", "Author,Time_ms,Message\n7,12500,KEKW\n", id="csv-other-names"),
        pytest.param("chat.csv", "0:00:12.5,KEKW,7\n\n", id="csv-without-names"),
        pytest.param("chat.csv", "\ufefftime,text,author\r\n12.5,KEKW,7\r\n", id="csv-of-excel"),
    ],
)
def test_other_sites(tmp_path, name, text):
    assert chat(tmp_path, text, name).rows == (Message(12.5, "KEKW", "7"),)


def test_a_table_of_korean_excel(tmp_path):
    found = chat(tmp_path, "time,text\n3,ㅋㅋㅋ 와\n".encode("cp949"), "chat.csv")
    assert found.rows == (Message(3.0, "ㅋㅋㅋ 와"),)


@pytest.mark.parametrize(
    ("name", "text", "whole", "damaged"),
    [
        pytest.param("a.json", "", 0, 0, id="empty"),
        pytest.param("a.json", "\n\n", 0, 0, id="blank-lines"),
        pytest.param(
            "a.json", chat_line(1, "a") + "\n" + chat_line(2, "b")[:50], 1, 1, id="cut-off"
        ),
        pytest.param("a.json", "{{\n" + chat_line(1, "a"), 1, 1, id="first-line"),
        pytest.param("a.json", "[1, null, {}]", 0, 3, id="rows-of-another-kind"),
        pytest.param("a.json", '[{"time": 1, "text": null}]', 0, 1, id="no-text"),
        pytest.param("a.json", '[{"time": NaN, "text": "a"}]', 0, 1, id="nan"),
        pytest.param("a.json", '[{"time": -3, "text": "a"}]', 0, 0, id="before-the-stream"),
        pytest.param("a.json", "[" * 100_000, 0, 1, id="bomb"),
        pytest.param("a.json", b"\xff\xfe\x00", 0, 1, id="no-text-at-all"),
        pytest.param("a.csv", "", 0, 0, id="empty-table"),
        pytest.param("a.csv", "time,text\nsoon,a\n1,b\n", 1, 1, id="row-of-a-table"),
        pytest.param("a.csv", "time\n1\n", 0, 1, id="a-column-is-missing"),
    ],
)
def test_damage_is_counted(tmp_path, name, text, whole, damaged):
    found = chat(tmp_path, text, name)
    assert (len(found.rows), found.damaged) == (whole, damaged)
