"""Records the answers of all golden exchanges: `python -m tests.examples.record`."""

import asyncio

from tests.examples import exchanges as signed
from tests.examples import graphql_exchanges as graphql


def main() -> None:
    """Play every file and write its answers into it."""
    for file in signed.files():
        exchanges = signed.load(file)
        answers = asyncio.run(signed.play(file.parent.name, exchanges))
        for exchange, answer in zip(exchanges, answers, strict=True):
            exchange.answer = answer
        signed.save(file, exchanges)
    for file in graphql.files():
        over_graphql = graphql.load(file)
        answers = asyncio.run(graphql.play(over_graphql))
        for one, answer in zip(over_graphql, answers, strict=True):
            one.answer = answer
        graphql.save(file, over_graphql)


if __name__ == "__main__":
    main()
