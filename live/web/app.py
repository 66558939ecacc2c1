"""The app: Streamlit's page and the camera's WebSocket in one server, for `fingerspell` and `streamlit run` alike."""

import logging

import streamlit as st
from streamlit import net_util

from live.web.camera.server import routes

logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # it announces each start, stop and connection

# To check where a connection comes from, Streamlit asks servers on the internet for this machine's addresses. It does
# not ask when both are already set.
net_util._internal_ip = net_util._external_ip = "127.0.0.1"

app = st.App("page.py", routes=routes())
