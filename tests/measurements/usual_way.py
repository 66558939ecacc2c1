"""The usual design, to compare with: streamlit-webrtc decodes every frame in order; its callback runs Keras' predict.

tests.measurements.delay serves it. By hand: `python -m streamlit run tests/measurements/usual_way.py`.
"""

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
    """The Keras model. TensorFlow is imported last: if it comes before aiortc's libraries, they crash."""
    import keras

    return keras.models.load_model(FOLDER / read_contract(FOLDER).readers["cnn"].files["keras"])


model, lock = network(), threading.Lock()
newest = st.session_state.setdefault("newest", {"number": ""})


def read(frame: av.VideoFrame) -> av.VideoFrame:
    """Read the letter of one frame, and note the number that the frame carries."""
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
