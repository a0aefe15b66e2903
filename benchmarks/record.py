"""Run benchmarks and keep their figures with date, version and machine in `benchmarks/results/`.

    python -m benchmarks.record [NAME ...] [--shared ../shared]

Without names, all of them; `speed` needs spaCy and its small English pipeline (see `benchmarks/speed.py`). The other
extractors of article text that `clean_body` is compared with are measured if they are installed. `bulk` reads 20,000
pages five times over, which takes hours, and needs Ray and spaCy; `connecting_many` takes half an hour and 3 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
COMMANDS = {
    "polnear": ("benchmarks.read", "polnear"),
    "gold": ("benchmarks.read", "gold"),
    "signed": ("benchmarks.read", "signed"),
    "speed": ("benchmarks.speed",),
    "seeds": ("benchmarks.seeds",),
    "clean_body": ("benchmarks.clean", "body", "--peers"),
    "clean_body_fundus_eval": ("benchmarks.clean", "body", "--set", "fundus_eval"),
    "clean_body_naeb": ("benchmarks.clean", "body", "--set", "naeb"),
    "clean_body_fundus": ("benchmarks.clean", "body", "--set", "fundus"),
    "clean_body_trafilatura_eval": ("benchmarks.clean", "body", "--set", "trafilatura_eval"),
    "clean_body_mediacloud": ("benchmarks.clean", "body", "--set", "htmldate_mediacloud"),
    "clean_spans": ("benchmarks.clean", "spans"),
    "clean_flattened": ("benchmarks.clean", "flattened"),
    "clean_flattened_fundus_eval": ("benchmarks.clean", "flattened", "--set", "fundus_eval"),
    "actors_officeholders": ("benchmarks.actors", "officeholders"),
    "actors_gum": ("benchmarks.actors", "gum"),
    "actors_ngec": ("benchmarks.actors", "ngec_actor"),
    "actors_catalogue": ("benchmarks.actors", "catalogue"),
    "coref": ("benchmarks.coref",),
    "events_plv": ("benchmarks.events", "plv"),
    "events_plover_gsr": ("benchmarks.events", "plover_gsr"),
    "events_cameo_pairs": ("benchmarks.events", "cameo_pairs"),
    "petrarch": ("benchmarks.petrarch",),
    "dates": ("benchmarks.dates",),
    "categories": ("benchmarks.categories",),
    "resolutions": ("benchmarks.resolutions",),
    "unscon": ("benchmarks.unscon",),
    "copies": ("benchmarks.copies",),
    "drifts": ("benchmarks.drifts",),
    "stories": ("benchmarks.stories",),
    "coreference_events": ("benchmarks.coreference_events",),
    "connecting": ("benchmarks.connecting",),
    "connecting_many": ("benchmarks.connecting", "--articles", "100000"),
    "case": ("benchmarks.case",),
    "hostile": ("benchmarks.hostile",),
    "cost": ("benchmarks.cost",),
    "fuzz": ("benchmarks.fuzz",),
    "damage": ("benchmarks.damage", "--peers", "fastwarc", "warcio"),
    "crashes": ("benchmarks.crashes", "--real"),
    "tampering": ("benchmarks.tampering",),
    "ssrf": ("benchmarks.ssrf",),
    "bulk": ("benchmarks.bulk",),
    "serving": ("benchmarks.serving",),
    "breaks": ("benchmarks.breaks",),
    "commitments": ("benchmarks.commitments",),
}


def run_benchmark(name: str, shared: Path) -> dict[str, object]:
    """The figures of one benchmark and how they came about."""
    module, *arguments = COMMANDS[name]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        subprocess.run(
            [sys.executable, "-m", module, *arguments, "--shared", str(shared), "--json", str(out)], check=True
        )
        figures = json.loads(out.read_text(encoding="utf-8"))
    return {
        "command": " ".join(["python -m", module, *arguments]),
        "date": datetime.now(UTC).date().isoformat(),
        "onrecord": version("onrecord"),
        "python": platform.python_version(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "figures": figures,
    }


def main() -> None:
    """Measure what is asked for and write one file each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(COMMANDS))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    args = parser.parse_args()
    unknown = set(args.names) - set(COMMANDS)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(COMMANDS)}")
    for name in args.names or COMMANDS:
        result = run_benchmark(name, args.shared)
        (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
