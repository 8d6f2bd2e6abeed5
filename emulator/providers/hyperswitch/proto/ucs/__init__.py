"""The service's messages under `ucs.v2`, generated: see emulator/edge/proto/generate.py."""
