"""Messages of the standard services, generated: see generate.py."""
