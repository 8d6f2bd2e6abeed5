"""What in a document is private: literals, and the names that stand for private fields."""

from graphql import FieldNode, VariableNode
from graphql.language import (
    ArgumentNode,
    FloatValueNode,
    IntValueNode,
    ObjectFieldNode,
    StringValueNode,
    Visitor,
)

from emulator.core.journal import MASK
from emulator.providers.highnote.privacy import PRIVATE


class PrivateNames(Visitor):
    """Masks literals, and collects the names under which private values go by."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.has_literals = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """An alias of a private field."""
        if node.alias is not None and node.name.value in PRIVATE:
            self.found.add(node.alias.value)

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        """A variable in the place of a private argument."""
        self._enter_named(node)

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        """A variable in the place of a private field."""
        self._enter_named(node)

    def _enter_named(self, node: ArgumentNode | ObjectFieldNode) -> None:
        if node.name.value in PRIVATE and isinstance(node.value, VariableNode):
            self.found.add(node.value.name.value)

    def leave_string_value(self, *_: object) -> StringValueNode:
        """A text."""
        self.has_literals = True
        return StringValueNode(value=MASK, block=False)

    def leave_int_value(self, *_: object) -> IntValueNode:
        """A whole number."""
        self.has_literals = True
        return IntValueNode(value="0")

    def leave_float_value(self, *_: object) -> FloatValueNode:
        """A number."""
        self.has_literals = True
        return FloatValueNode(value="0")
