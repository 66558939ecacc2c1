"""The pictures page: upload some, see what is read in each and why."""

import cv2
import streamlit as st

from live.errors import FingerspellError
from live.overlay import draw
from live.pictures import SUFFIXES, decode_picture
from live.web import show
from live.web.model import say_square, session_recognizer

SHOWN_SIDE_PX = 480

recognizer = session_recognizer("pictures")

st.title("Read pictures")
st.markdown(
    "One hand a picture, signing one letter; the largest is read. "
    "They are read in memory on the machine that runs this app, and kept nowhere."
)
say_square()
files = st.file_uploader(
    "Pictures of a hand (JPEG, PNG, WebP, BMP, GIF, HEIC)",
    type=[suffix.removeprefix(".") for suffix in SUFFIXES],
    accept_multiple_files=True,
)
for file in files:
    with st.container(border=True):
        try:
            picture = decode_picture(file.getvalue(), file.name)
        except FingerspellError as error:
            st.error(str(error), icon=":material/error:")
            continue
        reading = recognizer.read_picture(picture)
        whole, result = st.columns([5, 4], gap="large")
        with whole:
            scale = min(1.0, SHOWN_SIDE_PX / max(picture.shape[:2]))
            height, width = picture.shape[:2]
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            framed = draw(picture, reading, mirror=False)
            st.image(
                cv2.resize(framed, size, interpolation=cv2.INTER_AREA),
                caption=file.name,
                channels="BGR",
            )
        with result:
            show.whole_reading(reading)
