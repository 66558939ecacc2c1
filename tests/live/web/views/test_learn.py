"""The chart of letters."""

from live.lessons import HOW_TO_SIGN
from live.letters import ALPHABET
from tests.live.web.conftest import RunPage, html_of


def test_the_chart_has_a_drawing_and_a_hint_for_every_letter(run_page: RunPage) -> None:
    chart = html_of(run_page("learn"))
    for letter in ALPHABET:
        assert f'alt="A hand that signs {letter}"' in chart
        assert HOW_TO_SIGN[letter] in chart


def test_left_hands_look_different_and_can_be_bookmarked(run_page: RunPage) -> None:
    page = run_page("learn")
    right = html_of(page)
    page.toggle(key="left").set_value(True).run()
    assert html_of(page) != right
    assert html_of(run_page("learn", left="true")) == html_of(page)
