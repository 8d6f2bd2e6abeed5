"""Faults at the edge: how they are written down, what of it could never happen, the header's door.

What a fault does to an answer on its way out is carried out here too.
"""
