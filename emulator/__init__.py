"""A local emulator of payment and identity providers' token APIs."""

__version__ = "0.1.0.dev0"
