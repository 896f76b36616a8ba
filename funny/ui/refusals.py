"""What was refused or went wrong, in the visitor's language and without the server's folders."""

import re

from funny.ui.strings import say

# Where files are made, errors speak English and of options of the command line; these are the
# sentences of the page for those that a visitor can meet. What they name is filled in.
_KNOWN = (
    (r"--media ", "bad_media"),
    (r"there is no moment to ", "nothing_kept"),
    (r"moments (?P<first>\d+) and (?P<second>\d+) overlap at (?P<at>[\d:.]+\d)", "overlap"),
    (r"YouTube takes chapters .* only (?P<count>\d+) fit", "few_chapters"),
    (r"an EDL holds \d+ events", "many_cuts"),
    (r"a timecode ends at 24 hours", "long_timecode"),
    (r"moment (?P<rank>\d+) (?:begins|ends) at (?P<at>[\d:.]+\d)", "beyond"),
    (r"is not there any more|no such file|is not the video that was analysed", "video_gone"),
    (r"has no picture to make", "no_picture_in_it"),
    (r"the disk is full|cannot be written \(", "no_room"),
    (r"^(?P<name>\w+) is not installed\. .*install (?P<extra>\S+)`", "not_installed"),
    (r"titles need a font", "no_font"),
    (r"cannot be made \(|no reel can be made \(", "not_encoded"),
)

_FOLDERS = re.compile(
    r"""(?<![^\s'"(\[=])(?:file:)?(?:/(?=\S)(?:[^\s/]+/)*|[A-Za-z]:\\(?:[^\s\\]+\\)*)"""
)
"""The folders of a path, of this system or of Windows, with `file:` before it or without."""


def reason(language: str, error: Exception) -> str:
    """Why something was refused or failed; what is not known here stays as it was said.

    Args:
        language: `en` or `ko`.
        error: What was raised, with a text that is meant for people.
    """
    marked, comment = say(language, "mode_mark"), say(language, "format_comment")
    for pattern, key in _KNOWN:
        if found := re.search(pattern, str(error)):
            return say(language, key, marked=marked, comment=comment, **found.groupdict())
    return without_folder(str(error))


def without_folder(message: str) -> str:
    """A message without the server's folders: visitors know the file's name only."""
    return _FOLDERS.sub("", message)
