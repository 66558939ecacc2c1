"""Pictures and films: upload some, see what is read in each and why."""

from collections.abc import Callable

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from live.sources import SUFFIXES
from live.text import SPACE
from live.web import show
from live.web.camera import no_letter
from live.web.state import fresh_recognizer, model_folder, say_square, session_recognizer
from live.web.uploads import (
    FILM_SUFFIXES,
    ReadFilm,
    ReadPicture,
    as_csv,
    is_film,
    read_upload_film,
    read_upload_picture,
)


def read_file(file: UploadedFile, progress: Callable[[float], object]) -> ReadPicture | ReadFilm:
    """One file; progress: called with shares of it, 0..1."""
    if not is_film(file.name):
        return read_upload_picture(file.name, file.getvalue(), session_recognizer("pictures"))
    return read_upload_film(file.name, file.getvalue(), fresh_recognizer(), progress)


def read_all(files: list[UploadedFile]) -> list[ReadPicture | ReadFilm]:
    """Each once, however often the page runs; what is taken away is forgotten."""
    read: dict[str, ReadPicture | ReadFilm] = st.session_state.setdefault("read", {})
    keys = [f"{file.file_id} {model_folder()}" for file in files]
    for gone in read.keys() - set(keys):
        del read[gone]
    new = [(key, file) for key, file in zip(keys, files, strict=True) if key not in read]
    place = st.empty()
    for n, (key, file) in enumerate(new):
        told = f"Reading {show.plain(file.name)}, {n + 1} of {len(new)}"

        def progress(share: float, n: int = n, told: str = told) -> None:
            place.progress((n + share) / len(new), told)

        progress(0.0)
        read[key] = read_file(file, progress)
    place.empty()
    return [read[key] for key in keys]


def row(picture: ReadPicture) -> dict[str, str | None]:
    """Of the table."""
    reading = picture.reading if picture.reading and picture.reading.top else None
    return {
        "picture": picture.thumbnail(),
        "file": picture.name,
        "letter": (reading.letter if reading else None) or "",
        "confidence": f"{reading.confidence:.0%}" if reading else "",
        "next": show.next_likely(reading) if reading else "",
        "hand": reading.hand.side if reading and reading.hand else "",
        "problem": picture.fault or ("" if reading or not picture.reading else no_letter(picture.reading)),
    }


def show_pictures(pictures: list[ReadPicture]) -> None:
    """The table, and the one that is chosen in it."""
    st.header("Pictures")
    chosen = st.dataframe(
        pd.DataFrame([row(each) for each in pictures]),
        hide_index=True,
        row_height=64,
        selection_mode="single-row",
        on_select="rerun",
        column_config={"picture": st.column_config.ImageColumn("")},
    )
    st.download_button(
        "Download the table (CSV)", as_csv(pictures), "fingerspell.csv", "text/csv",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    rows = chosen.selection.rows
    picture = pictures[rows[0] if rows and rows[0] < len(pictures) else 0]
    with st.container(border=True):
        others = "" if rows or len(pictures) == 1 else " (choose another in the table)"
        st.markdown(f"**{show.plain(picture.name)}**{others}")
        if picture.shown_bgr is None:
            st.error(show.plain(picture.fault), icon=":material/error:")
            return
        whole, result = st.columns([5, 4], gap="large")
        whole.html(show.picture(picture.shown_bgr, f"{picture.name}, with the hand that was found"))
        with result:
            show.whole_reading(picture.reading)


def show_film(film: ReadFilm, file: UploadedFile) -> None:
    """The text, when each letter was held, and the film from there."""
    st.header(f"Film: {show.plain(film.name)}")
    if film.fault:
        st.error(show.plain(film.fault), icon=":material/error:")
    letters = [each for each in film.committed if each.letter != SPACE]
    if not letters:
        st.info("No letter was held long enough.")
        return
    st.subheader(film.text)
    held = pd.DataFrame(
        [
            {"n": n, "letter": each.letter, "from": round(each.since_s, 2), "to": round(each.time_s, 2)}
            for n, each in enumerate(letters)
        ]
    )
    seconds = alt.X("from:Q", title="seconds", scale=alt.Scale(domain=(0, max(film.length_s, 0.1))))
    line = alt.Chart(held, height=110).encode(x=seconds, tooltip=["letter", "from", "to"])
    clicked = alt.selection_point("clicked", fields=["n"])
    key, chart = f"start {file.file_id}", f"line {file.file_id}"

    def jump() -> None:
        points = st.session_state[chart].selection["clicked"]
        st.session_state[key] = int(points[0]["n"]) if points else None

    st.altair_chart(
        line.mark_bar(color="#0f766e", height=16, yOffset=10, cornerRadius=3, cursor="pointer")
        .encode(x2="to:Q")
        .add_params(clicked)
        + line.mark_text(dy=-12, fontSize=16, align="left", color=show.accent()).encode(text="letter:N"),
        key=chart,
        on_select=jump,
    )
    start = st.pills(
        "Show the film from where a letter begins (or click it above)",
        range(len(letters)),
        format_func=lambda n: f"{letters[n].letter} {letters[n].since_s:.1f} s",
        key=key,
    )
    start_s = 0 if start is None else int(letters[start].since_s)
    st.video(file, start_time=start_s, autoplay=start is not None, muted=True)
    show.small("Some films can be read here that the browser cannot play; then this stays black.")


st.title("Read pictures and films")
st.markdown(
    "One hand a picture, signing one letter; the largest is read. Films are spelled. All is read on the machine that "
    "runs this app, and kept nowhere."
)
say_square()
session_recognizer("pictures")  # where the model does not load, that is told before anything is uploaded
uploaded = st.file_uploader(
    "Pictures (JPEG, PNG, WebP, BMP, GIF, HEIC) or films (MP4, MOV, WebM, MKV, AVI)",
    type=[suffix.removeprefix(".") for suffix in (*SUFFIXES, *FILM_SUFFIXES)],
    accept_multiple_files=True,
)
results = read_all(uploaded)
if own := [each for each in results if isinstance(each, ReadPicture)]:
    show_pictures(own)
for uploaded_file, result in zip(uploaded, results, strict=True):
    if isinstance(result, ReadFilm):
        show_film(result, uploaded_file)
