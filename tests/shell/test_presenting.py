"""What a run of the stage writes into the address."""

import pytest

from shell import presenting


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (3, {"sitting": ["x"], "present": ["1"], "slide": ["3"], "axis": ["1"]}),
        (4, {"sitting": ["x"], "present": ["1"], "slide": ["4"]}),
    ],
)
def test_the_address_of_a_slide_is_sent_whoever_asked_before(
    number: int, written: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser may have been told of another slide since it sent the address that the run reads."""
    sent: list[dict[str, list[str]]] = []

    class Params:
        @staticmethod
        def from_dict(query: dict[str, list[str]]) -> None:
            sent.append(query)

    monkeypatch.setattr("shell.presenting.st.query_params", Params)
    query = {"sitting": ["x"], "present": ["1"], "slide": ["3"], "axis": ["1"]}
    monkeypatch.setattr("shell.presenting.frame.address", lambda: query)
    presenting._go(number)
    assert sent == [written]
