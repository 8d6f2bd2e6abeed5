"""What has an id, and the organization [schema] H."""

import strawberry


@strawberry.interface
class Node:
    """Anything that `node(id)` finds."""

    id: strawberry.ID


@strawberry.type
class Organization(Node):
    """Whose API key it is."""
