"""The model that this server reads with, for every page."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

import streamlit as st

from live.bundle import HandNetworks, load
from live.classifier import LetterClassifier
from live.contract import default_model
from live.errors import BundleError, FingerspellError
from live.recognizer import Recognizer


def _arguments() -> argparse.Namespace:
    """What `fingerspell` was told; it reaches the page as the script's own arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--square", action="store_true")
    return parser.parse_known_args(sys.argv[1:])[0]


def model_folder() -> Path:
    """What `fingerspell --model` said."""
    return Path(_arguments().model)


@st.cache_resource(show_spinner=False)
def _hand_networks() -> HandNetworks | str:
    """The networks, read once for all sessions, or why there are none. `fingerspell` has fetched them before."""
    if _arguments().square:
        return "the app was started with --square"
    try:
        return load()
    except BundleError as error:
        return str(error)


def square_reason() -> str | None:
    """Why a fixed square is read instead of the hand being looked for; None where it is looked for."""
    networks = _hand_networks()
    return networks if isinstance(networks, str) else None


def session_classifier() -> LetterClassifier:
    """The classifier of this session: viewers do not wait for each other.

    Where it does not load, the page says why and ends.
    """
    if "classifier" not in st.session_state:
        try:
            st.session_state.classifier = LetterClassifier.load(model_folder())
        except FingerspellError as error:
            _end(error)
    classifier: LetterClassifier = st.session_state.classifier
    return classifier


def session_recognizer(name: str) -> Recognizer:
    """A recogniser of this session for one purpose, by name: "live" or "pictures"."""
    key = f"recognizer {name}"
    if key not in st.session_state:
        networks = _hand_networks()
        try:
            st.session_state[key] = Recognizer.complete(
                session_classifier(), None if isinstance(networks, str) else networks
            )
        except FingerspellError as error:
            _end(error)
    recognizer: Recognizer = st.session_state[key]
    return recognizer


def _end(error: FingerspellError) -> NoReturn:
    st.error(f"**The model does not load, so nothing can be read.** {error}", icon=":material/error:")
    st.caption("When it is mended, reload this page.")
    st.stop()


def say_square() -> None:
    """On pages that read: that the hand is not looked for, and why."""
    reason = square_reason()
    if reason:
        st.warning(
            f"**The hand is not looked for, and letters are often wrong:** {reason}. The square in the "
            "middle is read; fill it with your right hand, before a plain wall.",
            icon=":material/back_hand:",
        )
