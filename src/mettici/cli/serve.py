"""`mettici serve`: the page and the HTTP API, on this machine."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import click

from mettici.cli.helping import Command
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
    """The command. Its help stands in the catalogues, under `cli.serve`."""
    from mettici.process import configure
    from mettici.vision.weights import manifest, verified

    configure()
    try:
        from mettici.web import create_app
        from mettici.web.logs import escape_server_logs
        from mettici.web.server import listening
    except ModuleNotFoundError as error:
        raise LibraryError("extra", name=error.name or "?", extra="web") from error
    for name in manifest():
        verified(name)
    app = create_app(
        policy=policy, isolated=True, workers=workers, per_client=per_client, root_path=root_path, metrics=metrics
    )
    sockets = listening(host, port)
    escape_server_logs()
    _serve(app, sockets, proxy, lang, as_json=log_format == "json")


def _serve(app: Any, sockets: list[socket], proxy: str | None, lang: str, *, as_json: bool) -> None:
    """Until it is told to stop."""
    from mettici.web import logs
    from mettici.web.patience import protocol
    from mettici.web.server import Server, address, configured

    def ready() -> None:
        told = say("serve.ready", lang, address=address(sockets[0]))
        if as_json:
            log.info(told)
        else:
            show(page(lang, err=True).fit(told), err=True)

    without_logs: dict[str, Any] = {}
    if as_json:
        logs.set_up()
        without_logs = {"log_config": None, "access_log": False}
    Server(configured(app, proxy=proxy, http=protocol(), **without_logs), app.state.service, ready).run(sockets)
