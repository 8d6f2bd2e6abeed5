"""The connector service's decisions, pure."""

from emulator.providers.hyperswitch.rules.access import AccessToken, create_access_token
from emulator.providers.hyperswitch.rules.sessions import (
    Started,
    create_client_token,
    create_sdk_session_token,
    create_session_token,
)

__all__ = [
    "AccessToken",
    "Started",
    "create_access_token",
    "create_client_token",
    "create_sdk_session_token",
    "create_session_token",
]
