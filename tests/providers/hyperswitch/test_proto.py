import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf import descriptor_pool

from emulator.providers.hyperswitch.connectors import CONNECTORS
from emulator.providers.hyperswitch.proto import enums_pb2, service_pb2
from emulator.providers.hyperswitch.proto.generate import (
    DERIVED,
    DIGESTS,
    EDGE,
    HYPERSWITCH,
    derive,
    digests,
)
from emulator.providers.hyperswitch.proto.ucs import service_pb2 as ucs_service_pb2

ROOT = Path(__file__).parent.parent.parent.parent

HAS_PROTOC = importlib.util.find_spec("grpc_tools") is not None


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """The generator works at the root of a checkout."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("folder", [EDGE, HYPERSWITCH])
def test_generated_files_are_fresh(folder: Path) -> None:
    """Every generated file was made from the sources as they are, and not touched since."""
    assert (folder / DIGESTS).read_text() == "".join(digests(folder))


@pytest.mark.parametrize("target", DERIVED)
def test_derived_sources_are_fresh(target: Path) -> None:
    """What differs in its package alone is made from the other."""
    assert target.read_text() == derive(DERIVED[target])


@pytest.mark.skipif(not HAS_PROTOC, reason="the extra `proto` is not installed")
def test_generating_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protoc makes the very same files anew."""
    shutil.copytree(ROOT / "emulator", tmp_path / "emulator")
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "emulator.providers.hyperswitch.proto.generate"]
    subprocess.run(command, check=True, env={"PYTHONPATH": str(tmp_path)})  # noqa: S603
    for folder in (EDGE, HYPERSWITCH):
        assert (folder / DIGESTS).read_text() == (ROOT / folder / DIGESTS).read_text()


def test_both_packages_have_one_shape() -> None:
    """The older package's messages have the numbers and types of the newer one's."""
    old = ucs_service_pb2.DESCRIPTOR.services_by_name["MerchantAuthenticationService"]
    new = service_pb2.DESCRIPTOR.services_by_name["MerchantAuthenticationService"]
    for method in old.methods:
        twin = new.methods_by_name[method.name]
        for mine, other in (
            (method.input_type, twin.input_type),
            (method.output_type, twin.output_type),
        ):
            assert [(f.name, f.number, f.type) for f in mine.fields] == [
                (f.name, f.number, f.type) for f in other.fields
            ]


def test_every_published_connector_is_known() -> None:
    """The enumeration and the table of connectors name the same, but for those named later."""
    published = {name.lower() for name in enums_pb2.Connector.DESCRIPTOR.values_by_name}
    assert published - {"connector_unspecified"} <= set(CONNECTORS)


def test_messages_stay_out_of_the_default_pool() -> None:
    """A program that loads the provider's own SDK beside the emulator gets no clash of names."""
    with pytest.raises(KeyError):
        descriptor_pool.Default().FindMessageTypeByName("types.Money")
