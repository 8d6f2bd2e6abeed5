"""Between a transport and the core: bytes in, one transact, bytes out. Names no provider."""
