"""The letters, and their labels in the data sets. Standard library only."""

ALPHABET = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

# J and Z are drawn in the air. The other 24 letters are held still, so a single picture can show them.
MOVING_LETTERS = ("J", "Z")
HELD_LETTERS = tuple(letter for letter in ALPHABET if letter not in MOVING_LETTERS)

# Sign-MNIST is published with two numberings. Kaggle numbers the whole alphabet (0-24; 9 = J never occurs), the course
# only the 24 held letters (0-23).
KAGGLE_LABELS = {ALPHABET.index(letter): letter for letter in HELD_LETTERS}
COURSE_LABELS = dict(enumerate(HELD_LETTERS))
