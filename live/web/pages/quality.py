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
    first, second, third = st.columns(3)
    first.metric("Letters read right", f"{figures['mean']:.2%}")
    second.metric("Right letter among the first three", f"{figures['top3']:.2%}")
    third.metric("Right where it answers", f"{figures['right_when_answered']:.2%}")
    if len(figures["signers"]) > 1:
        signers = pd.DataFrame(figures["signers"]).T[["accuracy", "top3", "frames"]]
        st.dataframe(signers.style.format({"accuracy": "{:.1%}", "top3": "{:.1%}", "frames": "{:.0f}"}))
    st.bar_chart(pd.Series(figures["letters"], name="accuracy"), x_label="letter", y_label="read right", height=220)

st.subheader("How it was made")
st.markdown(
    f"Trained on {training['data']} with the recipe `{training['recipe']}`, {training['epochs']} epochs, "
    f"seed {training['seed']}, on the {training['device']}. Its folder: `{model_folder()}`."
)
