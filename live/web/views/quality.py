"""How well it reads: every figure on this page comes out of the model's own model.json."""

from dataclasses import asdict

import altair as alt
import pandas as pd
import streamlit as st

from live.readers import Measurement
from live.web import show
from live.web.state import model_folder, session_classifier


def show_measurement(measurement: Measurement) -> None:
    """Show four figures, a bar for each letter, and a row for each signer."""
    figures = measurement.figures
    st.header(measurement.title)
    show.small(measurement.about)
    columns = st.columns(4)
    columns[0].metric("Read right", f"{figures.mean:.2%}", help="The likeliest letter, whatever the confidence")
    columns[1].metric("Among the first three", f"{figures.top3:.2%}")
    columns[2].metric("Answered", f"{figures.answered:.2%}", help="Sure enough to show a letter")
    columns[3].metric("Right where it answers", f"{figures.right_when_answered:.2%}")
    letters = pd.DataFrame({"letter": figures.letters.keys(), "right": figures.letters.values()})
    bars = alt.Chart(letters, height=200).mark_bar(color="#0f766e")
    axis = alt.Axis(format=".0%", title="read right")
    st.altair_chart(
        bars.encode(
            x=alt.X("letter:N", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("right:Q", axis=axis, scale=alt.Scale(domain=(0, 1))),
            tooltip=["letter", alt.Tooltip("right:Q", format=".1%")],
        )
    )
    if len(figures.signers) > 1:
        signers = pd.DataFrame({name: asdict(signer) for name, signer in figures.signers.items()}).T
        table = pd.DataFrame(
            {
                "who": signers.index,
                "pictures": signers["frames"].map("{:.0f}".format),
                "read right": signers["accuracy"].map("{:.1%}".format),
                "among the first three": signers["top3"].map("{:.1%}".format),
            }
        )
        with st.expander(f"Each of the {len(table)}"):
            st.table(table, hide_index=True)


contract = session_classifier().contract
training = contract.training
threshold = contract.fusion["+".join(contract.readers)].threshold

st.title("How well it reads")
st.markdown(
    f"The model **{model_folder().name}** ({contract.architecture}, {contract.parameters:,} parameters) reads "
    f"{len(contract.letters)} letters: {' '.join(contract.letters)}. It shows a letter from a confidence of "
    f"{threshold:.0%}. J and Z, which are drawn in the air, are read by a third network, off the hand's way. All this "
    "is fingerspelling, which is not the whole of ASL."
)
measurements = list(reversed(contract.measurements.values()))  # the last one is of people who are most like you
for measurement in measurements[:1]:
    show_measurement(measurement)
if measurements[1:]:
    with st.expander("All that was measured, for those who train"):
        for measurement in measurements[1:]:
            show_measurement(measurement)
if not measurements:
    st.info("Nobody has measured this model yet: `fingerspell-train evaluate --record` does.")

st.header("How it was made")
st.markdown(
    f"Trained on {training['data']}, recipe `{training['recipe']}`, {training['epochs']} epochs, "
    f"seed {training['seed']}, on the {training['device']}."
)
