"""What a service allows. Every default of the web stands here, or in `mettici.aio`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mettici.aio import QUEUE, TIMEOUT
from mettici.image.limits import UPLOAD_BYTES
from mettici.image.photo import Limits
from mettici.policy import DEFAULT, Policy


@dataclass(frozen=True)
class Settings:
    """- `policy`: what is asked of a photo where the request does not say: a name, a TOML file, or a `Policy`.
    - `isolated`: judge in processes, one for each worker, so that a photo which crashes or hangs its decoder costs only
      itself. The program that sets it must be importable by them: `if __name__ == "__main__"` around what it runs.
    - `workers`: photos judged at once; one for each core where left out. `queue`: requests that wait beside them.
    - `timeout`: seconds for a photo, `upload_timeout`: seconds for a body to arrive.
    - `max_bytes`: of one photo. `max_body`: of several in one request.
    - `uploads`: bodies on their way at once, beside the photos that wait; `max_arriving`: bytes of all bodies in
      memory, from their arrival to their answer. Where either is reached, the slowest of the busiest address gives way.
    - `max_pixels`: 50 million, above what phones give unless told otherwise (48.8): cutting a crop out of them at full
      size takes 350 MB at most.
    - `shots`: photos compared in one request. `per_client`: requests one address may have under way; None: any number.
    - `root_path`: the prefix under which a proxy shows the service, such as "/photo".
    - `metrics`: tell Prometheus, at `/metrics`, of counts, seconds and the queue.
    """

    policy: str | Path | Policy = DEFAULT
    isolated: bool = False
    workers: int | None = None
    queue: int = QUEUE
    timeout: float = TIMEOUT
    upload_timeout: float = 30.0
    max_bytes: int = UPLOAD_BYTES
    max_body: int = 80 * 2**20
    uploads: int = 64
    max_arriving: int = 320 * 2**20
    max_pixels: int = 50_000_000
    shots: int = 8
    per_client: int | None = None
    root_path: str = ""
    metrics: bool = False

    limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", Limits(max_bytes=self.max_bytes, max_pixels=self.max_pixels))
