"""The ASGI application of `fingerspell` and `streamlit run`: the page, the camera's socket, the stage's scripts."""

import logging

import cv2
import streamlit as st
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from streamlit import net_util

from live.web.camera.server import camera_socket
from live.web.stage import MODULES, modules_path, socket_path

logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # it logs each start, stop and connection

# To check where a connection comes from, Streamlit asks servers on the internet for this machine's addresses. It does
# not ask if both are set.
net_util._internal_ip = net_util._external_ip = "127.0.0.1"

cv2.setNumThreads(1)  # several cameras are read in parallel; OpenCV's own threads would compete with them

app = st.App(
    "page.py",
    routes=[
        WebSocketRoute(socket_path(), camera_socket),
        Mount(modules_path(), StaticFiles(directory=MODULES)),
    ],
)
