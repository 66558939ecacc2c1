"""Where and how a hand is looked for: the views that the palm detector sees of a frame, and what counts as a hand.

The palm detector finds most hands in the whole frame, but it is picky: it may miss a hand in one view and be sure of it
in another that is hardly larger. So the frame is shown in several views, until there is a hand.
"""

from dataclasses import dataclass

from live.hand.tint import Light


@dataclass(frozen=True)
class View:
    """A square part of a frame, as the palm detector sees it. What lies outside the frame is black.

    side: as a multiple of the frame's longer side. along: how far its middle is from the frame's middle, along the
    longer side and as a share of it. light: how the frame's colours are changed first.
    """

    side: float = 1.0
    along: float = 0.0
    light: Light = "plain"


@dataclass(frozen=True)
class Pass:
    """One search for a hand in a view.

    min_palm_score: minimum score (0..1) for a palm to be looked at. min_hand_score: minimum score for it to be a hand.
    """

    view: View
    min_palm_score: float
    min_hand_score: float


FIRST_PASS = Pass(View(), 0.5, 0.5)  # MediaPipe's

# The harder passes, in the order of their turns. The views were chosen on 5,404 training photographs, and on some that
# were shrunk, enlarged, tilted and lit in colour. Turned and mirrored views found hardly any more hands.
# Every view may also show a false hand, so the landmark network must be surer here, and surest in the views that are
# rarely needed: with 0.8 there, they found 38 of the photographs' last 51 hands, and six more false hands on 400
# photographs whose hand was painted over; with 0.9, and a third look where two leave doubt, 37 hands and no false ones.
HARD_PASSES: tuple[Pass, ...] = (
    Pass(View(), 0.1, 0.8),  # the same view as in the first pass, in which the detector scores some hands low
    Pass(View(0.7), 0.1, 0.9),  # for hands that are far away
    Pass(View(1.3), 0.1, 0.9),
    Pass(View(2.5), 0.1, 0.9),  # for hands that fill the frame
    Pass(View(1.6), 0.1, 0.8),
    Pass(View(0.7, along=-0.15), 0.1, 0.9),
    Pass(View(0.7, along=0.15), 0.1, 0.9),
    Pass(View(light="lifted"), 0.1, 0.9),  # for dark skin
    # for coloured light; last, since other colours give other landmarks
    Pass(View(light="balanced"), 0.1, 0.9),
    Pass(View(1.3, light="balanced"), 0.1, 0.9),
)
GRAY_PASSES = tuple(search for search in HARD_PASSES if search.view.light == "plain")  # a gray frame is tinted instead
