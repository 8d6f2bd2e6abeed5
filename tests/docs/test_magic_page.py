from tests.docs.magic_page import PAGE, write_page


def test_the_page_is_what_the_providers_say() -> None:
    """Who changes a prefix or an error writes the page anew."""
    assert PAGE.read_text(encoding="utf-8") == write_page(), "python -m tests.docs.magic_page"
