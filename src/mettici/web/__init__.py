"""The web page and the HTTP API. `create_app` builds the ASGI application; it needs the extra `web`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mettici.web.app import create_app
    from mettici.web.settings import Settings

__all__ = ["Settings", "create_app"]


def __getattr__(name: str) -> Any:
    """Import FastAPI only on first use: the command line's help does not need it."""
    if name == "create_app":
        from mettici.web.app import create_app

        return create_app
    if name == "Settings":
        from mettici.web.settings import Settings

        return Settings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
