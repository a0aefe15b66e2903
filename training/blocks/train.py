"""Train the block models: `python -m training.blocks.train lines|pages --shared ../shared [--check] [--out PATH]`.

`--check` makes weights for honest figures instead of those that are shipped: one model for each quarter of the outlets,
which it has not seen (`benchmarks.clean body|flattened` take them). Needs the extra `train`. Fixed seeds; a few minutes
on two cores.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch

from onrecord.clean.lines import describe_lines, split_lines
from onrecord.lexicon.press import PressLexicon, load_press_lexicon
from onrecord.models.blocks import BODY
from training.blocks import pages as html_pages
from training.blocks.data import (
    FOLDS,
    IGNORE,
    LabelledPage,
    fold_of,
    labels_of_lines,
    read_articles,
    read_flattened,
    read_labelled,
    vary,
)
from training.blocks.fit import MOST, Sample, Shape, fit_model, save_model

LINES = Shape("blocks-3", (1, 2, 4, 8, 16, 32), mixes=(1, 3, 5), width=64, share=0.3, networks=1, epochs=16, batch=12)
PAGES = Shape(
    "pages-2",
    dilations=(1, 2, 4, 8, 1, 2, 4, 8),
    mixes=(3, 7),
    networks=2,
    epochs=24,
    batch=8,
    conventions=len(html_pages.SETS),
    ours=html_pages.OURS,
)
HELD_OUT = Path(__file__).parent


def read_all(shared: Path) -> Iterator[LabelledPage]:
    """Every page with a true body, in every style."""
    for name in ("scrapinghub", "fundus_eval"):
        yield from read_flattened(shared, name)
    for name in ("naeb", "fundus"):
        yield from read_articles(shared, name)
    yield from read_labelled(shared)


def make_samples(pages: Iterable[LabelledPage], lexicon: PressLexicon, seed: int) -> Iterator[tuple[str, Sample]]:
    """The domain of each page, and the page as it is and with less around it."""
    rng = random.Random(seed)
    for page in pages:
        if BODY in page.labels:
            for copy in (page, vary(page, rng)):
                yield page.domain, make_sample(copy, lexicon)


def make_sample(page: LabelledPage, lexicon: PressLexicon) -> Sample:
    """Features, classes and weights of a page's lines. A long line weighs more, but not as much as its length."""
    text, labels = labels_of_lines(page)
    lines = split_lines(text)
    weights = np.array([1 + np.log1p(len(line.text)) / 3 for line in lines], dtype=np.float32)
    known = np.array(labels, dtype=np.int64)
    features = describe_lines(lines, lexicon)
    nothing = np.zeros((0, len(lines)), dtype=np.int64)
    sizes = np.ones(len(lines), dtype=np.float32)
    return Sample(features[:MOST], known[:MOST], (weights * (known != IGNORE))[:MOST], nothing[:, :MOST], sizes[:MOST])


def train_lines(shared: Path, out: Path, *, check: bool) -> None:
    """The model of lines; with `check` one for each fold of outlets, trained on the others."""
    known = list(make_samples(read_all(shared), load_press_lexicon(), seed=7))
    if not check:
        save_model(fit_model([sample for _, sample in known], LINES), out)
        return
    for fold in range(FOLDS):
        others = [sample for domain, sample in known if fold_of(domain) != fold]
        save_model(fit_model(others, LINES), out / f"held_out_lines{fold}.npz")


def train_pages(shared: Path, out: Path, *, check: bool) -> None:
    """The model of pages; with `check` one for each fold of outlets, trained on the others."""
    lexicon = load_press_lexicon()
    known = [*html_pages.read_pages(shared, lexicon), *html_pages.read_labelled_pages(shared, lexicon)]
    if not check:
        save_model(fit_model([sample for _, sample in known], PAGES, html_pages.vary), out)
        return
    for fold in range(FOLDS):
        others = [sample for domain, sample in known if fold_of(domain) != fold]
        save_model(fit_model(others, PAGES, html_pages.vary), out / f"held_out_pages{fold}.npz")


def main() -> None:
    """Train, score, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["lines", "pages"])
    parser.add_argument(
        "--shared", type=Path, required=True, help="the folder that holds data/articles and data/flattened"
    )
    parser.add_argument("--check", action="store_true", help="make the weights that measuring needs")
    parser.add_argument("--out", type=Path, help="other than where the package and the benchmarks look for them")
    options = parser.parse_args()
    torch.set_num_threads(1)
    shipped = Path("src/onrecord/data")
    if options.what == "lines":
        out = options.out or (HELD_OUT if options.check else shipped / "blocks.npz")
        train_lines(options.shared, out, check=options.check)
    else:
        out = options.out or (HELD_OUT if options.check else shipped / "pages.npz")
        train_pages(options.shared, out, check=options.check)


if __name__ == "__main__":
    main()
