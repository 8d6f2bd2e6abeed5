"""What a test's sandbox is called: after the test and its worker, as an id may be."""

import re
from hashlib import blake2b

NAME_CHARS = 36


def name_sandbox(test: str, worker: str, run: str) -> str:
    """An id of at most 63 of a-z, 0-9, `-` and `_`.

    `test`: its node id; `run`: tells apart runs that share one emulator.
    """
    _, _, name = test.rpartition("::")
    plain = re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-_")
    digest = blake2b(f"{run}/{test}".encode(), digest_size=4).hexdigest()
    place = re.sub(r"[^a-z0-9]+", "", worker.lower())[:12]
    return "-".join(part for part in (place, plain[:NAME_CHARS].strip("-_"), digest) if part)
