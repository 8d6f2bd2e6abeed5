"""useGrant's shapes with its own field names: bodies in, answers out, words of refusal."""

# What is secret: masked in journals and logs.
PRIVATE = frozenset({"accessToken", "authorization", "token"})
