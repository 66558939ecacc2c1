"""Errors for the user, all FingerspellErrors. A message is one line that says what is wrong and what to do."""


class FingerspellError(Exception):
    """Bad input or a missing part, described so that the user can act on it."""


class PictureError(FingerspellError):
    """A picture cannot be read."""


class FrameError(FingerspellError):
    """An array is not a frame, or its time is no finite number or runs backward."""


class CameraError(FingerspellError):
    """A camera, film, stream or folder of pictures cannot be opened, or stops being readable."""


class ModelError(FingerspellError):
    """A model folder does not match the contract in its model.json, or the model cannot do what is asked of it."""


class DataError(FingerspellError):
    """Training or test data is missing or malformed."""


class BundleError(FingerspellError):
    """The hand networks cannot be fetched or loaded, or fail their checksum."""
