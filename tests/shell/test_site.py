"""The links of the house that runs the app: only what leads somewhere safe, and only what was given."""

from pathlib import Path

import pytest

from shell.site import SLOTS, address, chosen


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "//example.org",
        "example.org",
        "https:",
        "mailto:",
        "",
    ],
)
def test_what_is_no_web_or_mail_address_is_left_out(text: str) -> None:
    assert address(text) is None


def test_an_address_cannot_end_the_link_that_it_stands_in() -> None:
    assert address("https://example.org/a) [x](javascript:1") == "https://example.org/a%29%20%5Bx%5D%28javascript:1"


def test_addresses_stay_as_they_are() -> None:
    for text in ("https://example.org/privacy?lang=it&x=%20#top", "http://intranet.example/note", "mailto:info@example.org"):
        assert address(text) == text


def test_the_environment_goes_before_the_file_and_absent_slots_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('privacy = "https://file.example/p"\nlegal = "https://file.example/l"\nfeedback = "javascript:1"\n')
    found = chosen({"AVANZAMENTO_PRIVACY_URL": "https://env.example/p"}, file)
    assert found == {"privacy": "https://env.example/p", "legal": "https://file.example/l"}


def test_an_address_may_be_one_per_language(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[privacy]\nit = "https://example.org/it"\nen = "https://example.org/en"\n')
    assert chosen({}, file) == {"privacy.it": "https://example.org/it", "privacy.en": "https://example.org/en"}


def test_without_a_file_nothing_is_shown(tmp_path: Path) -> None:
    assert chosen({}, tmp_path / "site.toml") == {}
    assert SLOTS
