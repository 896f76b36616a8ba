"""The Label tab: clips to label, and who agrees with whom; part of a page, or a page of its own."""

from pathlib import Path
from typing import Any

import gradio as gr

from funny.ui.agreement import WORDS as AGREEMENT_WORDS
from funny.ui.agreement import Agreement
from funny.ui.labeller import WORDS, Labeller
from funny.ui.language import language_for
from funny.ui.settings import Settings
from funny.ui.sittings import Sittings


class LabelTab:
    """Labels one dataset; made inside a `gr.Blocks`, or a `gr.Tab` of one.

    Several people may label at once. Nothing of theirs is held here: what they say lies beside the
    manifest, and each page says whose it is.

    The videos of the manifest can be seen by everybody who reaches the server, from when the first
    clip of each is shown; nothing else of the dataset can.

    Args:
        dataset: manifest.json, or the folder that holds it.
        settings: Its `folders` may hold videos too; read from the environment if None.

    Raises:
        DatasetError: If the manifest cannot be read or the labels cannot be kept.
    """

    def __init__(self, dataset: Path, settings: Settings | None = None) -> None:
        settings = settings or Settings.read()
        self._sittings = Sittings(dataset, settings.folders)
        self._labeller = Labeller(dataset=self._sittings.dataset, elem_id="labeller")
        self._agreement = Agreement(elem_id="agreement")
        self._wire(settings.watchers)

    def close(self) -> None:
        """Lets go of the labels and of all copies of videos."""
        self._sittings.close()

    def _wire(self, people: int) -> None:
        on, among = self._labeller, self._agreement
        # Past the queue, which would look for work only now and then: the next clip waits for it.
        each: dict[str, Any] = {
            "queue": False,
            "show_progress": "hidden",
            "trigger_mode": "multiple",
            "api_visibility": "private",
            "concurrency_limit": people,
        }
        on.begin(self._begin, None, [on, among], **each)
        on.answer(self._answer, None, on, **each)
        on.undo(self._undo, None, on, **each)
        among.compare(self._compare, None, among, **each)
        among.again(self._again, None, on, **each)

    def _begin(self, request: gr.Request, event: gr.EventData) -> tuple[Labeller, Agreement]:
        language = language_for(request)
        sitting = self._sittings.begin(event._data)
        words = Agreement(words=AGREEMENT_WORDS[language])
        return Labeller(sitting=sitting, words=WORDS[language]), words

    def _answer(self, event: gr.EventData) -> Labeller:
        return Labeller(sitting=self._sittings.answer(event._data))

    def _undo(self, event: gr.EventData) -> Labeller:
        return Labeller(sitting=self._sittings.undo(event._data))

    def _compare(self) -> Agreement:
        return Agreement(compared=self._sittings.compare())

    def _again(self, event: gr.EventData) -> Labeller:
        # The labeller knows whose page this is, and asks for the clip.
        return Labeller(wanted=str(event._data.get("id")))
