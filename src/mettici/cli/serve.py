"""`mettici serve`: the page and the HTTP API, on this machine."""

from __future__ import annotations

import click

from mettici.cli.terminal import lang_option, page, policy_option
from mettici.errors import LibraryError
from mettici.messages import say


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

    Ctrl-C, SIGTERM and SIGHUP end it: photos in hand are judged, for five seconds at most, and whoever is still sending
    one is told to send it again.
    """
    from mettici.process import settle
    from mettici.vision.weights import manifest, verified

    settle()
    try:
        from mettici.web import create_app
        from mettici.web.logs import escape_server_logs
        from mettici.web.patience import protocol
        from mettici.web.server import Server, address, configured, listening
    except ModuleNotFoundError as error:
        raise LibraryError("extra", name=error.name or "?", extra="web") from error
    for name in manifest():
        verified(name)
    app = create_app(policy=policy, isolated=True, workers=workers, per_client=per_client, root_path=root_path)
    sockets = listening(host, port)
    escape_server_logs()

    def ready() -> None:
        told = say("serve.ready", lang, address=address(sockets[0]))
        click.echo(page(lang, err=True).fit(told), err=True)

    Server(configured(app, proxy=proxy, http=protocol()), app.state.service, ready).run(sockets)
