"""Judging photos from an event loop. Run: python examples/async_avatar.py me.jpg you.jpg"""

import asyncio
import sys

from mettici.aio import AsyncPhotoChecker


async def main(paths: list[str]) -> None:
    """All at once; the loop stays free for whatever else it serves."""
    async with AsyncPhotoChecker() as checker:
        for report in await asyncio.gather(*(checker.check(path) for path in paths)):
            print(report.path, report.verdict.value, round(report.score))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
