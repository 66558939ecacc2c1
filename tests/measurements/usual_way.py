"""The usual way, to compare with: every frame decoded in order, Keras' predict in the callback; by Streamlit."""

import threading
import time
from typing import Any

import av
import cv2
import numpy as np
import streamlit as st
from streamlit_webrtc import WebRtcMode, webrtc_streamer

from live.files import shipped_models
from live.readers.contract import read_contract
from tests.support.stamps import number_of

FOLDER = shipped_models() / "sign_mnist"


@st.cache_resource
def network() -> Any:
    """A Keras model. TensorFlow is imported last: imported before aiortc's libraries it crashes them."""
    import keras

    return keras.models.load_model(FOLDER / read_contract(FOLDER).readers["cnn"].files["keras"])


model, lock = network(), threading.Lock()
newest = st.session_state.setdefault("newest", {"number": ""})


def read(frame: av.VideoFrame) -> av.VideoFrame:
    """One frame: a letter, and the number that the frame carries."""
    image = frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
    crop = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[:, 80:560], (28, 28))
    model.predict(crop.reshape(1, 28, 28, 1).astype(np.float32) / 255, verbose=0)
    with lock:
        newest["number"] = str(number_of(image))
    return frame


context = webrtc_streamer(
    key="usual", mode=WebRtcMode.SENDRECV, rtc_configuration={"iceServers": []}, video_frame_callback=read,
    media_stream_constraints={
        "video": {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 15}}, "audio": False
    },
)  # fmt: skip
place = st.empty()
while context.state.playing:
    with lock:
        number = newest["number"]
    place.html(f'<div data-testid="letter">{number}</div>')
    time.sleep(0.05)
