"""What the steps of a watch are called; apart from what they do, which takes long to import."""

from enum import StrEnum


class StepName(StrEnum):
    """The steps, in their order."""

    SYNC = "sync"
    UPDATE = "update"
    ABSENCES = "absences"
    TRACK_RECORD = "track-record"
    TRAIN = "train"
    PROMOTE = "promote"
