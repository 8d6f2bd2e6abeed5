"""zerohash's decisions, pure: mint, revoke, look up and create participants, the time."""
