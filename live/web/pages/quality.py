"""How well it reads: every figure on this page comes out of the model's own model.json."""

import pandas as pd
import streamlit as st

from live.web.model import model_folder, session_classifier

contract = session_classifier().contract
training = contract.training

st.title("How well it reads")
st.markdown(
    f"Model **{model_folder().name}** ({contract.architecture}, {contract.parameters:,} parameters) reads "
    f"{len(contract.letters)} letters: {' '.join(contract.letters)}. A letter is shown from a confidence of "
    f"{contract.threshold:.0%}."
)
for figures in contract.figures.values():
    st.subheader(figures["title"])
    st.caption(figures["about"])
    columns = st.columns(4)
    columns[0].metric("Read right", f"{figures['mean']:.2%}", help="The likeliest letter, whatever the confidence")
    columns[1].metric("Among the first three", f"{figures['top3']:.2%}")
    columns[2].metric("Answered", f"{figures['answered']:.2%}", help="Sure enough to show a letter")
    columns[3].metric("Right where it answers", f"{figures['right_when_answered']:.2%}")
    letters = pd.DataFrame({"letter": figures["letters"].keys(), "read right, %": figures["letters"].values()})
    letters["read right, %"] *= 100
    st.bar_chart(letters, x="letter", y="read right, %", height=220)
    if len(figures["signers"]) > 1:
        signers = pd.DataFrame(figures["signers"]).T
        table = pd.DataFrame(
            {
                "pictures": signers["frames"].map("{:.0f}".format),
                "read right": signers["accuracy"].map("{:.1%}".format),
                "among the first three": signers["top3"].map("{:.1%}".format),
            }
        )
        st.table(table)

st.subheader("How it was made")
st.markdown(
    f"Trained on {training['data']} with the recipe `{training['recipe']}`, {training['epochs']} epochs, "
    f"seed {training['seed']}, on the {training['device']}. Its folder: `{model_folder()}`."
)
