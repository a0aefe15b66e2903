"""Ray actors over the same shards, on this machine or on the cluster that RAY_ADDRESS names. Needs the extra `[ray]`.

Inputs and output folder must lie where every node sees them under the same path.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onrecord.bulk.judging import model_names, open_patient_tools
from onrecord.bulk.local import ONE_THREAD, Progress
from onrecord.bulk.settings import Settings
from onrecord.bulk.shards import Shard
from onrecord.bulk.work import process_shard
from onrecord.errors import BulkError, OnrecordError, UsageError

__all__ = ["run_ray"]

_STORE_BYTES = 100 * 2**20  # only shards and paths are sent; Ray would take a third of the memory


class _ShardActor:
    """A worker: loads the models once, then takes shard after shard."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tools = open_patient_tools(settings.read_options)
        model_names(self._tools)

    def process(self, shard: Shard, out: str) -> tuple[str | None, str | None]:
        """The entry in the manifest, or why this worker cannot go on. Our own errors do not travel: they are told."""
        try:
            return str(process_shard(shard, Path(out), self._settings, tools=self._tools)), None
        except OnrecordError as error:
            return None, str(error)


def run_ray(shards: Iterator[Shard], out: Path, settings: Settings, *, workers: int) -> Iterator[Progress]:
    """Work on shards in that many actors, each of one core; a shard is asked for when an actor is free.

    An actor that dies is started again by Ray, on any node, and goes on with the same shard.

    Raises:
        UsageError: Ray is not installed.
        BulkError: an actor cannot go on.
    """
    ray = _start_ray(workers)
    kind = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1)(_ShardActor)
    actors = [kind.remote(settings) for _ in range(workers)]
    running: dict[Any, tuple[Any, Shard]] = {}
    try:
        while True:
            busy = [actor for actor, _ in running.values()]
            for actor in [one for one in actors if one not in busy]:
                if (shard := next(shards, None)) is not None:
                    running[actor.process.remote(shard, str(out))] = (actor, shard)
            if not running:
                return
            ready, _ = ray.wait(list(running), num_returns=1)
            for reference in ready:
                _, shard = running.pop(reference)
                yield Progress(shard, entry=_entry(ray, reference))
    finally:
        ray.shutdown()


def _entry(ray: Any, reference: Any) -> Path:  # noqa: ANN401  Ray's own types do not say more
    try:
        entry, failure = ray.get(reference)
    except ray.exceptions.RayError as error:
        told = " ".join(str(error).split())[:300]
        raise BulkError(f"a Ray actor cannot go on ({told}); is onrecord installed on every node?") from error
    if failure is not None:
        raise BulkError(failure)
    return Path(entry)


def _start_ray(workers: int) -> Any:  # noqa: ANN401  a module
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the machine unasked
    try:
        import ray  # noqa: PLC0415  the extra [ray]
    except ImportError as error:
        raise UsageError("--engine ray needs Ray; install it with: pip install 'onrecord[ray]'") from error
    environment = {"env_vars": ONE_THREAD}
    if os.environ.get("RAY_ADDRESS"):
        ray.init(runtime_env=environment, log_to_driver=False)
    else:
        ray.init(
            num_cpus=workers,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            object_store_memory=_STORE_BYTES,
            runtime_env=environment,
        )
    return ray
