"""`mettici serve`: serve the page and the HTTP API."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import click

from mettici.cli.help import Command
from mettici.cli.terminal import lang_option, page, policy_option, show
from mettici.errors import LibraryError
from mettici.messages import say

if TYPE_CHECKING:
    from socket import socket

log = logging.getLogger(__name__)


@click.command("serve", cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), metavar="N")
@click.option("--workers", type=click.IntRange(1), metavar="N")
@click.option("--per-client", type=click.IntRange(1), metavar="N")
@click.option("--root-path", default="", metavar="PREFIX")
@click.option("--proxy", metavar="ADDRESS")
@click.option("--metrics", is_flag=True)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
@policy_option
@lang_option
def command(
    host: str,
    port: int,
    workers: int | None,
    per_client: int | None,
    root_path: str,
    proxy: str | None,
    metrics: bool,
    log_format: str,
    policy: str,
    lang: str,
) -> None:
    """The help text is in the catalogues, under `cli.serve`."""
    from mettici.process import configure
    from mettici.vision.weights import manifest, verified

    configure()
    try:
        from mettici.web import create_app
        from mettici.web.logs import escape_server_logs
        from mettici.web.server import listen
    except ModuleNotFoundError as error:
        raise LibraryError("extra", name=error.name or "?", extra="web") from error
    for name in manifest():
        verified(name)
    app = create_app(
        policy=policy, isolated=True, workers=workers, per_client=per_client, root_path=root_path, metrics=metrics
    )
    sockets = listen(host, port)
    escape_server_logs()
    _serve(app, sockets, proxy, lang, as_json=log_format == "json")


def _serve(app: Any, sockets: list[socket], proxy: str | None, lang: str, *, as_json: bool) -> None:
    """Serve until a signal stops it."""
    from mettici.web import logs
    from mettici.web.connections import limited_protocol
    from mettici.web.server import Server, make_config, url

    def report_ready() -> None:
        text = say("serve.ready", lang, address=url(sockets[0]))
        if as_json:
            log.info(text)
        else:
            show(page(lang, err=True).fit(text), err=True)

    log_options: dict[str, Any] = {}
    if as_json:
        logs.log_as_json()
        log_options = {"log_config": None, "access_log": False}
    config = make_config(app, proxy=proxy, http=limited_protocol(), **log_options)
    Server(config, app.state.service, report_ready).run(sockets)
