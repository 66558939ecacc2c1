"""Runs a page with AppTest, without a browser and without a camera.

AppTest shows the stage as an element of the type "bidi_component", with the data that its script would get. It cannot
press START, so tests act on the page's live session in place of a camera.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import live.web
from live.web import Options
from live.web.state import KEY, Session

RunPage = Callable[..., AppTest]
SQUARE = Options(square=True)
NAVIGATION = Path(live.web.__file__).with_name("page.py")
TIMEOUT_S = 60  # the first run imports pandas and Altair


@pytest.fixture
def run_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunPage]:
    """Runs the page with this name in an app with these options. query: the parameters of the address.

    Without a name, it runs page.py, which opens the first page with the navigation.
    """

    def run(name: str = "", options: Options | None = None, **query: str) -> AppTest:
        chosen = options or Options()
        for module in ("resources", "stage", "views.live"):
            monkeypatch.setattr(f"live.web.{module}.options", lambda: chosen)
        script = f"from live.web.views import {name}\n{name}.show()" if name else NAVIGATION.read_text()
        page = AppTest.from_string(script, default_timeout=TIMEOUT_S)
        page.query_params.update(query)
        page.run()
        assert not page.exception
        return page

    st.cache_resource.clear()
    yield run
    st.cache_resource.clear()


def session_of(page: AppTest) -> Session:
    state: Session = page.session_state[KEY]
    return state


def markdown_of(page: AppTest) -> str:
    return "\n".join(str(element.value) for element in page.markdown)


def html_of(page: AppTest) -> str:
    return "\n".join(str(getattr(element, "value", "")) for element in page.get("html"))


def stage_of(page: AppTest) -> dict[str, Any]:
    """The data of the page's stage."""
    (stage,) = page.get("bidi_component")
    data: dict[str, Any] = json.loads(stage.proto.json)
    return data
