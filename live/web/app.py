"""The app: Streamlit's page and the camera's WebSocket in one server, for `fingerspell` and `streamlit run` alike."""

import logging

import streamlit as st

from live.web.server import routes

logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # it announces each start, stop and connection

app = st.App("page.py", routes=routes())
