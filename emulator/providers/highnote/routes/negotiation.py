"""Media types of GraphQL over HTTP."""

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"

_READ = frozenset({JSON, "application/graphql+json"})


def is_json(content_type: str | None) -> bool:
    """Whether a body is JSON by its type; one without a type is taken to be."""
    if not content_type:
        return True
    return content_type.partition(";")[0].strip().lower() in _READ


def choose_media_type(accept: str | None) -> str:
    """The type that the client likes best; JSON when it likes neither: nobody is turned away."""
    if accept is None or GRAPHQL not in accept:
        return JSON
    liked = [(-_quality(part), place, part) for place, part in enumerate(accept.split(","))]
    for _, __, part in sorted(liked):
        media = part.partition(";")[0].strip().lower()
        if media == GRAPHQL:
            return GRAPHQL
        if media in {JSON, "application/*", "*/*"}:
            return JSON
    return JSON


def _quality(part: str) -> float:
    for parameter in part.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
