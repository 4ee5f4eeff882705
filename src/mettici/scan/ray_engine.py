"""`--engine ray`: the same scan on a cluster, or on a Ray started here.

One task lists the source, actors judge, and tasks write partitions; nothing passes through the driver. An actor
judges in a process of its own, as the local engine does, so a photo that hangs or crashes costs itself alone there
too, and the models are loaded once for each actor. A node that dies is made up for by Ray: what it had in hand is
judged again elsewhere, and as partitions are named by what they hold, each photo is written once.
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
from mettici.output.files import ordinary_rights, output_errors
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
"""Photos that an actor takes at a time: about a second of work, so that the last ones are shared out evenly."""
PARTITION = 1000
"""Reports in a partition, at least, where there are as many: some 6 MB as JSON lines."""
HELPER = 0
"""Processors that a task which lists or writes asks for: it mostly waits, and must find its place where actors have
taken all there are, also once a node has died."""
NAMES = 1 << 13
"""Bytes of a block of names: some forty, so that judging begins while others are still being listed."""
_PRIVATE = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is told to Ray's makers
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # a Ray started here listens on the loopback only
}


class Tallied(NamedTuple):
    """What became of the photos: how many of each verdict, and of each error's code."""

    verdicts: Counter[str]
    failures: Counter[str]


def scan(
    source: str, output: str, judge: Judge, jobs: int, timeout: float, file_filter: FileFilter | None = None
) -> Tallied:
    """Judge the photos of `source` that `file_filter` accepts with `jobs` actors.

    Writes the folder `output` of partitions (.jsonl or .parquet). `source` is what the local engine takes, or an
    address that pyarrow's file systems know (s3://, gs://, hdfs://, …), where names alone tell what is a picture; paths
    must lead to the same files on every node. A local `output` appears whole, when all is done. Raises `SourceError`,
    `OutputError`, and whatever concerns more than a photo.
    """
    if ending(output) not in _WRITERS:
        raise OutputError("ray", path=output)
    ray_sources.check(source, file_filter)
    item = {"source": source, "skip": os.path.abspath(output), "file_filter": pickle.dumps(file_filter)}
    with _connected(jobs, output), _appearing(output) as folder:
        import ray.data
        from ray.exceptions import RayTaskError

        tasks = ray.data.from_items([item]).map_batches(_list, num_cpus=HELPER)
        actors = ray.data.ActorPoolStrategy(min_size=1, max_size=jobs, initial_size=jobs)
        judged = tasks.map_batches(
            Judging,
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
def _connected(jobs: int, output: str) -> Iterator[None]:
    """A connection to the cluster that RAY_ADDRESS names, to one that is there already, or to a new one."""
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
    for name in ("ray", "ray.data"):  # they tell of every step
        logging.getLogger(name).setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.target_max_block_size = NAMES
    try:
        yield
    finally:
        if mine:
            ray.shutdown()


def _list(batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The photos of a source, some at a time. Names are bytes: they need not be valid text."""
    [source], [skip], [file_filter] = batch["source"], batch["skip"], batch["file_filter"]
    for tasks in ray_sources.in_groups(str(source), str(skip), BLOCK, pickle.loads(file_filter)):
        yield {
            "name": [t.name.encode("utf-8", "surrogatepass") for t in tasks],
            "path": [t.path.encode("utf-8", "surrogatepass") for t in tasks],
            "error": [pickle.dumps(t.error) for t in tasks],
        }


@dataclass
class Judging:
    """An actor. Its process, with the models in it, stays from batch to batch."""

    judge: Judge
    timeout: float
    source: str

    def __post_init__(self) -> None:
        self._pool = Pool(self.judge, 1, self.timeout)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """From (name, path, error) to one row of `lines`, joined by line breaks: one block, however long they are."""
        import pyarrow as pa

        again: list[Task] = []
        tasks = ray_sources.read(self.source, [_task(row) for row in batch.to_pylist()])
        answers = [*self._pool.first(tasks, again), *self._pool.again(again)]
        return pa.table({"lines": ["\n".join(answer.line for answer in answers)]})


def _task(row: dict[str, bytes]) -> Task:
    name, path = (row[key].decode("utf-8", "surrogatepass") for key in ("name", "path"))
    return Task(name, path, pickle.loads(row["error"]))


@contextmanager
def _appearing(output: str) -> Iterator[str]:
    """The folder to write to: beside a local `output`, which it replaces in the end; elsewhere `output` itself."""
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
        shutil.rmtree(part, ignore_errors=True)  # of a run that was killed
        with output_errors(output):
            os.mkdir(part, 0o700)
        yield part
        with output_errors(output):
            os.chmod(part, ordinary_rights(0o777))
            if os.path.isdir(output):
                shutil.rmtree(output)
            elif os.path.lexists(output):
                os.unlink(output)
            os.replace(part, output)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_lines(judged: ray.data.Dataset, folder: str) -> Tallied:
    import ray.data
    from ray.data.datasource import BlockBasedFileDatasink

    class Lines(BlockBasedFileDatasink):
        def write_block_to_file(self, block: Any, file: Any) -> None:
            for lines in block.to_arrow()["lines"].to_pylist():
                file.write(lines.encode() + b"\n")

    sink = Lines(folder, file_format="jsonl", min_rows_per_file=PARTITION // BLOCK)
    judged.write_datasink(sink, ray_remote_args={"num_cpus": HELPER})
    return _tallied(ray.data.read_text(folder).map_batches(_count_lines, batch_format="pyarrow", num_cpus=HELPER))


def _write_parquet(judged: ray.data.Dataset, folder: str) -> Tallied:
    import ray.data

    tables = judged.map_batches(_table, batch_format="pyarrow", num_cpus=HELPER)
    tables.write_parquet(folder, min_rows_per_file=PARTITION, ray_remote_args={"num_cpus": HELPER})
    written = ray.data.read_parquet(folder, columns=["verdict", "error"])
    return _tallied(written.map_batches(_count_rows, batch_format="pyarrow", num_cpus=HELPER))


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


def _tallied(counts: ray.data.Dataset) -> Tallied:
    """Counted in what was written: what an actor counts may be judged once more elsewhere."""
    tallied = Tallied(Counter(), Counter())
    for row in counts.iter_rows():
        (tallied.failures if row["failed"] else tallied.verdicts)[row["outcome"]] += row["count"]
    return tallied


_WRITERS = {".jsonl": _write_lines, ".parquet": _write_parquet}
"""What writes an output, by its ending."""
