"""Highnote's decisions, pure: who may do what, minting, cards, holders, documents, reading."""
