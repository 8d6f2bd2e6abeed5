"""Highnote's GraphQL schema: a strict subset of the published one, types by topic [schema] H.

A type's name says what it is, so most have no other words. Imported only when the door opens:
strawberry costs 150 ms.
"""
