"""The one base class of everything that can go wrong for a user. A message is one line and says what to do."""


class FingerspellError(Exception):
    """Bad input or a missing part, put so that the person at the keyboard can act on it."""


class PictureError(FingerspellError):
    """A picture that cannot be read."""


class CameraError(FingerspellError):
    """A camera, film, stream or folder of pictures that cannot be opened, or stops being readable."""


class ModelError(FingerspellError):
    """A model folder that does not keep the contract in its model.json."""


class DataError(FingerspellError):
    """Training or test data that is not what it should be."""


class BundleError(FingerspellError):
    """The hand networks cannot be fetched, or are not the ones they should be."""
