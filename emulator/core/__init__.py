"""What every provider shares: the log of facts, its fold, time, keys, tokens, faults, calls.

Knows no transport, no provider and no environment.
"""
