"""How well it reads. Every figure on this page comes from the model's own model.json."""

from collections.abc import Mapping
from dataclasses import asdict

import streamlit as st

from live.readers import Contract, Measurement, SignerFigures
from live.web.resources import classifier, model_folder
from live.web.views import parts


def show() -> None:
    """Show the page."""
    contract = classifier().contract
    st.title("How well it reads")
    st.markdown(_introduction(contract))
    measured = list(reversed(contract.measurements.values()))  # the last one is the closest to a user
    for measurement in measured[:1]:
        _show_measurement(measurement)
    if measured[1:]:
        with st.expander("All measurements, for those who train models"):
            for measurement in measured[1:]:
                _show_measurement(measurement)
    if not measured:
        st.info("Nobody has measured this model yet. `fingerspell-train evaluate --record` does.")
    st.header("How it was made")
    training = contract.training
    st.markdown(
        f"Trained on {training['data']}, with the recipe `{training['recipe']}`, for {training['epochs']} epochs, "
        f"with seed {training['seed']}, on the {training['device']}."
    )


def _introduction(contract: Contract) -> str:
    threshold = contract.fusion["+".join(contract.readers)].threshold
    return (
        f"The model **{model_folder().name}** ({contract.architecture}, {contract.parameters:,} parameters) reads "
        f"{len(contract.letters)} letters: {' '.join(contract.letters)}. It shows a letter once its confidence reaches "
        f"{threshold:.0%}. A third network reads J and Z from how the hand moves. All this is fingerspelling, which is "
        "only a part of ASL."
    )


def _show_measurement(measurement: Measurement) -> None:
    """One measurement: four figures, the letters, the people."""
    figures = measurement.figures
    st.header(measurement.title)
    parts.small(measurement.about)
    columns = st.columns(4)
    columns[0].metric(
        "Read right", f"{figures.mean:.2%}", help="How often its likeliest letter was right, however sure it was"
    )
    columns[1].metric("In the first three", f"{figures.top3:.2%}")
    columns[2].metric("Answered", f"{figures.answered:.2%}", help="How often it was sure enough to show a letter")
    columns[3].metric("Right when it answers", f"{figures.right_when_answered:.2%}")
    _show_letters(figures.letters)
    if len(figures.signers) > 1:
        _show_signers(figures.signers)


def _show_letters(accuracy: dict[str, float]) -> None:
    """accuracy: share read right, by letter."""
    import altair as alt
    import pandas as pd

    letters = pd.DataFrame({"letter": accuracy.keys(), "right": accuracy.values()})
    axis = alt.Axis(format=".0%", title="read right")
    st.altair_chart(
        alt.Chart(letters, height=200)
        .mark_bar(color=parts.TEAL)
        .encode(
            x=alt.X("letter:N", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("right:Q", axis=axis, scale=alt.Scale(domain=(0, 1))),
            tooltip=["letter", alt.Tooltip("right:Q", format=".1%")],
        )
    )


def _show_signers(by_signer: Mapping[str, SignerFigures]) -> None:
    import pandas as pd

    signers = pd.DataFrame({name: asdict(signer) for name, signer in by_signer.items()}).T
    table = pd.DataFrame(
        {
            "who": signers.index,
            "pictures": signers["frames"].map("{:.0f}".format),
            "read right": signers["accuracy"].map("{:.1%}".format),
            "in the first three": signers["top3"].map("{:.1%}".format),
        }
    )
    with st.expander(f"Person by person ({len(table)})"):
        st.table(table, hide_index=True)
