"""The model that this server reads with, for every page."""

import argparse
import sys
from pathlib import Path

import streamlit as st

from live.classifier import LetterClassifier
from live.contract import default_model
from live.errors import FingerspellError


def model_folder() -> Path:
    """What `fingerspell --model` said; it reaches the page as the script's own arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=default_model())
    return Path(parser.parse_known_args(sys.argv[1:])[0].model)


def session_classifier() -> LetterClassifier:
    """The classifier of this session: viewers do not wait for each other.

    Where it does not load, the page says why and ends.
    """
    if "classifier" not in st.session_state:
        try:
            st.session_state.classifier = LetterClassifier.load(model_folder())
        except FingerspellError as error:
            st.error(f"**The model does not load, so nothing can be read.** {error}", icon=":material/error:")
            st.caption("When it is mended, reload this page.")
            st.stop()
    classifier: LetterClassifier = st.session_state.classifier
    return classifier
