"""The page, in Streamlit. Widgets only: what can be told without a browser lives in live/."""
