"""Records the answers of all golden exchanges: `python -m tests.examples.record`."""

import asyncio

from tests.examples.exchanges import files, load, play, save


def main() -> None:
    """Play every file and write its answers into it."""
    for file in files():
        exchanges = load(file)
        for exchange, answer in zip(exchanges, asyncio.run(play(exchanges)), strict=True):
            exchange.answer = answer
        save(file, exchanges)


if __name__ == "__main__":
    main()
