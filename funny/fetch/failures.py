"""What yt-dlp says when a video cannot be had, as one line that says what to do."""

import re
from collections.abc import Sequence

from funny.errors import FetchError
from funny.fetch.gate import shown
from funny.fetch.guard import NOT_PUBLIC, NOT_THE_PROXY

INSTALL = 'pip install -U "yt-dlp[default,deno]"'
"""Gets yt-dlp, and what it runs the scripts of YouTube with."""

UPLOAD = "Upload the file instead"
OWN_MACHINE = "`funny analyze URL --cookies-from-browser firefox` on your own machine"
SIGN_IN = f"{UPLOAD}, or run {OWN_MACHINE}, where that browser is signed in."
AGAIN = "Run it again: it goes on where it stopped."


class SeveralVideos(FetchError):
    """The address is that of several videos."""


# The first that is found in a message counts, so the more special ones come first.
_FAILURES = (
    (
        f"{NOT_PUBLIC}|not a scheme that is fetched|HTTP Error 30[1-8]",
        "leads to an address that is not public, which is never asked. "
        f"{UPLOAD}; --allow-address IP:PORT lets the command line ask a server of your own.",
    ),
    (NOT_THE_PROXY, "would have been asked without the proxy. Take --proxy away, or use another."),
    (
        "not a bot|captcha",
        f"the site takes this machine for a robot. {UPLOAD}, or run {OWN_MACHINE}.",
    ),
    (
        "members-only|channel's members|subscribers? only|subscriber-only|for subscribers",
        f"is for members only. {SIGN_IN}",
    ),
    (
        "confirm your age|age.restricted|inappropriate for some|older than 19",
        f"is age-limited. {SIGN_IN}",
    ),
    ("private video|is private", f"is private. {SIGN_IN}"),
    (
        "in your country|from your location|geo.?restrict",
        "is not shown in this country. Add --proxy URL with a proxy where it is, or upload the "
        "file.",
    ),
    (
        "Premieres? |live event will begin|is scheduled for|will begin (in|at)|has not started",
        "has not begun yet. Try again when it is over.",
    ),
    (
        "not currently live|stream is offline",
        "nothing is live there. Give the address of a recording.",
    ),
    (
        "video partially",
        "is a part of a longer video. Give the address of the whole video.",
    ),
    (
        "DRM",
        f"is protected against copying (DRM), which stays so. {UPLOAD} if you have one.",
    ),
    (
        "HTTP Error 429|Too Many Requests|rate.limit|try again later",
        "the site wants a pause. Try again in an hour, or with a larger --sleep.",
    ),
    (
        "No space left on device|unable to (write data|open for writing)",
        "the disk is full, or cannot be written. Free some space; the next run goes on from there.",
    ),
    (
        "netscape|cookies? (database|file)|unsupported browser|failed to load cookies|keyring"
        "|unknown browser",
        "the cookies cannot be read ({said}). Give --cookies a cookies.txt in Netscape format, or "
        "--cookies-from-browser the name of a browser on this machine.",
    ),
    (
        "tunnel connection failed|proxy|SOCKS",
        "the proxy does not let it pass ({said}). Check --proxy and HTTPS_PROXY.",
    ),
    (
        "been removed|no longer available|not exist|been terminated|is unavailable"
        "|Video unavailable|video is not available|HTTP Error (404|410)|not found",
        "is not there, or no longer. Check the address.",
    ),
    (
        "Name or service not known|getaddrinfo failed|name resolution|No address associated"
        "|nodename nor servname|Network is unreachable|No route to host",
        "there is no way to that host. Check the address and the network.",
    ),
    (
        "certificate.verify.failed",
        "its certificate cannot be verified. Check this machine's clock, and the proxy if any.",
    ),
    (
        "HTTP Error 40[13]|HTTP Error 451|impersonat|TLS fingerprint|Cloudflare",
        f"the site refuses this machine. {UPLOAD}, or run {OWN_MACHINE}.",
    ),
    (
        "timed out|Connection re(fused|set)|Remote end closed|content too short|IncompleteRead"
        "|bytes read|more expected|giving up after|HTTP Error 5|fragment \\d+ not found"
        "|did not get any data|file is empty",
        f"the server does not answer, or breaks off. {AGAIN}",
    ),
    (
        "unsupported URL|not a valid URL|No suitable extractor|No video formats found"
        "|Requested format is not available|no video",
        "no video is found there that can be fetched. Give the address of the video's own page.",
    ),
    ("sign in|log.?in|registered users|account", f"is for people with an account. {SIGN_IN}"),
    (
        "report this issue|Unable to extract|Failed to extract|nsig|Signature",
        f"this yt-dlp cannot read the site ({{said}}). Update it: {INSTALL}",
    ),
)

_WANTS_SCRIPTS = "JavaScript runtime|challenge solv"
_MAY_LACK_SCRIPTS = "Requested format|No video formats|not available|only images"


def explain(url: str, said: str, warnings: Sequence[str] = ()) -> str:
    """One line about a video that cannot be had: what happened, and what to do.

    Args:
        url: The address that was asked for.
        said: What yt-dlp said when it gave up.
        warnings: What it warned of before.
    """
    # Which extractor it was, which id, and which pages it points to help nobody here.
    said = re.sub(r"^ERROR:\s*(\[[\w:+ -]+\]\s*)?(\S+: (?=[A-Z]))?", "", said.strip())
    said = re.sub(r"https?://\S+", "", said)
    if re.search(_MAY_LACK_SCRIPTS, said) and re.search(_WANTS_SCRIPTS, " ".join(warnings)):
        why = f"the site needs a JavaScript runtime, which is missing. Install one: {INSTALL}"
        return f"{shown(url)}: {why}"
    found = (text for pattern, text in _FAILURES if re.search(pattern, said, re.IGNORECASE))
    short = shown(" ".join(said.split("; please report")[0].split()).rstrip("."))
    other = f"cannot be fetched ({short}). {UPLOAD}, or update yt-dlp: {INSTALL}"
    return f"{shown(url)}: {next(found, other).replace('{said}', short)}"
