"""The interface of observers, and what they show beside the picture."""

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from live.recognizer import Reading


@dataclass(frozen=True)
class Drawing:
    """A drawing with its caption. svg: if empty, the page shows an empty square. alt: the text for screen readers."""

    svg: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Aside:
    """What a page shows beside the picture.

    text: **this** is bold. progress: 0..1, None for no bar. done: whether the observer has finished, None if it never
    finishes.
    """

    text: str = ""
    progress: float | None = None
    drawings: tuple[Drawing, ...] = ()
    done: bool | None = None

    def describe(self) -> dict[str, Any]:
        """Describe it as JSON. docs/protocol.md lists the fields."""
        message = {
            "text": self.text,
            "progress": self.progress,
            "pictures": [asdict(drawing) for drawing in self.drawings],
        }
        return message if self.done is None else message | {"done": self.done}


def isolated(name: str) -> str:
    """A sign's name, to be put into a sentence. A name in a script that is written from right to left is marked.

    Without the marks, which are invisible, browsers also move the digits that stand beside it to its other side.
    """
    from_right = any(unicodedata.bidirectional(character) in ("R", "AL") for character in name)
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" if from_right else name


def number_of(n: int, noun: str) -> str:
    """A number of things: "1 hand", "2 hands"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


class Observer(Protocol):
    """Watches every reading of a live session."""

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Aside | None:
        """Watch one frame. Returns what the page shows from now on, None for no change.

        frame_bgr: (height, width, 3) uint8. time_s: on the server's clock, never backward.
        """
        ...
