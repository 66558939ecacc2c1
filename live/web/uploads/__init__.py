"""Reads uploaded pictures and films with a recogniser.

Input: a file's name and content. Output: a `PictureResult` or a `FilmResult` with what was read and a small picture of
the hand's skeleton, or with what is wrong with the file. Nothing in here uses Streamlit.
"""

from live.web.uploads.reading import FILM_SUFFIXES, FilmResult, PictureResult, is_film, read_film, read_picture, to_csv

__all__ = ["FILM_SUFFIXES", "FilmResult", "PictureResult", "is_film", "read_film", "read_picture", "to_csv"]
