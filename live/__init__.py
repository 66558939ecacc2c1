"""Fingerspell's recogniser: camera frames in, letters out. Needs neither TensorFlow nor the training package."""

__version__ = "0.1.0"
