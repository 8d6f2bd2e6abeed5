"""Generates every `_pb2.py` and `.pyi` from the .proto files, those of the gRPC edge too.

`python -m emulator.providers.hyperswitch.proto.generate`, at the root of a checkout, with the extra
`proto`: an older protoc, so that what it writes runs under both current major versions of protobuf.
Messages go into a pool of their own, and a list of digests says from which sources which files were
made.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

EDGE = Path("emulator/edge/proto")
HYPERSWITCH = Path("emulator/providers/hyperswitch/proto")
DIGESTS = "generated.sha256"

# A file that differs from another in its package alone is made from it: target -> source.
DERIVED: Mapping[Path, Path] = {
    EDGE / "reflection_v1alpha.proto": EDGE / "reflection.proto",
    **{
        HYPERSWITCH / "ucs" / f"{name}.proto": HYPERSWITCH / f"{name}.proto"
        for name in ("enums", "shared", "wallets", "legacy")
    },
}

_REPLACED = (
    ("package types;", "package ucs.v2;"),
    (f'import "{HYPERSWITCH.as_posix()}/', f'import "{HYPERSWITCH.as_posix()}/ucs/'),
    ("package grpc.reflection.v1;", "package grpc.reflection.v1alpha;"),
)

# What protoc writes, and what stands there instead.
_MENDED = (
    (
        "from google.protobuf import descriptor_pool as _descriptor_pool\n",
        "from emulator.edge.proto.pool import POOL as _POOL\n",
    ),
    ("_descriptor_pool.Default()", "_POOL"),
    (", _Mapping]", ", _Mapping[str, object]]"),  # as strict type checking wants it
)


def main() -> None:
    """Write all anew."""
    for target, source in DERIVED.items():
        target.write_text(derive(source))
    protos = [str(proto) for folder in (EDGE, HYPERSWITCH) for proto in sources(folder)]
    command = [sys.executable, "-m", "grpc_tools.protoc", "-I.", "--python_out=.", "--pyi_out=."]
    subprocess.run([*command, *protos], check=True)  # noqa: S603 - our own files
    for folder in (EDGE, HYPERSWITCH):
        for file in folder.rglob("*_pb2.py*"):
            file.write_text(_mended(file.read_text()))
        (folder / DIGESTS).write_text("".join(digests(folder)))


def derive(source: Path) -> str:
    """A file with the other package's name."""
    text = f"// Made from {source.name} by generate.py: change that one.\n\n{source.read_text()}"
    for old, new in _REPLACED:
        text = text.replace(old, new)
    return text


def sources(folder: Path) -> list[Path]:
    """The .proto files of a folder."""
    return sorted(folder.rglob("*.proto"))


def digests(folder: Path) -> Iterator[str]:
    """One line for each source and each file made from one."""
    made = [*folder.rglob("*_pb2.py"), *folder.rglob("*_pb2.pyi")]
    for file in sorted([*sources(folder), *made]):
        yield f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n"


def _mended(text: str) -> str:
    for old, new in _MENDED:
        text = text.replace(old, new)
    return text


if __name__ == "__main__":
    main()
