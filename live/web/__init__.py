"""The page, in Streamlit. Widgets only: what can be told without a browser lives in live/."""

PEOPLE = 4  # whose cameras are read at once, by default
