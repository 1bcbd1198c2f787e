"""What can go wrong in this folder, and what the caller can do about it."""


class ClassifyError(Exception):
    """Base of this folder's errors; its message is one line for a person."""


class WeightsError(ClassifyError):
    """Weights are missing, altered or of another version: train again, or restore the shipped folder."""


class EncoderError(ClassifyError):
    """The named encoder could not be loaded: check the setting, or put its files in a local folder."""


class TrainingDataError(ClassifyError):
    """A training or evaluation file is missing, or a row lacks a field: the message names file and field."""
