"""Reads tables of crops: rows of 784 pixels with a label, as CSV, Parquet, Arrow or NumPy files.

In go a file, or a folder in which find.py finds one; out come `Crops`. A file's own module makes a `Table` of it, and
labels.py turns its labels into letters. Needs no Keras.
"""

from training.data.tables.arrays import holds_pictures
from training.data.tables.find import find_table, find_test, has_table
from training.data.tables.names import TEST_WORDS, VALIDATION_WORDS, Split, words
from training.data.tables.numbering import NUMBERINGS, tell_numbering
from training.data.tables.read import read_split, read_table

__all__ = [
    "NUMBERINGS",
    "TEST_WORDS",
    "VALIDATION_WORDS",
    "Split",
    "find_table",
    "find_test",
    "has_table",
    "holds_pictures",
    "read_split",
    "read_table",
    "tell_numbering",
    "words",
]
