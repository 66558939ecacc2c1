"""The hands of ASL's digits 0 to 9, posed from the typical hands of letters: no data set of digits is at hand.

0, 1, 2, 4, 6 and 9 are the typical hands of O, D, V, B, W and F. The others take their fingers from several letters.
"""

import numpy as np
from numpy.typing import NDArray

from live.hand import FINGER_JOINTS, FINGERTIPS, rotation
from live.lessons import typical_hand

THUMB, INDEX, MIDDLE, RING, LITTLE = range(5)
# The letter that each finger is taken from, thumb first. 3: thumb, index and middle; 5: all five. In 7 and 8, the ring
# or the middle finger is bent down to the thumb, as the index finger is in F.
FINGERS = {"0": "OOOOO", "1": "DDDDD", "2": "VVVVV", "3": "LVVVV", "4": "BBBBB",
           "5": "LWWWB", "6": "WWWWW", "7": "FWWFB", "8": "FWFWB", "9": "FFFFF"}  # fmt: skip
BENT = {"7": RING, "8": MIDDLE}
SPREAD = -0.4  # radians


def digit(name: str) -> NDArray[np.float64]:
    """(21, 3) the hand of a digit, in the unit of typical_hand."""
    letters = FINGERS[name]
    hand = typical_hand(letters[MIDDLE] if name not in BENT else "W").copy()
    for finger, letter in enumerate(letters):
        joints = list(FINGER_JOINTS[finger])
        bent = BENT.get(name) == finger
        source = list(FINGER_JOINTS[INDEX]) if bent else joints
        other = typical_hand(letter)
        hand[joints] = hand[joints[0]] + other[source] - other[source[0]]
    if letters[LITTLE] == "B" and name != "4":  # away from the ring finger
        joints = list(FINGER_JOINTS[LITTLE])
        hand[joints, :2] = hand[joints[0], :2] + (hand[joints, :2] - hand[joints[0], :2]) @ rotation(SPREAD).T
    if name in BENT:  # the thumb reaches for the bent finger
        tip, root = FINGERTIPS[BENT[name]], FINGER_JOINTS[THUMB][0]
        shares = np.linspace(0, 1, 4)[:, None]
        hand[list(FINGER_JOINTS[THUMB])] = hand[root] + shares * (hand[tip] - hand[root])
    return hand
