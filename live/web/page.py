"""Navigation, and nothing else: what `app.py` has Streamlit run.

The pages lie in views/: of a folder named pages/ Streamlit makes a navigation of its own.
"""

import streamlit as st

st.set_page_config(page_title="Fingerspell", page_icon="🤟", layout="wide")
# Streamlit leaves half of a phone's screen empty above its pages, and sets headings large there.
st.html(
    "<style>.stMainBlockContainer{padding-top:3.5rem;padding-bottom:2rem} h1{padding-top:0!important}"
    "h2{font-size:1.75rem!important} .st-key-result{min-height:3.6rem}"
    "@media(max-width:40rem){h1{font-size:1.75rem!important} h2{font-size:1.4rem!important}"
    ".stMainBlockContainer{padding-top:3.25rem}}"
    # Streamlit says CONNECTING where its server is gone, and asks about the internet in a dialog.
    "body:has(.stApp[data-test-connection-state=PINGING_SERVER])>.stDialog{display:none}"
    ".stApp[data-test-connection-state=PINGING_SERVER]::before{content:'The app does not answer. This page keeps your "
    "text, and connects again by itself.';position:fixed;inset:0 0 auto;z-index:1000000;padding:.75rem 1rem;"
    "background:#7c2d12;color:#fff;text-align:center;animation:away 2s steps(1)}"
    "@keyframes away{from{visibility:hidden}to{visibility:visible}}</style>"
)
st.navigation(
    [
        st.Page("views/live.py", title="Live", icon=":material/videocam:", default=True),
        st.Page("views/learn.py", title="Learn", icon=":material/school:"),
        st.Page("views/practice.py", title="Practice", icon=":material/exercise:"),
        st.Page("views/signs.py", title="My signs", icon=":material/fiber_manual_record:"),
        st.Page("views/pictures.py", title="Pictures and films", icon=":material/photo_library:"),
        st.Page("views/quality.py", title="How well it reads", icon=":material/query_stats:"),
    ],
    position="top",
).run()
