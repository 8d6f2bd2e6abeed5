"""What a team outside has: a backend of its own, and tests of it that need no provider.

Of the emulator they use only what its documentation names: the fixtures of its pytest plugin.
"""
