"""useGrant's decisions, pure: one module for each thing that is decided about."""
