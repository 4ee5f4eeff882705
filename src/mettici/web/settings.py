"""The settings of a service. Defaults are defined here and in `mettici.aio`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mettici.aio import QUEUE, TIMEOUT
from mettici.image.limits import UPLOAD_BYTES
from mettici.image.photo import Limits
from mettici.policy import DEFAULT, Policy


@dataclass(frozen=True)
class Settings:
    """- `policy`: used if the request names none: a policy's name, a TOML file, or a `Policy`.
    - `isolated`: judge in processes, one per worker, so that a photo that crashes or hangs its decoder does not harm
      the service. They import the main module, so it must guard what it runs with `if __name__ == "__main__"`.
    - `workers`: photos judged at once; default: one per core. `queue`: requests that may wait for a worker.
    - `timeout`: seconds for one photo. `upload_timeout`: seconds for a body to arrive.
    - `max_bytes`: size of one photo. `max_body`: size of a request with several photos.
    - `uploads`: request bodies in memory at once, from arrival to response. `max_arriving`: their bytes in total. At
      either limit, the slowest body of the busiest address is evicted.
    - `max_pixels`: 50 million, just above the default of current phones (48.8). Cropping such a photo at full size
      takes up to 350 MB.
    - `shots`: photos compared in one request. `per_client`: concurrent requests per address; None: unlimited.
    - `root_path`: the path prefix under which a proxy publishes the service, such as "/photo".
    - `metrics`: serve Prometheus metrics at `/metrics`: counts, latency and queue.
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
