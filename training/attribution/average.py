"""The mean of several weights of one training, which is better than each of them.

    python -m training.attribution.average FIRST.pt SECOND.pt ... --out MEAN.pt

Source: Wortsman et al. 2022, "Model soups". They must go on from each other, else their mean is nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    several = [torch.load(path) for path in args.weights]
    torch.save({name: _mean([each[name] for each in several if name in each]) for name in several[-1]}, args.out)


def _mean(values: list[torch.Tensor]) -> torch.Tensor:
    """Heads that only the later weights have stay as they are."""
    return torch.stack(values).mean(dim=0)


if __name__ == "__main__":
    main()
