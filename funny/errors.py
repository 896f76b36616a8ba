"""The few errors a person can meet; each message says what happened and what to do."""


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


class Cancelled(FunnyError):
    """The person stopped the work; nothing half-made is left behind."""
