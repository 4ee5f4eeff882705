"""`mettici serve`: the page and the HTTP API, on this machine."""

from __future__ import annotations

from typing import Any

import click

from mettici.cli.terminal import lang_option, policy_option
from mettici.errors import LibraryError


@click.command("serve", short_help="The web page and the HTTP API on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at: this machine alone.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option("--workers", type=click.IntRange(1), help="Photos judged at once. Default: one for each core.")
@click.option("--per-client", type=click.IntRange(1), help="Requests that one address may have under way.")
@click.option("--root-path", default="", metavar="PREFIX", help="The path under which a proxy shows the service.")
@click.option("--proxy", metavar="ADDRESS", help="Take the client's address from this proxy's X-Forwarded-For.")
@policy_option
@lang_option
def command(
    host: str, port: int, workers: int | None, per_client: int | None, root_path: str, proxy: str | None, policy: str,
    lang: str,
) -> None:  # fmt: skip
    """Serve the page and the HTTP API. Photos are judged in memory, each in a process of its own that no other photo
    depends on, and kept nowhere.

    Anyone who reaches another --host than 127.0.0.1 can have photos judged: put a proxy with TLS before it. Browsers
    give the camera to pages of 127.0.0.1 and of HTTPS only.

    Whoever sends a request can write any X-Forwarded-For: it is read only where --proxy names, by address or network,
    who is believed.
    """
    del lang  # read by what says errors
    from mettici.process import settle

    settle()
    try:
        import uvicorn

        from mettici.web import create_app
        from mettici.web.logs import escape_server_logs
        from mettici.web.patience import protocol
    except ModuleNotFoundError as error:
        raise LibraryError("extra", name=error.name or "?", extra="web") from error
    app = create_app(policy=policy, isolated=True, workers=workers, per_client=per_client, root_path=root_path)
    escape_server_logs()
    trust: dict[str, Any] = {"proxy_headers": proxy is not None, "forwarded_allow_ips": proxy or ""}
    uvicorn.run(app, host=host, port=port, timeout_graceful_shutdown=5, server_header=False,
                http=protocol(), **trust)  # fmt: skip
