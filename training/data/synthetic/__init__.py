"""TODO."""

from training.data.synthetic.film import Seen, film, made_film
from training.data.synthetic.maker import KINDS, RATE, ByLetter, Floats, Made, Maker, by_letter

__all__ = [
    "KINDS",
    "RATE",
    "ByLetter",
    "Floats",
    "Made",
    "Maker",
    "Seen",
    "by_letter",
    "film",
    "made_film",
]
