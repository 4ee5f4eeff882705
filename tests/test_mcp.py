"""The MCP server as assistants use it: started as a program and called by the SDK's client over stdio."""

from __future__ import annotations

import asyncio
import base64
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import CallToolResult
from test_no_network import HOOK, network_calls

from mettici import PhotoChecker
from mettici.policy import names

Result = TypeVar("Result")
GOOD, OFF_CENTRE, TWO = "portrait_good.jpg", "spoiled_off_centre.jpg", "spoiled_two_people.jpg"
STARTS = {"command": ["-m", "mettici", "mcp"], "module": ["-m", "mettici.integrations.mcp"]}


def asked(work: Callable[[Client], Awaitable[Result]], start: str = "command", **environment: str) -> Result:
    """The result of `work` with a client of a fresh server."""

    async def main() -> Result:
        how = StdioServerParameters(command=sys.executable, args=STARTS[start], env={**os.environ, **environment})
        async with Client(how, read_timeout_seconds=120) as client:
            return await work(client)

    return asyncio.run(main())


def held(answer: CallToolResult) -> dict[str, Any]:
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    return answer.structured_content


def said(answer: CallToolResult) -> str:
    return " ".join(part.text for part in answer.content if part.type == "text")


@pytest.mark.parametrize("start", STARTS)
def test_assistants_see_three_read_only_tools(start: str) -> None:
    async def work(client: Client) -> Any:
        return client.instructions, (await client.list_tools()).tools

    instructions, tools = asked(work, start)
    assert "never the person" in instructions
    assert {tool.name for tool in tools} == {"check_photo", "rank_photos", "photo_requirements"}
    for tool in tools:
        assert tool.description
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        fields = tool.input_schema["properties"]
        assert all(field.get("description") for name, field in fields.items() if name != "photos")


def test_photos_are_judged_as_by_the_library(samples: Path, checker: PhotoChecker) -> None:
    data_url = "data:image/jpeg;base64," + base64.b64encode((samples / GOOD).read_bytes()).decode()

    async def work(client: Client) -> list[dict[str, Any]]:
        calls = [
            ("check_photo", {"photo": str(samples / OFF_CENTRE), "policy": "linkedin", "lang": "it-IT"}),
            ("check_photo", {"photo": data_url}),
            ("rank_photos", {"photos": [str(samples / n) for n in (TWO, OFF_CENTRE, GOOD, "broken/text.jpg")]}),
            ("photo_requirements", {"policy": "cv", "lang": "es"}),
        ]
        return [held(await client.call_tool(*call)) for call in calls]

    by_path, by_bytes, ranked, cv = asked(work)
    own = checker.under("linkedin").check(samples / OFF_CENTRE)
    assert {k: v for k, v in by_path.items() if k not in ("timing_ms", "advice")} == {
        k: v for k, v in own.to_dict("it").items() if k != "timing_ms"
    }
    assert by_path["advice"] == own.advice("it")
    assert by_path["crop"]["box"] == list(own.crop.box) if own.crop else by_path["crop"] is None
    assert (by_bytes["verdict"], by_bytes["path"]) == ("accept", "data:…")
    assert [Path(one["photo"]).name for one in ranked["ranking"]] == [GOOD, OFF_CENTRE, TWO]
    assert [one["place"] for one in ranked["ranking"]] == [1, 2, 3]
    assert ranked["ranking"][1]["advice"]
    assert ranked["why"]["points"] == ranked["ranking"][0]["score"] - ranked["ranking"][1]["score"]
    assert ranked["why"]["better"]
    assert [one["error"] for one in ranked["failed"]] == ["not_an_image"]
    assert cv["crop"] == {"shape": "3:4", "size": [531, 708]}
    assert "Solicitud de empleo" in cv["about"]
    assert {check["id"] for check in cv["checks"]} >= {"smile", "single_face"}


def test_errors_come_with_a_remedy(samples: Path) -> None:
    async def work(client: Client) -> list[CallToolResult]:
        calls = [
            ("check_photo", {"photo": "https://example.org/me.jpg"}),
            ("check_photo", {"photo": "/nowhere/me.jpg"}),
            ("check_photo", {"photo": str(samples / GOOD), "policy": "nobody"}),
            ("rank_photos", {"photos": [str(samples / GOOD)], "policy": "nobody"}),
            ("photo_requirements", {"policy": "nobody", "lang": "it"}),
            ("rank_photos", {"photos": []}),
        ]
        return [await client.call_tool(*call) for call in calls]

    address, nowhere, policy, ranking, italian, none = asked(work)
    assert all(answer.is_error for answer in (address, nowhere, policy, ranking, italian, none))
    assert "never uses the network" in said(address)
    assert "There is no file /nowhere/me.jpg." in said(nowhere)
    assert all(name in said(policy) for name in names())
    assert "There is no policy nobody." in said(ranking)
    assert "nobody non esiste" in said(italian)


def test_it_does_not_use_the_network(samples: Path, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    log.touch()
    (tmp_path / "sitecustomize.py").write_text(HOOK.format(log=str(log)), "utf-8")

    async def work(client: Client) -> CallToolResult:
        await client.call_tool("check_photo", {"photo": "https://example.org/me.jpg"})
        return await client.call_tool("check_photo", {"photo": str(samples / GOOD)})

    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    assert held(asked(work, PYTHONPATH=path))["verdict"] == "accept"
    assert network_calls(log) == []


def test_it_ends_with_its_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mettici", "mcp"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError('no', name='mcp')", "utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "mettici", "mcp"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 4
    assert "mettici[mcp]" in done.stderr
