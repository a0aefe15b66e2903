"""The same records from any number of inputs, on the cores of one machine or of a cluster.

    sources -> shards -> process_shard, by worker processes or Ray -> tables, quarantine, manifest

`process_shard` does the work and knows nothing of who calls it; an engine (`local`, `cluster`) only hands out shards.
"""

from onrecord.bulk.importing import import_readings
from onrecord.bulk.run import BulkRun, Engine
from onrecord.bulk.settings import Period, Settings, TableFormat
from onrecord.bulk.shards import Shard, plan_shards
from onrecord.bulk.tables import digest_tables
from onrecord.bulk.work import process_shard

__all__ = [
    "BulkRun",
    "Engine",
    "Period",
    "Settings",
    "Shard",
    "TableFormat",
    "digest_tables",
    "import_readings",
    "plan_shards",
    "process_shard",
]
