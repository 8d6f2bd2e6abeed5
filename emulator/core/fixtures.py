"""The fixture world: YAML files read, checked and built into tables. The one room that reads them.

A file maps provider to kind to a list of records; `replace: true` beside the kinds starts that
provider empty. Later layers lie over earlier ones by key.
"""

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from emulator.core.world import AnyKind, Base, Blueprint, World, build_base

Document = Mapping[str, Mapping[str, Any]]


class FixtureError(ValueError):
    """A fixture file or document can't be used; the text says where and why."""


class Worlds:
    """The fixture worlds of a process, by digest. `paths`: files or folders, later over earlier."""

    def __init__(self, blueprints: Sequence[Blueprint], paths: Sequence[Path]) -> None:
        self._blueprints = tuple(blueprints)
        self._paths = tuple(paths)
        self._known: dict[str, World] = {}
        self._partial: set[str] = set()
        self._kinds = {kind.id for blueprint in blueprints for kind in blueprint.kinds}
        self._stamp: tuple[object, ...] = ()
        self._current = ""
        self.resolve = lru_cache(maxsize=256)(self._resolve)

    def current(self) -> World:
        """The world as the files have it now; files that changed are read again.

        Raises:
            FixtureError: a file is missing or does not hold a world.
        """
        files = [file for path in self._paths for file in list_files(path)]
        stamp = tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
        if stamp != self._stamp or not self._current:
            world = build_world(self._blueprints, [(str(file), read_yaml(file)) for file in files])
            self._known[world.digest] = world
            self._current, self._stamp = world.digest, stamp
        return self._known[self._current]

    def check(self, document: Document) -> None:
        """Whether a document can be laid over the current world.

        Raises:
            FixtureError: it can't.
        """
        build_world(self._blueprints, [("fixtures", document)], over=self.current())

    def knows(self, digest: str) -> bool:
        """Whether that world is at hand."""
        return digest in self._known

    @property
    def partial(self) -> Container[str]:
        """The worlds at hand that have kinds which are not known here."""
        return self._partial

    def has_kind(self, name: str) -> bool:
        """Whether a kind of that id is known here."""
        return name in self._kinds

    def document(self, digest: str) -> bytes:
        """A world at hand as JSON, for another process to learn."""
        return encode_world(self._known[digest].bases)

    def learn(self, digest: str, document: bytes) -> None:
        """Take in a world that another process built, which had other files or providers.

        A provider that it had not takes the current world's records.

        Raises:
            FixtureError: it does not fit the kinds that there are here.
        """
        rows: dict[str, list[object]] = msgspec.json.decode(document)
        layer: dict[str, dict[str, Any]] = {}
        for name in self._kinds.intersection(rows):
            provider, _, kind = name.partition(".")
            layer.setdefault(provider, {"replace": True})[kind] = rows[name]
        place = f"the world {digest[:12]}"
        world = build_world(self._blueprints, [(place, layer)], over=self.current())
        self._known[digest] = World(digest, world.bases)
        if not self._kinds.issuperset(rows):
            self._partial.add(digest)

    def _resolve(self, digest: str, overlay: bytes = b"{}") -> World:
        """The world of a digest, with a document of JSON over it."""
        world = self._known[digest]
        document = msgspec.json.decode(overlay)
        if not document:
            return world
        return build_world(self._blueprints, [("fixtures", document)], over=world)


def build_world(
    blueprints: Sequence[Blueprint],
    layers: Iterable[tuple[str, Document]],
    over: World | None = None,
) -> World:
    """A world of layers (where it is from, what it holds), laid over another.

    Raises:
        FixtureError: unknown providers, kinds or fields, wrong types, a key claimed twice in a
            layer, a home claimed twice, or a record whose parent does not exist.
    """
    kinds = {kind.id: kind for blueprint in blueprints for kind in blueprint.kinds}
    records = {name: dict(over.bases[name].records) if over else {} for name in kinds}
    for place, document in layers:
        _lay(place, document, kinds, records)
    bases: dict[str, Base[msgspec.Struct]] = {
        name: build_base(kind, records[name].values()) for name, kind in kinds.items()
    }
    _check_parents(kinds, bases)
    _check_homes(kinds, bases)
    return World(hashlib.sha256(encode_world(bases)).hexdigest(), bases)


def encode_world(bases: Mapping[str, Base[msgspec.Struct]]) -> bytes:
    """The records of a world by kind, as JSON."""
    return msgspec.json.encode({name: list(base.records.values()) for name, base in bases.items()})


def _lay(
    place: str,
    document: Document,
    kinds: Mapping[str, AnyKind],
    records: Mapping[str, dict[str, msgspec.Struct]],
) -> None:
    providers = {name.partition(".")[0] for name in kinds}
    for provider, content in _mapping(place, document).items():
        _known(place, "provider", provider, providers)
        content = dict(_mapping(f"{place}: {provider}", content))  # noqa: PLW2901
        replace = content.pop("replace", False)
        if not isinstance(replace, bool):
            raise FixtureError(f"{place}: {provider}: replace must be true or false")
        if replace:
            for name in kinds:
                if name.startswith(f"{provider}."):
                    records[name].clear()
        names = {name.partition(".")[2] for name in kinds if name.startswith(f"{provider}.")}
        for kind_name, rows in content.items():
            _known(f"{place}: {provider}", "kind", kind_name, names)
            kind = kinds[f"{provider}.{kind_name}"]
            records[kind.id].update(_parse_rows(f"{place}: {provider}.{kind_name}", kind, rows))


def _parse_rows(place: str, kind: AnyKind, rows: object) -> dict[str, msgspec.Struct]:
    if not isinstance(rows, list):
        raise FixtureError(f"{place}: must be a list of records")
    parsed: dict[str, msgspec.Struct] = {}
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        where = f"{place}[{number}]"
        try:
            record = msgspec.convert(row, kind.record)
        except msgspec.ValidationError as error:
            raise FixtureError(f"{where}: {error}") from None
        key = kind.key_of(record)
        if key in parsed:
            raise FixtureError(f"{where}: {kind.key} {key!r} is claimed already by [{seen[key]}]")
        parsed[key], seen[key] = record, number
    return parsed


def _check_parents(kinds: Mapping[str, AnyKind], bases: Mapping[str, Base[msgspec.Struct]]) -> None:
    for name, kind in kinds.items():
        if kind.parent is None:
            continue
        parents = bases[f"{kind.provider}.{kind.parent.kind}"].records
        for key, record in bases[name].records.items():
            parent = getattr(record, kind.parent.field)
            if parent not in parents:
                raise FixtureError(
                    f"{name} {key!r}: {kind.parent.field} {parent!r} is none of {kind.parent.kind}"
                )


def _check_homes(kinds: Mapping[str, AnyKind], bases: Mapping[str, Base[msgspec.Struct]]) -> None:
    """What leads a call to its sandbox leads to one record there."""
    for name, kind in kinds.items():
        if kind.home is None:
            continue
        holders: dict[str, str] = {}
        for key, record in bases[name].records.items():
            home = getattr(record, kind.home)
            holder = holders.setdefault(home, key)
            if holder != key:
                raise FixtureError(
                    f"{name} {key!r}: {kind.home} {home!r} is claimed already by {holder!r}"
                )


def _known(place: str, what: str, name: str, names: Iterable[str]) -> None:
    names = sorted(names)
    if name not in names:
        near = get_close_matches(name, names) or names
        raise FixtureError(f"{place}: no {what} {name!r}; there is {', '.join(near)}")


def _mapping(place: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise FixtureError(f"{place}: must be a mapping with names")
    return value


def list_files(path: Path) -> list[Path]:
    """The YAML files of a folder, in order; of a file that one.

    Raises:
        FixtureError: there is no such thing.
    """
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix in {".yaml", ".yml"})
    if not path.exists():
        raise FixtureError(f"{path}: no such file or folder")
    return [path]


MAX_VALUES = 2_000_000

_MERGE = "tag:yaml.org,2002:merge"  # `<<: *other`


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML with duplicate keys refused: the later one would win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen: set[object] = set()
        for key_node, _ in node.value:
            if key_node.tag == _MERGE:
                continue
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise FixtureError(f"line {line}: a name must be a text")
            key = self.construct_object(key_node)
            if key in seen:
                raise FixtureError(f"line {line}: {key!r} stands twice")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)  # type: ignore[no-any-return]


def _count_values(value: object, known: dict[int, int]) -> int:
    """How many values there are with every alias written out.

    Raises:
        ValueError: too many, or one that stands within itself.
    """
    if not isinstance(value, dict | list):
        return 1
    found = known.get(id(value))
    if found is None:
        known[id(value)] = 0  # under way: nothing else counts as none
        members = value.values() if isinstance(value, dict) else value
        found = known[id(value)] = 1 + sum(_count_values(member, known) for member in members)
    if not found:
        raise ValueError("an alias stands within what it names")
    if found > MAX_VALUES:
        raise ValueError(f"its aliases make more than {MAX_VALUES:,} values of it")
    return found


def read_yaml(file: Path) -> Document:
    """What a YAML file holds; no name stands in it twice.

    Raises:
        FixtureError: it can't be read.
    """
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506
        _count_values(document, {})
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        # ValueError: no UTF-8, a duplicate, or a date or number that is none.
        raise FixtureError(f"{file}: {' '.join(str(error).split())}") from None
    return document or {}
