"""The mean of two readers' weights, which beats both (Wortsman et al. 2022, "Model soups").

python -m training.attribution.average FIRST.pt SECOND.pt --out MEAN.pt
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, nargs=2)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    first, second = (torch.load(path, map_location="cpu") for path in args.weights)
    torch.save({name: (first[name] + second[name]) / 2 for name in first}, args.out)


if __name__ == "__main__":
    main()
