"""Projects the cost of a billion photos from the measured rates, for `python -m benchmarks.batch`."""

from __future__ import annotations

BILLION = 1e9
CORE_HOUR = 0.04
"""US dollars per core-hour, on demand; spot machines cost about a third. An assumption: use your own price."""
EGRESS_GB = 0.09
"""US dollars per GB that leaves the bucket's region. An assumption, as are the next two."""
REQUESTS_MILLION = 0.40
NODE_CORES, NODE_LOSSES_A_DAY = 64, 0.02
"""Cores per machine, and how many of the machines are lost per day (spot machines: more)."""
LISTED_A_SECOND = 5000
"""Names per second that a bucket lists under one prefix: five requests of a thousand names."""
CORES = (1000, 10_000)
WORKERS = (1, 2, 8, 32, 128, 512, 2048)


def throughput(workers: int, work: float, serial: float) -> float:
    """Photos per second of `workers` that each need `work` seconds per photo and share one parent that needs `serial`.

    Exact mean value analysis of a closed network with one queue (Reiser and Lavenberg 1980).
    """
    waiting = 0.0
    rate = 0.0
    for n in range(1, workers + 1):
        response = serial * (1 + waiting)
        rate = n / (work + response)
        waiting = rate * response
    return rate


def print_costs(rate: float, serial: float, size: float, row: dict[str, float]) -> None:
    """Print the simulation and the costs.

    `rate`: photos per core-second; `serial`: the parent's seconds per photo; `size`: bytes per photo; `row`: bytes per
    report, by format.
    """
    work = 1 / rate
    print(f"\none local parent, simulated: a photo takes {1000 * work:.1f} ms in a worker, {1e6 * serial:.0f} us in it")
    print("workers   photos/s   efficiency")
    for workers in WORKERS:
        total = throughput(workers, work, serial)
        print(f"{workers:7d} {total:10.0f} {100 * total / (workers * rate):10.0f} %")
    hours = BILLION / rate / 3600
    terabytes = BILLION * size / 1e12
    print(f"\na billion photos of {size / 1024:.0f} KiB, at {rate:.1f} photos a core-second")
    print(f"  core-hours            {hours:12,.0f}     {hours * CORE_HOUR:10,.0f} $ at {CORE_HOUR} $ an hour")
    for cores in CORES:
        lost = hours / cores / 24 * NODE_LOSSES_A_DAY * cores / NODE_CORES
        print(f"  with {cores:6,d} cores     {hours / cores:12,.1f} h   {lost:10.2f} machines lost on the way")
    egress = terabytes * 1000 * EGRESS_GB
    print(f"  read                  {terabytes:12,.0f} TB  {egress:10,.0f} $ if it leaves its region, else 0")
    print(f"  requests              {BILLION / 1e6:12,.0f} M   {BILLION / 1e6 * REQUESTS_MILLION:10,.0f} $")
    print(f"  network for {CORES[1]:,d} cores {CORES[1] * rate * size * 8 / 1e9:10,.0f} Gbit/s")
    for form, bytes_ in row.items():
        print(f"  reports as {form:10} {BILLION * bytes_ / 1e12:12,.2f} TB  ({bytes_:,.0f} bytes each)")
    print(f"  listing one prefix    {BILLION / LISTED_A_SECOND / 3600:12,.0f} h   so: one run a prefix, side by side")
