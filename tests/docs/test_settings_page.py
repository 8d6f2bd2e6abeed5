from tests.docs.settings_page import PAGE, write_page


def test_the_page_is_what_the_table_says() -> None:
    """Who changes a setting writes the page anew."""
    assert PAGE.read_text(encoding="utf-8") == write_page(), "python -m tests.docs.settings_page"
