"""Train the block models: `python -m training.blocks.train lines|pages --shared ../shared [--check] [--out PATH]`.

`--check` makes weights for honest figures instead of those that are shipped: for lines, from pages of other outlets
than those of flattened/scrapinghub, which it scores; for pages, one model for each quarter of the outlets, which it has
not seen (`benchmarks.clean body` takes them). Needs the extra `train`. Fixed seeds; a few minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from onrecord.clean.lines import Line, describe_lines, split_lines
from onrecord.lexicon.press import PressLexicon, load_press_lexicon
from onrecord.models.blocks import BODY, BlockModel
from training.blocks import pages as html_pages
from training.blocks.data import (
    FOLDS,
    IGNORE,
    PLAIN_STYLES,
    LabelledPage,
    fold_of,
    labels_of_lines,
    read_articles,
    read_flattened,
    vary,
)
from training.blocks.fit import MOST, Sample, Shape, fit_model, save_model

LINES = Shape("blocks-1", dilations=(1, 2, 4, 8, 16))
PAGES = Shape(
    "pages-2",
    dilations=(1, 2, 4, 8, 1, 2, 4, 8),
    mixes=(3, 7),
    epochs=24,
    batch=8,
    conventions=len(html_pages.SETS),
    ours=html_pages.OURS,
)
VARIATIONS = 2
HELD_OUT = Path(__file__).parent


def read_all(shared: Path, *, check: bool) -> tuple[list[LabelledPage], list[LabelledPage]]:
    """Pages to train on, and pages of flattened/scrapinghub; no outlet is in both when checking."""
    held = list(read_flattened(shared, "scrapinghub"))
    others = [*read_flattened(shared, "fundus_eval"), *read_articles(shared, "naeb"), *read_articles(shared, "fundus")]
    if not check:
        return [*others, *held], held
    domains = {page.domain for page in held}
    return [page for page in others if page.domain not in domains], held


def make_samples(pages: Sequence[LabelledPage], lexicon: PressLexicon, seed: int) -> list[Sample]:
    """Each page as it is and in some variations."""
    rng = random.Random(seed)
    samples = []
    for page in pages:
        if BODY not in page.labels:
            continue
        copies = [page, *(vary(page, rng) for _ in range(VARIATIONS if page.style != "visible" else 2 * VARIATIONS))]
        samples += [make_sample(copy, lexicon) for copy in copies]
    return [sample for sample in samples if len(sample.labels)]


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


def score_lines(model: BlockModel, pages: Sequence[LabelledPage], lexicon: PressLexicon) -> dict[str, dict[str, float]]:
    """Body line F1 and character F1 of the bare network for each style (titles and unsure lines not scored)."""
    found: dict[str, dict[str, float]] = {}
    for style in sorted({page.style for page in pages}):
        counts = np.zeros((2, 3))
        for page in pages:
            if page.style == style:
                counts += _count(model, page, lexicon)
        f1 = 2 * counts[:, 0] / np.maximum(2 * counts[:, 0] + counts[:, 1] + counts[:, 2], 1)
        found[style] = {"line_f1": round(float(f1[0]), 4), "char_f1": round(float(f1[1]), 4)}
    plain = [found[style] for style in PLAIN_STYLES if style in found]
    found["plain styles"] = {
        key: round(float(np.mean([row[key] for row in plain])), 4) for key in ("line_f1", "char_f1")
    }
    return found


def _count(model: BlockModel, page: LabelledPage, lexicon: PressLexicon) -> NDArray[np.float64]:
    text, labels = labels_of_lines(page)
    lines = split_lines(text)
    is_body = model.predict(describe_lines(lines, lexicon)).argmax(axis=1) == BODY
    rows = np.zeros((2, 3))
    for line, label, found in zip(lines, labels, is_body, strict=True):
        if label in (IGNORE, 2):
            continue
        column = 0 if found and label == BODY else 1 if found else 2 if label == BODY else None
        if column is not None:
            rows[:, column] += (1, _solid(line))
    return rows


def _solid(line: Line) -> int:
    return len("".join(line.text.split()))


def train_lines(shared: Path, out: Path, *, check: bool) -> None:
    """The model of lines."""
    lexicon = load_press_lexicon()
    learned, held = read_all(shared, check=check)
    model = fit_model(make_samples(learned, lexicon, seed=7), LINES)
    save_model(model, out)
    if check:
        print(json.dumps(score_lines(model, held, lexicon), indent=1))


def train_pages(shared: Path, out: Path, *, check: bool) -> None:
    """The model of pages; with `check` one for each fold of outlets, trained on the others."""
    lexicon = load_press_lexicon()
    known = [*html_pages.read_pages(shared, lexicon), *html_pages.read_labelled_pages(shared, lexicon)]
    if not check:
        save_model(fit_model([sample for _, sample in known], PAGES, html_pages.vary), out)
        return
    for fold in range(FOLDS):
        others = [sample for domain, sample in known if fold_of(domain) != fold]
        save_model(fit_model(others, PAGES._replace(networks=2), html_pages.vary), out / f"held_out_pages{fold}.npz")


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
        out = options.out or (HELD_OUT / "held_out.npz" if options.check else shipped / "blocks.npz")
        train_lines(options.shared, out, check=options.check)
    else:
        out = options.out or (HELD_OUT if options.check else shipped / "pages.npz")
        train_pages(options.shared, out, check=options.check)


if __name__ == "__main__":
    main()
