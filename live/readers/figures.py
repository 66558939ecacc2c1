"""How well a model reads: the figures that training measures, model.json stores and the page shows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class SignerFigures:
    """Figures of one signer's frames.

    accuracy, top3: shares (0..1) of the frames where the likeliest letter, or one of the three likeliest, is right.
    no_hand: share without a hand, None if the tracker was not used.
    """

    accuracy: float
    top3: float
    no_hand: float | None
    frames: int

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "SignerFigures":
        """Parse a JSON object. Raises KeyError for a missing value."""
        return cls(values["accuracy"], values["top3"], values.get("no_hand"), values["frames"])


@dataclass(frozen=True)
class NothingFigures:
    """Figures of frames that show no letter. right: the share (0..1) in which no letter was read."""

    right: float
    frames: int

    def to_json(self) -> dict[str, object]:
        """The object that `fingerspell-train evaluate --json` prints for a folder without letters."""
        return {"nothing": asdict(self)}


@dataclass(frozen=True)
class Figures:
    """Figures of frames that show letters. nothing: figures of the other frames in the data. All shares are 0..1.

    mean, top3, no_hand: means over the signers, so each signer counts once. answered: share of the frames whose
    confidence reached the threshold; right_when_answered: share of those that are right. calibration_error: expected
    calibration error, None in models made before it was measured. letters: accuracy of each letter.
    """

    mean: float
    top3: float
    no_hand: float | None
    answered: float
    right_when_answered: float
    calibration_error: float | None
    signers: dict[str, SignerFigures]
    letters: dict[str, float]
    nothing: NothingFigures | None = None

    def to_json(self) -> dict[str, object]:
        """The object that `fingerspell-train evaluate --json` prints."""
        optional = ("calibration_error", "nothing")
        return {name: value for name, value in asdict(self).items() if value is not None or name not in optional}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Figures":
        """Parse a JSON object. Raises KeyError for a missing value, AttributeError or TypeError for a wrong type."""
        nothing = values.get("nothing")
        return cls(
            mean=values["mean"],
            top3=values["top3"],
            no_hand=values.get("no_hand"),
            answered=values["answered"],
            right_when_answered=values["right_when_answered"],
            calibration_error=values.get("calibration_error"),
            signers={signer: SignerFigures.from_json(row) for signer, row in values["signers"].items()},
            letters=dict(values["letters"].items()),
            nothing=NothingFigures(nothing["right"], nothing["frames"]) if nothing else None,
        )


@dataclass(frozen=True)
class Measurement:
    """Figures as model.json stores them. title: names the data. about: who signed how many frames, in sentences."""

    title: str
    about: str
    figures: Figures

    def to_json(self) -> dict[str, object]:
        """One entry of model.json's figures."""
        return {"title": self.title, "about": self.about, **self.figures.to_json()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Measurement":
        """Parse one entry of model.json's figures. Raises the same errors as Figures.from_json."""
        return cls(values["title"], values["about"], Figures.from_json(values))
