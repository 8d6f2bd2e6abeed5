"""The descriptors of all messages here, apart from the process's default pool.

A program that embeds the emulator may also load a provider's own SDK, whose messages have the same
full names: in one pool the second of the two would be refused.
"""

from google.protobuf.descriptor_pool import DescriptorPool

POOL = DescriptorPool()
