"""Numbers that are shown and never kept: derived from the sandbox's seed and an object's id.

Card numbers begin with a test BIN, routing numbers are nobody's: they open nothing anywhere.
"""

from emulator.core.ids import derive_bytes, derive_text

DIGITS = "0123456789"

BINS = {"VISA": "411111", "MASTERCARD": "555555"}  # VISA's [doc]; both networks' test numbers
ROUTING_NUMBER = "999999992"  # a right checksum, no bank: 99 is no Federal Reserve district


def derive_card_number(seed: str, card: str, network: str) -> str:
    """Sixteen digits that pass the Luhn check."""
    body = BINS[network] + derive_text(seed, "highnote.pan", card, alphabet=DIGITS, length=9)
    return body + luhn_digit(body)


def derive_cvv(seed: str, card: str) -> str:
    """Three digits."""
    return derive_text(seed, "highnote.cvv", card, alphabet=DIGITS, length=3)


def derive_account_number(seed: str, detail: str) -> str:
    """Twelve digits, the first two of them 00."""
    return "00" + derive_text(seed, "highnote.account", detail, alphabet=DIGITS, length=10)


def derive_digest(seed: str, label: str, value: str) -> str:
    """What stands for a secret value where equality matters: the same only in this sandbox."""
    return derive_bytes(seed, "highnote.digest", label, value, size=16).hex()


def luhn_digit(body: str) -> str:
    """The check digit that belongs behind these digits."""
    total = 0
    for place, digit in enumerate(map(int, reversed(body))):
        total += digit if place % 2 else sum(divmod(2 * digit, 10))
    return str(-total % 10)


def passes_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    return luhn_digit(number[:-1]) == number[-1]
