"""The models that the page analyses with: which there are, and under which settings."""

from collections.abc import Sequence
from typing import Any

from funny.errors import FunnyError
from funny.pipeline import Analyzer
from funny.ui.controls import chosen_options
from funny.ui.refusals import without_folder
from funny.ui.strings import models_text, say
from funny.ui.view import refusal


class Models:
    """The models of all visitors; they hold no state."""

    def __init__(self) -> None:
        self.analyzer = Analyzer()
        # Now, not at the first visit: the badge is right at once, and a lent GPU needs it so.
        self.analyzer.load()
        self._known = self.analyzer.known_heads()

    def in_use(self, language: str = "en") -> str:
        """Which models speak, and why not a better one."""
        emotion, head = self.analyzer.emotion, self.analyzer.head
        failures = [(a.source, without_folder(a.reason)) for a in emotion.failures]
        return models_text(language, emotion.found.info, head.info, failures)

    def heads(self) -> list[str]:
        """Heads to choose from, the one in use first; of the Hub those that it had at the start."""
        here = {*self._known, *self.analyzer.known_heads(ask_hub=False)}
        first = self.analyzer.options.head
        return [first, *sorted(here - {first})]

    @property
    def onset(self) -> float:
        """The threshold that is tuned for the head in use."""
        return self.analyzer.head.thresholds.onset

    def under(self, language: str, settings: Sequence[Any]) -> Analyzer:
        """An analyzer under a visitor's settings.

        Args:
            language: `en` or `ko`.
            settings: In the order of `controls.chosen_options`.

        Raises:
            gr.Error: If one of them cannot work.
        """
        try:
            return self.analyzer.with_options(chosen_options(language, *settings))
        except FunnyError as error:
            raise refusal(say(language, "failed", reason=error)) from error
