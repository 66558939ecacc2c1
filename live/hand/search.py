"""Where and how a hand is looked for: the views that the palm detector sees of a frame, and what counts as a hand.

The palm detector finds most hands in the whole frame, but it is picky: it may miss a hand in one view and be sure of it
in another that is hardly larger. So the frame is shown in several views, until there is a hand.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """A square part of a frame, as the palm detector sees it. What lies outside the frame is black.

    side: as a multiple of the frame's longer side. along: how far its middle is from the frame's middle, along the
    longer side and as a share of it. balanced: whether the frame's mean colour is made gray first.
    """

    side: float = 1.0
    along: float = 0.0
    balanced: bool = False


@dataclass(frozen=True)
class Pass:
    """One search for a hand in a view.

    min_palm_score: minimum score (0..1) for a palm to be looked at. min_hand_score: minimum score for it to be a hand.
    """

    view: View
    min_palm_score: float
    min_hand_score: float


FIRST_PASS = Pass(View(), 0.5, 0.5)  # MediaPipe's

# What the harder passes show, in an order that finds most hands early. These views were chosen on 5,404 training
# photographs, and on some that were shrunk, enlarged, tilted and lit in colour. Turned and mirrored views found hardly
# any hand that these do not.
HARD_VIEWS = (
    View(),  # the same as in the first pass, in which the detector scores some hands low
    View(1.6),
    View(1.3),
    View(0.7),  # for hands that are far away
    View(2.5),  # for hands that fill the frame
    View(1.3, balanced=True),  # for coloured light
    View(0.7, along=-0.15),
    View(0.7, along=0.15),
)
# The landmark network must be surer of palms that the detector scores low. These passes find a hand on all photographs
# but 30. Of 400 photographs whose hand was painted over, 19 show a hand (some really do) and none a letter.
HARD_PASSES = tuple(Pass(view, 0.1, 0.8) for view in HARD_VIEWS)
GRAY_PASSES = tuple(search for search in HARD_PASSES if not search.view.balanced)  # a gray frame is tinted instead
