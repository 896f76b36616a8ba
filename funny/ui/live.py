"""The Live view: a camera or a screen, its curve as it grows, and the moments as they pop up.

It hands on sound and pictures, and shows what Python says of them. What was filmed stays in the
browser.

    live = Live(elem_id="live")
    live.feed(watch, None, live)  # ends: return Live(told=...)
"""

from collections.abc import Mapping
from typing import Any

from funny.grid import SAMPLE_RATE, TICK_S
from funny.ui.component import Component, asset, script
from funny.ui.live_words import WORDS

# In the order of their needs.
_SCRIPTS = ("state", "source", "ear", "hearing", "curve", "moments", "feeding")
_LIMITS = {"rate": SAMPLE_RATE, "tick_s": TICK_S}


class Live(Component):
    """A camera or a screen, what is said of it, and marks by hand.

    Events; `handler(event: gr.EventData)` finds the fields in `event._data`:
        open: `{}`. The view is there; it is answered by `words`.
        begin: `{"number", "has_sound"}`. Somebody starts.
        feed: `{"number", "id", "from_s", "sound", "pictures", "dropped"}` as
            `live_feed.feed_of` takes them; the next one waits for the answer.
        finish: `{"number", "id"}`. Somebody stops.
    """

    TELLS = ("open", "begin", "feed", "finish")

    def __init__(
        self,
        value: None = None,
        *,
        told: Mapping[str, Any] | None = None,
        words: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        """Makes the component.

        Args:
            value: Unused; Gradio gives one to every component.
            told: The answer to an event: `to` is its number; then `id` and `threshold`, `events`
                as `scale.live.events` has them, `ended`, or `problem`, a sentence.
            words: Words by key as in WORDS; English if None.
            settings: For gr.HTML, such as `elem_id` and `visible`.
        """
        super().__init__(
            value,
            html_template=asset("live.html"),
            css_template=asset("live.css"),
            js_on_load=_script(),
            apply_default_css=False,
            told=told,
            words=words or WORDS["en"],
            limits=_LIMITS,
            **settings,
        )


def _script() -> str:
    shared = ("dom.js", "keys.js", "timeline/time.js")
    return script(*shared, *(f"live/{name}.js" for name in _SCRIPTS), "live.js")
