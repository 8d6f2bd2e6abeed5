"""Hints: what the emulator adds in its own header where the provider's words say too little.

Whole sentences from the rooms' catalogues, with names and numbers only: never a text of the
request's.
"""

LIMIT = 300  # bytes of ASCII


def join(*sentences: str) -> str:
    """As many of the sentences as fit, each told once."""
    told = ""
    if not any(sentences):
        return told
    for sentence in dict.fromkeys(sentences):
        longer = f"{told} {sentence}".strip()
        if len(longer) <= LIMIT:
            told = longer
    return told


def enumerate_names(names: "list[str]", most: int = 5) -> str:
    """Names of ours, the first few of them."""
    few = list(dict.fromkeys(names))
    return ", ".join(few[:most]) + (f" and {len(few) - most} more" if len(few) > most else "")
