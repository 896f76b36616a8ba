"""The few errors a person can meet; each message says what happened and what to do."""

from collections.abc import Collection


class FunnyError(Exception):
    """Base of all errors whose text is meant for the person in front of the screen."""


class MediaError(FunnyError):
    """A video or sound file cannot be read, or a clip cannot be written."""


class FetchError(FunnyError):
    """A video cannot be fetched from its address."""


class DatasetError(FunnyError):
    """Labelled clips are missing, contradictory, or too few."""


class WeightsError(FunnyError):
    """Model weights are missing, damaged, or made for another model."""


class OptionError(FunnyError, ValueError):
    """An option has a value that cannot work."""


class BusyError(FunnyError):
    """There is too much to do already; exactly one of the numbers says of whom.

    Args:
        own: How many unfinished jobs the same visitor has.
        waiting: How many jobs of others wait.
    """

    def __init__(self, own: int = 0, waiting: int = 0) -> None:
        self.own, self.waiting = own, waiting
        text = f"{own} videos of yours are" if own else f"The queue is full: {waiting} jobs are"
        super().__init__(f"{text} not done yet. Try again when one is.")


class NotKept(FunnyError):
    """There was no room on the disk for what was made; what was found before is as it was.

    Args:
        what: `analysis`, which is still in memory, `clips`, or `export`.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"The disk is full: there was no room for the {what}. Free some space.")


class Cancelled(FunnyError):
    """The person stopped the work; nothing half-made is left behind."""


def check_choice(name: str, value: str, known: Collection[str]) -> None:
    """Refuses a value of an option that is not among those there are.

    Raises:
        OptionError: With those that there are.
    """
    if value not in known:
        raise OptionError(f"--{name} {value}: expected {', '.join(known)}.")
