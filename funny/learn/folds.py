"""Folds that keep what belongs together on one side: a video, a content, a streamer."""

from collections.abc import Mapping

import numpy as np

from funny.errors import DatasetError
from funny.learn.examples import Examples

GROUPS = ("video", "streamer")


def folds_of(examples: Examples, count: int, group: str, seed: int) -> np.ndarray:
    """The fold of every clip, (n,): each class as even as groups allow, no group in two folds.

    Args:
        examples: The clips.
        count: How many folds.
        group: `video`, or `streamer` where all videos of one streamer belong together.
        seed: Of the shuffle.

    Raises:
        DatasetError: If there are too few groups, or one class has clips in one fold only.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    groups = groups_of(examples, group)
    _expect_enough(examples, groups, count, group)
    folds = np.zeros(len(examples), int)
    split = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    for fold, (_, test) in enumerate(split.split(folds, examples.funny, groups)):
        folds[test] = fold
    for fold in np.unique(folds):
        _expect_both(examples.funny[folds != fold], int(fold), group)
    return folds


def groups_of(examples: Examples, group: str) -> np.ndarray:
    """What belongs together: the number of its group for every clip, (n,).

    Videos of one content are one; so are those of a streamer, if that is asked for. A video of
    which nobody knows the streamer stands alone.
    """
    keys = [("video", examples.videos), ("sha", examples.shas)]
    keys += [("streamer", examples.streamers)] * (group == "streamer")
    parent = np.arange(len(examples))
    for _, column in keys:
        for value in np.unique(column[column != ""]):
            _join(parent, np.flatnonzero(column == value))
    return np.unique(parent, return_inverse=True)[1]


def _join(parent: np.ndarray, members: np.ndarray) -> None:
    """Gives all clips of the members' groups one number."""
    numbers = np.unique(parent[members])
    parent[np.isin(parent, numbers)] = numbers[0]


def _expect_enough(examples: Examples, groups: np.ndarray, count: int, group: str) -> None:
    there = len(np.unique(groups))
    if count < 2:
        raise DatasetError(f"--folds {count}: expected at least 2.")
    if there < count:
        less = f"take --folds {there}, or " if there >= 2 else ""
        raise DatasetError(
            f"the clips are of {there} different {group}s, too few for {count} folds: "
            f"{less}add clips of other {group}s."
        )
    for name, is_it in (("funny", examples.funny), ("ordinary", ~examples.funny)):
        if not is_it.any():
            raise DatasetError(
                f"no clip is labelled {name}: all {len(examples)} are of one kind. "
                f"Label some that are {name}."
            )
        if len(np.unique(groups[is_it])) < 2:
            raise DatasetError(
                f"all {name} clips are of one {group}, so nothing could be learned without it. "
                f"Label {name} clips of another {group}."
            )


def _expect_both(funny: np.ndarray, fold: int, group: str) -> None:
    if funny.all() or not funny.any():
        raise DatasetError(
            f"fold {fold + 1} holds all clips of one kind. Take fewer folds, or label clips of "
            f"both kinds in more {group}s."
        )


def inner_split(examples: Examples, group: str, seed: int, count: int = 5) -> np.ndarray:
    """Which clips to hold back for early stopping, (n,): about a fifth, groups whole.

    None where there are too few groups; then training goes on to its end.
    """
    groups = groups_of(examples, group)
    least = min(len(np.unique(groups[examples.funny == kind])) for kind in (True, False))
    if least < 2:
        return np.zeros(len(examples), bool)
    from sklearn.model_selection import StratifiedGroupKFold

    split = StratifiedGroupKFold(min(count, least), shuffle=True, random_state=seed)
    kind = examples.funny
    for _, held in split.split(kind, kind, groups):
        back = np.isin(np.arange(len(examples)), held)
        if all(kind[side].any() and not kind[side].all() for side in (back, ~back)):
            return back
    return np.zeros(len(examples), bool)


def leaks(columns: Mapping[str, np.ndarray], folds: np.ndarray) -> list[str]:
    """What lies in more than one fold and must not.

    Args:
        columns: (n,) ids by what they name: `video`, `content`.
        folds: (n,) fold of each clip.
    """
    found = []
    for name, column in columns.items():
        for value in np.unique(column[column != ""]):
            sides = np.unique(folds[column == value])
            if len(sides) > 1:
                numbers = " and ".join(str(side + 1) for side in sides)
                found.append(f"{name} {value[:24]} lies in folds {numbers}")
    return found
