"""Reads folders of labelled pictures.

layouts.py finds the pictures and their letters, by the names of folders and by the pictures' sizes. reading.py makes
`Crops` of those that are crops already, and `Hands` of photographs, in which the recogniser's tracker finds the hand.
"""

from training.data.pictures.layouts import labelled_pictures, unlabelled_pictures
from training.data.pictures.reading import VIEWS, read_crops, read_photographs

__all__ = ["VIEWS", "labelled_pictures", "read_crops", "read_photographs", "unlabelled_pictures"]
