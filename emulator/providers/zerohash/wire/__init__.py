"""zerohash's wire: the shapes of its bodies, reading them, and what in them is personal."""
