"""Navigation, and nothing else. Started by the `fingerspell` command."""

import streamlit as st

st.set_page_config(page_title="Fingerspell", page_icon="🤟", layout="wide")
st.navigation(
    [
        st.Page("pages/live.py", title="Live", icon=":material/videocam:", default=True),
        st.Page("pages/pictures.py", title="Pictures", icon=":material/photo_library:"),
        st.Page("pages/quality.py", title="How well it reads", icon=":material/query_stats:"),
    ]
).run()
