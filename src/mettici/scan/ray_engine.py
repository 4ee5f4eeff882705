"""`--engine ray`: scan on a cluster, or on a Ray instance started here.

One task lists the source, actors judge, and tasks write partitions; no data passes through the driver. Each actor
judges in a process of its own, as the local engine does, so a photo that hangs or crashes affects no other, and each
actor loads the models once. If a node dies, Ray repeats its work elsewhere; partitions are named after their contents,
so each photo is written once.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mettici.errors import MetticiError, OutputError
from mettici.output.files import default_mode, output_errors
from mettici.output.sinks import ending
from mettici.scan import ray_sources
from mettici.scan.local_engine import Pool
from mettici.scan.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    import ray.data

    from mettici.scan.file_filter import FileFilter
    from mettici.scan.judging import Judge

BLOCK = 32
"""Photos in an actor's batch: about a second of work, so that the last batches spread evenly."""
PARTITION = 1000
"""Minimum number of reports in a partition, if there are as many: about 6 MB as JSON lines."""
HELPER_CPUS = 0
"""CPUs reserved by tasks that list or write. They mostly wait, and must be scheduled even when actors occupy every CPU,
also after a node has died."""
NAMES_BYTES = 1 << 13
"""Size in bytes of a block of names: about forty names, so that judging starts while listing continues."""
_PRIVATE = {
    "RAY_USAGE_STATS_ENABLED": "0",  # send no usage data to Ray's makers
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # makes a local Ray listen on the loopback only
}


class Tally(NamedTuple):
    """How many photos got each verdict, and each error code."""

    verdicts: Counter[str]
    failures: Counter[str]


def scan(
    source: str, output: str, judge: Judge, jobs: int, timeout: float, file_filter: FileFilter | None = None
) -> Tally:
    """Judge the photos of `source` that `file_filter` accepts, with `jobs` actors.

    Writes a folder of partitions (.jsonl or .parquet) to `output`. `source` is anything the local engine accepts, or an
    address that pyarrow's file systems know (s3://, gs://, hdfs://, …); there, files are filtered by name alone. Paths
    must lead to the same files on every node. A local `output` appears only when the scan is complete. Raises
    `SourceError`, `OutputError`, and any error that concerns more than one photo.
    """
    if ending(output) not in _WRITERS:
        raise OutputError("ray", path=output)
    ray_sources.check(source, file_filter)
    item = {"source": source, "skip": os.path.abspath(output), "file_filter": pickle.dumps(file_filter)}
    with _ray_connection(jobs, output), _atomic_folder(output) as folder:
        import ray.data
        from ray.exceptions import RayTaskError

        tasks = ray.data.from_items([item]).map_batches(_list, num_cpus=HELPER_CPUS)
        actors = ray.data.ActorPoolStrategy(min_size=1, max_size=jobs, initial_size=jobs)
        judged = tasks.map_batches(
            JudgeActor,
            fn_constructor_args=(judge, timeout, source),
            compute=actors,
            batch_size=BLOCK,
            batch_format="pyarrow",
            num_cpus=1,
        )
        try:
            return _WRITERS[ending(output)](judged, folder)
        except RayTaskError as error:
            if isinstance(error.cause, MetticiError):
                raise error.cause from error
            if isinstance(error.cause, OSError):
                raise OutputError("io", path=output, detail=error.cause.strerror or str(error.cause)) from error
            raise


@contextmanager
def _ray_connection(jobs: int, output: str) -> Iterator[None]:
    """Connect to the cluster at RAY_ADDRESS, to one already running, or to a new one."""
    os.environ.update(_PRIVATE)
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise OutputError("extra", path=output, extra="ray") from error
    mine = not ray.is_initialized()
    if mine:
        address = os.environ.get("RAY_ADDRESS") or "local"
        own: dict[str, Any] = {"num_cpus": jobs, "include_dashboard": False} if address == "local" else {}
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **own)
    for name in ("ray", "ray.data"):  # they log every step
        logging.getLogger(name).setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.target_max_block_size = NAMES_BYTES
    try:
        yield
    finally:
        if mine:
            ray.shutdown()


def _list(batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """List the photos of a source in batches. Names are bytes, since they may not be valid text."""
    [source], [skip], [file_filter] = batch["source"], batch["skip"], batch["file_filter"]
    for tasks in ray_sources.in_groups(str(source), str(skip), BLOCK, pickle.loads(file_filter)):
        yield {
            "name": [t.name.encode("utf-8", "surrogatepass") for t in tasks],
            "path": [t.path.encode("utf-8", "surrogatepass") for t in tasks],
            "error": [pickle.dumps(t.error) for t in tasks],
        }


@dataclass
class JudgeActor:
    """An actor. Its worker process keeps the models loaded between batches."""

    judge: Judge
    timeout: float
    source: str

    def __post_init__(self) -> None:
        self._pool = Pool(self.judge, 1, self.timeout)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Judge rows of (name, path, error). Returns one row, `lines`, joined by line breaks, so that it stays one
        block."""
        import pyarrow as pa

        retry: list[Task] = []
        tasks = ray_sources.read(self.source, [_task(row) for row in batch.to_pylist()])
        answers = [*self._pool.judge_once(tasks, retry), *self._pool.retry(retry)]
        return pa.table({"lines": ["\n".join(answer.line for answer in answers)]})


def _task(row: dict[str, bytes]) -> Task:
    name, path = (row[key].decode("utf-8", "surrogatepass") for key in ("name", "path"))
    return Task(name, path, pickle.loads(row["error"]))


@contextmanager
def _atomic_folder(output: str) -> Iterator[str]:
    """The folder to write to: for a local `output`, a temporary one beside it, which replaces it at the end."""
    if "://" in output:
        yield output
        return
    head, name = os.path.split(os.path.abspath(output))
    part = os.path.join(head, f".{name}.part")
    if not os.path.isdir(head):
        raise OutputError("io", path=output, detail=os.strerror(2))
    if os.path.isdir(output) and not all(entry.endswith(ending(output)) for entry in os.listdir(output)):
        raise OutputError("io", path=output, detail="it holds other files")
    try:
        shutil.rmtree(part, ignore_errors=True)  # left by a run that was killed
        with output_errors(output):
            os.mkdir(part, 0o700)
        yield part
        with output_errors(output):
            os.chmod(part, default_mode(0o777))
            if os.path.isdir(output):
                shutil.rmtree(output)
            elif os.path.lexists(output):
                os.unlink(output)
            os.replace(part, output)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_lines(judged: ray.data.Dataset, folder: str) -> Tally:
    import ray.data
    from ray.data.datasource import BlockBasedFileDatasink

    class Lines(BlockBasedFileDatasink):
        def write_block_to_file(self, block: Any, file: Any) -> None:
            for lines in block.to_arrow()["lines"].to_pylist():
                file.write(lines.encode() + b"\n")

    sink = Lines(folder, file_format="jsonl", min_rows_per_file=PARTITION // BLOCK)
    judged.write_datasink(sink, ray_remote_args={"num_cpus": HELPER_CPUS})
    return _total(ray.data.read_text(folder).map_batches(_count_lines, batch_format="pyarrow", num_cpus=HELPER_CPUS))


def _write_parquet(judged: ray.data.Dataset, folder: str) -> Tally:
    import ray.data

    tables = judged.map_batches(_table, batch_format="pyarrow", num_cpus=HELPER_CPUS)
    tables.write_parquet(folder, min_rows_per_file=PARTITION, ray_remote_args={"num_cpus": HELPER_CPUS})
    written = ray.data.read_parquet(folder, columns=["verdict", "error"])
    return _total(written.map_batches(_count_rows, batch_format="pyarrow", num_cpus=HELPER_CPUS))


def _table(batch: pa.Table) -> pa.Table:
    from mettici.output.tables import table

    return table([line for lines in batch["lines"].to_pylist() for line in lines.split("\n")])


def _count_lines(batch: pa.Table) -> pa.Table:
    return _counted([json.loads(line) for line in batch["text"].to_pylist()])


def _count_rows(batch: pa.Table) -> pa.Table:
    return _counted(batch.to_pylist())


def _counted(reports: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    failed = [report.get("error") is not None for report in reports]
    outcomes = [r["error"]["code"] if f else r["verdict"] for r, f in zip(reports, failed, strict=True)]
    counts = Counter(zip(outcomes, failed, strict=True))
    rows = [{"outcome": outcome, "failed": f, "count": count} for (outcome, f), count in counts.items()]
    return pa.Table.from_pylist(rows)


def _total(counts: ray.data.Dataset) -> Tally:
    """Count the rows that were written: actors may judge a photo more than once, so their counts can be too high."""
    tallied = Tally(Counter(), Counter())
    for row in counts.iter_rows():
        (tallied.failures if row["failed"] else tallied.verdicts)[row["outcome"]] += row["count"]
    return tallied


_WRITERS = {".jsonl": _write_lines, ".parquet": _write_parquet}
"""The writer for each output extension."""
