"""The world of Highnote: what there is, its switches, and how a sandbox gets names of its own."""
