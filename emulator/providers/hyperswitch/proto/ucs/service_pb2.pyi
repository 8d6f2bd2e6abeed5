from emulator.providers.hyperswitch.proto.ucs import legacy_pb2 as _legacy_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
