"""`mettici serve`: the page and the HTTP API, on this machine."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import click

from mettici.cli.terminal import lang_option, page, policy_option
from mettici.errors import LibraryError
from mettici.messages import say

if TYPE_CHECKING:
    from socket import socket

log = logging.getLogger(__name__)


@click.command("serve", short_help="The web page and the HTTP API on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at: this machine alone.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option("--workers", type=click.IntRange(1), help="Photos judged at once. Default: one for each core.")
@click.option("--per-client", type=click.IntRange(1), help="Requests that one address may have under way.")
@click.option("--root-path", default="", metavar="PREFIX", help="The path under which a proxy shows the service.")
@click.option("--proxy", metavar="ADDRESS", help="Take the client's address from this proxy's X-Forwarded-For.")
@click.option("--metrics", is_flag=True, help="Tell Prometheus, at /metrics, of counts, seconds and the queue.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How logs are written to standard error; json: a line each, requests included.",
)
@policy_option
@lang_option
def command(
    host: str, port: int, workers: int | None, per_client: int | None, root_path: str, proxy: str | None,
    metrics: bool, log_format: str, policy: str, lang: str,
) -> None:  # fmt: skip
    """Serve the page and the HTTP API. Photos are judged in memory, each in a process of its own that no other photo
    depends on, and kept nowhere.

    Anyone who reaches another --host than 127.0.0.1 can have photos judged: put a proxy with TLS before it. Browsers
    give the camera to pages of 127.0.0.1 and of HTTPS only.

    Whoever sends a request can write any X-Forwarded-For: it is read only where --proxy names, by address or network,
    who is believed.

    Ctrl-C, SIGTERM and SIGHUP end it: photos in hand are judged, for five seconds at most, and whoever is still sending
    one is told to send it again.
    """
    from mettici.process import settle
    from mettici.vision.weights import manifest, verified

    settle()
    try:
        from mettici.web import create_app
        from mettici.web.logs import escape_server_logs
        from mettici.web.server import listening
    except ModuleNotFoundError as error:
        raise LibraryError("extra", name=error.name or "?", extra="web") from error
    for name in manifest():
        verified(name)
    app = create_app(policy=policy, isolated=True, workers=workers, per_client=per_client, root_path=root_path,
                     metrics=metrics)  # fmt: skip
    sockets = listening(host, port)
    escape_server_logs()
    _serve(app, sockets, proxy, lang, as_json=log_format == "json")


def _serve(app: Any, sockets: list[socket], proxy: str | None, lang: str, *, as_json: bool) -> None:
    """Until it is told to stop."""
    from mettici.web import json_logs
    from mettici.web.patience import protocol
    from mettici.web.server import Server, address, configured

    def ready() -> None:
        told = say("serve.ready", lang, address=address(sockets[0]))
        if as_json:
            log.info(told)
        else:
            click.echo(page(lang, err=True).fit(told), err=True)

    logs: dict[str, Any] = {}
    if as_json:
        json_logs.set_up()
        logs = {"log_config": None, "access_log": False}
    Server(configured(app, proxy=proxy, http=protocol(), **logs), app.state.service, ready).run(sockets)
