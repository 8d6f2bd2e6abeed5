"""Between a transport and the core: bytes in, one transact, bytes out. Knows no provider by name."""
