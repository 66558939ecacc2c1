"""How far a text is from another one."""


def edit_distance(word: str, read: str) -> int:
    """How many letters must be replaced, removed or added to turn one text into the other (Levenshtein's distance)."""
    row = list(range(len(read) + 1))
    for n, letter in enumerate(word, 1):
        above, row = row, [n]
        for m, other in enumerate(read, 1):
            row.append(min(above[m - 1] + (letter != other), above[m] + 1, row[-1] + 1))
    return row[-1]
