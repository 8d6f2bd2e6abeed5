"""Scenarios: scripts of faults and clock, from files, played in a sandbox on its own clock."""
