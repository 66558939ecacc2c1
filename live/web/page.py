"""The script that Streamlit runs: style and navigation. The pages are functions in views/."""

import streamlit as st

from live.errors import FingerspellError
from live.web.views import learn, live, parts, pictures, practice, quality, signs

# On a phone, Streamlit leaves half of the screen empty above a page and makes headings large. If the app does not
# answer, Streamlit shows CONNECTING and a dialog about the internet connection; a line at the top replaces the dialog.
STYLE = """
.stMainBlockContainer { padding-top: 3.5rem; padding-bottom: 2rem; }
h1 { padding-top: 0 !important; }
h2 { font-size: 1.75rem !important; }
.st-key-result { min-height: 3.6rem; }
@media (max-width: 40rem) {
  h1 { font-size: 1.75rem !important; }
  h2 { font-size: 1.4rem !important; }
  .st-key-top { margin-top: 0.5rem; }
  .stMainBlockContainer { padding-top: 3.25rem; }
}
body:has(.stApp[data-test-connection-state=PINGING_SERVER]) > .stDialog { display: none; }
.stApp[data-test-connection-state=PINGING_SERVER]::before {
  content: 'The app is not responding. Your text is safe, and this page will reconnect automatically.';
  position: fixed; inset: 0 0 auto; z-index: 1000000; padding: 0.75rem 1rem;
  background: #7c2d12; color: #fff; text-align: center; animation: later 2s steps(1);
}
@keyframes later { from { visibility: hidden; } to { visibility: visible; } }
"""

st.set_page_config(page_title="Fingerspell", page_icon="🤟", layout="wide")
st.html(f"<style>{STYLE}</style>")
page = st.navigation(
    [
        st.Page(live.show, title="Live", icon=":material/videocam:", default=True),
        st.Page(learn.show, title="Learn", icon=":material/school:", url_path="learn"),
        st.Page(practice.show, title="Practice", icon=":material/exercise:", url_path="practice"),
        st.Page(signs.show, title="My signs", icon=":material/fiber_manual_record:", url_path="signs"),
        st.Page(pictures.show, title="Pictures and films", icon=":material/photo_library:", url_path="pictures"),
        st.Page(quality.show, title="How well it reads", icon=":material/query_stats:", url_path="quality"),
    ],
    position="top",
)
try:
    page.run()
except FingerspellError as error:  # the model does not load; the pages handle all other errors
    parts.model_error(error)
