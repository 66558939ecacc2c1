"""How well it reads. Every figure on this page comes from the model's own model.json."""

from collections.abc import Mapping
from dataclasses import asdict

import streamlit as st

from live.readers import LEFT_OUT, Contract, Measurement, SignerFigures
from live.web.observers import isolated
from live.web.resources import classifier, model_folder, square_reason
from live.web.views import parts

INPUTS = {"cnn": "a small gray picture of the hand", "shape": "where its joints are"}  # by reader


def show() -> None:
    """Show the page."""
    contract = classifier().contract
    st.title("How well it reads")
    st.markdown(_introduction(contract))
    measurements = list(reversed(contract.measurements.items()))  # the last one is the most like real use
    for key, measurement in measurements[:1]:
        _show_measurement(key, measurement)
    if measurements[1:]:
        with st.expander("More measurements, for people who train models"):
            for key, measurement in measurements[1:]:
                _show_measurement(key, measurement)
    if not measurements:
        st.info("This model has not been measured yet. To measure it, run `fingerspell-train evaluate --record`.")
    st.header("How it was trained")
    training = contract.training
    data = parts.escape_markdown(str(training["data"]))
    st.markdown(
        f"Trained on {data}, with the recipe `{training['recipe']}`, for {training['epochs']} epochs, "
        f"with seed {training['seed']}, on the {training['device']}."
    )


def _introduction(contract: Contract) -> str:
    if reason := square_reason():
        used = [reader for reader in contract.readers if reader == "cnn"] or list(contract.readers)
        others = (
            f"It reads a fixed square and letters that are held still, but not J and Z, because {reason}. The figures "
            "for people and sources below are of hands that were found, not of the square."
        )
    else:
        used = list(contract.readers)
        others = (
            "Another network reads J and Z from how the hand moves. One more gives no letter to hands that are upside "
            "down, and to most that are turned or cut off. In Flow, a further one reads words that are spelled without "
            "stopping; it learned from synthetic films only."
        )
    seen = " and ".join(INPUTS[reader] for reader in used)
    threshold = contract.fusion["+".join(used)].threshold
    name = parts.escape_markdown(model_folder().name)
    letters = parts.escape_markdown(", ".join(map(isolated, contract.letters)))
    return (
        f"The model **{name}** ({contract.parameters:,} parameters) reads {len(contract.letters)} "
        f"letters: {letters}. It looks at {seen}, and shows a letter once its confidence reaches "
        f"{threshold:.0%}. {others} Fingerspelling is only one part of ASL."
    )


def _show_measurement(key: str, measurement: Measurement) -> None:
    """Show one measurement: four figures, the letters, the people or sources. key: of the contract's measurements."""
    figures = measurement.figures
    st.header(measurement.title)
    parts.small_text(measurement.about)
    columns = st.columns(4)
    columns[0].metric(
        "Correct", f"{figures.mean:.2%}", help="How often its likeliest letter was correct, however sure it was"
    )
    columns[1].metric("In the top three", f"{figures.top3:.2%}")
    columns[2].metric("Answered", f"{figures.answered:.2%}", help="How often it was sure enough to show a letter")
    columns[3].metric("Correct when it answers", f"{figures.right_when_answered:.2%}")
    _show_letters(figures.letters)
    if len(figures.signers) > 1:
        _show_signers(figures.signers, "source" if key.startswith(LEFT_OUT) else "person")


def _show_letters(accuracy: dict[str, float]) -> None:
    """Show a chart. accuracy: the share that was read correctly, by letter."""
    import altair as alt
    import pandas as pd

    letters = pd.DataFrame({"letter": accuracy.keys(), "right": accuracy.values()})
    axis = alt.Axis(format=".0%", title="read correctly")
    st.altair_chart(
        alt.Chart(letters, height=200)
        .mark_bar(color=parts.TEAL)
        .encode(
            x=alt.X("letter:N", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("right:Q", axis=axis, scale=alt.Scale(domain=(0, 1))),
            tooltip=["letter", alt.Tooltip("right:Q", format=".1%")],
        )
    )


def _show_signers(by_signer: Mapping[str, SignerFigures], who: str) -> None:
    import pandas as pd

    signers = pd.DataFrame({name: asdict(signer) for name, signer in by_signer.items()}).T
    table = pd.DataFrame(
        {
            who: signers.index,
            "pictures": signers["frames"].map("{:.0f}".format),
            "correct": signers["accuracy"].map("{:.1%}".format),
            "in the top three": signers["top3"].map("{:.1%}".format),
        }
    )
    with st.expander(f"{who.capitalize()} by {who} ({len(table)})"):
        st.table(table, hide_index=True)
