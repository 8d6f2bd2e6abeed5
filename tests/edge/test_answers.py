import json

import pytest

from emulator.core.decisions import Json, Refusal, Row
from emulator.core.faults import Firing, Then
from emulator.edge.answers import fill, render_json, render_refusal


@pytest.mark.parametrize(
    ("template", "values", "filled"),
    [
        ("plain", {}, "plain"),
        ("hello {name}", {"name": "ann"}, "hello ann"),
        ("{a}{b}{a}", {"a": "1", "b": "2"}, "121"),
        ("{a} and {b}", {"a": "{b}", "b": "{a}"}, "{b} and {a}"),
        ("n is {n}", {"n": 5}, "n is 5"),
        ("{n}", {"n": 5}, 5),
        ("{n}", {"n": ["x"]}, ["x"]),
        ("{n}", {"n": None}, None),
        ("{n} ", {"n": 5}, "5 "),
        ("{unknown}", {}, "{unknown}"),
        ("{unknown} {n}", {"n": 1}, "{unknown} 1"),
        ("body { color: red } {n}", {"n": 1}, "body { color: red } 1"),
        (
            {"errors": "{errors}", "deep": [{"of": "{n}", "{n}": 1}], "flag": True, "none": None},
            {"errors": ["a", "{n}"], "n": 7},
            {"errors": ["a", "{n}"], "deep": [{"of": 7, "{n}": 1}], "flag": True, "none": None},
        ),
    ],
)
def test_places_take_values(template: Json, values: dict[str, Json], filled: Json) -> None:
    """A place in a text takes the value's text, a text that is only a place the value itself."""
    assert fill(template, values) == filled


def test_filling_leaves_the_template_alone() -> None:
    """A catalogue row is the same after any number of refusals."""
    template: Json = {"a": ["{n}"]}
    assert fill(template, {"n": 1}) == {"a": [1]}
    assert template == {"a": ["{n}"]}


ROW = Row(
    "no",
    418,
    {"error": "{what}", "by": "{who}"},
    "[design]",
    "Look again.",
    (("Retry-After", "9"), ("X-Kept", "1")),
    {"what": "nothing", "who": "nobody"},
)


def test_a_refusal_is_its_row_with_its_values() -> None:
    """Status, headers and body are the row's; values go before the row's defaults."""
    answer = render_refusal(Refusal(ROW, {"what": "that"}))
    assert answer.status == 418
    assert json.loads(answer.body) == {"error": "that", "by": "nobody"}
    assert answer.media_type == "application/json"
    assert answer.headers == (("Retry-After", "9"), ("X-Kept", "1"))
    assert (answer.refusal, answer.hint) == ("no", "Look again.")
    assert (answer.explanation, answer.firing) == (None, None)


def test_a_refusal_may_say_more() -> None:
    """Its own hint, headers, explanation and fault go with it; its header replaces the row's."""
    firing = Firing("f1", Then(error="no"))
    refusal = Refusal(
        ROW, hint="Because.", explanation={"check": "x"}, headers=(("retry-after", "3"),)
    )
    answer = render_refusal(refusal, firing)
    assert answer.headers == (("X-Kept", "1"), ("retry-after", "3"))
    assert (answer.hint, answer.explanation, answer.firing) == ("Because.", {"check": "x"}, firing)


def test_a_text_is_sent_as_it_is() -> None:
    """A row whose body is a text is no JSON string."""
    row = Row("slow", 429, "Too many, {who}.", "[design]", media_type="text/plain; charset=utf-8")
    answer = render_refusal(Refusal(row, {"who": "é"}))
    assert answer.body == "Too many, é.".encode()
    assert answer.media_type == "text/plain; charset=utf-8"


def test_json_answers() -> None:
    """A JSON answer is 200 unless told otherwise."""
    assert (render_json({"a": 1}).status, render_json({"a": 1}).body) == (200, b'{"a":1}')
    assert render_json([], 201).status == 201
