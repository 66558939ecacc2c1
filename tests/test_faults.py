import pytest

from live.web.faults import FAULTS, camera_fault, connection_fault


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("NotAllowedError: Permission denied", "NotAllowed"),
        ("Error: Permission dismissed", "NotAllowed"),
        ("NotFoundError: Requested device not found", "NotFound"),
        ("NotReadableError: Could not start video source", "NotReadable"),
        ("OverconstrainedError", "Overconstrained"),
        ("insecure", "insecure"),
        ("unsupported", "unsupported"),
    ],
)
def test_what_a_browser_complains_of_is_said_in_plain_words(said: str, name: str) -> None:
    assert camera_fault(said) == FAULTS[name]


def test_what_is_no_fault_is_not_told_and_what_nobody_knows_is_told_as_it_is() -> None:
    assert camera_fault("") is None
    assert camera_fault("Connection is taking longer than expected. Check your network") is None
    assert "TypeError: what?" in (camera_fault("TypeError: what?") or "")


def test_a_connection_that_fails_or_stops_is_told() -> None:
    assert connection_fault("connected", False) is None
    assert "blocks WebRTC" in (connection_fault("failed", False) or "")
    assert "started again" in (connection_fault("stalled", False) or "")
    assert "does not come back" in (connection_fault("stalled", True) or "")
