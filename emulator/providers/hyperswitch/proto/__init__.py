"""The service's messages under `types`, generated: see emulator/edge/proto/generate.py."""
