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


WEAK_PALM = 0.1  # the landmark network must be surer of a hand that the detector scores lower than the first pass asks

# The whole frame is searched first: as MediaPipe does it, and then for weaker palms.
FIRST_PASSES = (Pass(View(), 0.5, 0.5), Pass(View(), WEAK_PALM, 0.8))

# More views, in an order that finds most hands early. They were chosen on 5,404 training photographs, and on some that
# were shrunk, enlarged, tilted and lit in colour. Turned and mirrored views found hardly any hand that these do not.
MORE_VIEWS = (
    View(1.3),
    View(0.7),  # for hands that are far away
    View(2.5),  # for hands that fill the frame
    View(1.3, balanced=True),  # for coloured light
    View(0.7, along=-0.15),
    View(0.7, along=0.15),
    View(0.5),
)
# Of 400 photographs whose hand was painted over, 16 show a hand (some do), with a hand score of 0.8 here 19.
MORE_PASSES = tuple(Pass(view, WEAK_PALM, 0.85) for view in MORE_VIEWS)
GRAY_PASSES = tuple(search for search in MORE_PASSES if not search.view.balanced)  # a gray frame is tinted instead
