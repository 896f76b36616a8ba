"""Options that cannot work say so, and survive the way into the downloading process."""

from dataclasses import replace

import pytest

from funny.errors import OptionError
from funny.fetch.options import FetchOptions, endpoint_of, options_from_json


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"max_bytes": 0}, "max_bytes: expected more than 0", id="bytes"),
        pytest.param({"max_duration_s": float("nan")}, "max_duration_s", id="nan"),
        pytest.param({"max_height": -1}, "max_height", id="height"),
        pytest.param({"item": 0}, "--item 0", id="item"),
        pytest.param({"rate_limit": 1}, "--rate-limit 1", id="rate"),
        pytest.param({"proxy": "127.0.0.1:8080"}, "--proxy", id="proxy-without-scheme"),
        pytest.param({"proxy": "file:///x:1"}, "--proxy", id="proxy-file"),
        pytest.param({"proxy": "http://a b:1"}, "--proxy", id="proxy-space"),
        pytest.param({"cookies_from_browser": "-x"}, "--cookies-from-browser", id="browser"),
        pytest.param({"cookies_from_browser": "a/b;id"}, "--cookies-from-browser", id="shell"),
        pytest.param({"allowed_addresses": ("localhost:1",)}, "expected IP:PORT", id="name"),
        pytest.param({"allowed_addresses": ("127.0.0.1",)}, "expected IP:PORT", id="no-port"),
    ],
)
def test_options_that_cannot_work(wrong, message):
    with pytest.raises(OptionError, match=message):
        FetchOptions(**wrong)


def test_a_password_of_a_proxy_is_not_repeated():
    with pytest.raises(OptionError) as refused:
        FetchOptions(proxy="https://me:secret@a.kr:1")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [("127.0.0.1:80", ("127.0.0.1", 80)), ("[::1]:80", ("::1", 80)), ("::1:80", ("::1", 80))],
)
def test_addresses_have_a_port(text, endpoint):
    assert endpoint_of(text) == endpoint


def test_they_arrive_as_they_were_sent(tmp_path):
    cookies = tmp_path / "cookies.txt"
    cookies.write_text("# Netscape HTTP Cookie File\n")
    sent = FetchOptions(sites=None, subtitles=("ko",), item=3, proxy="socks5://a.kr:1")
    plain = replace(sent, cookies=cookies).to_json()
    assert plain["cookies"] == "# Netscape HTTP Cookie File\n"
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in plain.items()}
    assert options_from_json(plain) == sent
    assert options_from_json(FetchOptions().to_json()) == FetchOptions()
