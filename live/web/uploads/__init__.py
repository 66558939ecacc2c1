"""Reads uploaded pictures and films with a recogniser.

In go a file's name and content; out comes a `ReadPicture` or a `ReadFilm`: what was read, a small picture with the
hand's skeleton, or what is wrong with the file. Nothing in here uses Streamlit.
"""

from live.web.uploads.reading import FILM_SUFFIXES, ReadFilm, ReadPicture, is_film, read_film, read_picture, to_csv

__all__ = ["FILM_SUFFIXES", "ReadFilm", "ReadPicture", "is_film", "read_film", "read_picture", "to_csv"]
