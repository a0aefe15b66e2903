"""How well pages are cleaned.

    python -m benchmarks.clean body|flattened|seeds|spans [--shared DIR] [--set NAME] [--weights FILE] [--json OUT]

body       F1 of the body on HTML pages, beside trafilatura's own precision mode and, with --peers, as far as they are
           installed, readability-lxml and Resiliparse in the same run; metadata; CPU-seconds a page. Each
           page is cleaned with weights that have seen no page of its outlet (`training/blocks/held_out_pages*.npz`)
flattened  line and character F1 on flattened pages, the six plain styles and the wrapped one, headlines found, and the
           documents that are cleaned in a CPU-second. Each page is cleaned with weights that have seen no page of its
           outlet (`training/blocks/held_out_lines*.npz`)
seeds      every line of the two founding examples: role right or wrong
spans      for every block of every HTML page: does the source between its offsets show the block's text

The scores are those of the shared folder's `tools/score_articles.py`, which is run on the predictions.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import mean, median
from typing import Any

from lxml.html import fromstring
from trafilatura import bare_extraction

from onrecord.clean.align import reduce_to_letters
from onrecord.clean.article import clean_page
from onrecord.clean.decode import decode_page
from onrecord.clean.scan import scan_page
from onrecord.config import Limits
from onrecord.errors import CleanError
from onrecord.lexicon.press import PressLexicon, load_press_lexicon
from onrecord.models.blocks import BlockModels, load_block_models, read_block_model
from onrecord.records import Article, BlockRole, Origin, Page, PageKind
from training.blocks.data import FOLDS, domain_of, fold_of

PLAIN_STYLES = ("bs4_nl", "bs4_plain", "html2text", "html_text", "inscriptis", "resiliparse")
TRAINING = Path(__file__).resolve().parent.parent / "training" / "blocks"
_WARM_PAGES = 100  # of a set; some set off parsers of dates that take half a second to compile
Scores = dict[str, float]
_TIMED_EVERY = 4  # one document in so many is timed
_ROUNDS = 5


class Cleaner:
    """The clean stage with its model and word lists loaded."""

    def __init__(self, models: BlockModels, lexicon: PressLexicon) -> None:
        self.models, self.lexicon, self.limits = models, lexicon, Limits()

    def clean(self, data: bytes, kind: PageKind) -> Article | None:
        """The article; None where the stage says that there is none."""
        digest = sha256(data).hexdigest()
        page = Page(
            id=digest[:16], data=data, kind=kind, origin=Origin(path="benchmark", sha256=digest, length=len(data))
        )
        try:
            return clean_page(page, models=self.models, lexicon=self.lexicon, limits=self.limits)
        except CleanError:
            return None


def held_out_pages(shipped: BlockModels, weights: Path | None) -> list[Cleaner]:
    """A cleaner for each fold of outlets; all alike if `weights` are given."""
    files = [weights or TRAINING / f"held_out_pages{fold}.npz" for fold in range(FOLDS)]
    models = [BlockModels(lines=shipped.lines, pages=read_block_model(file.read_bytes())) for file in files]
    return [Cleaner(each, load_press_lexicon()) for each in models]


def held_out_lines(shipped: BlockModels, weights: Path | None) -> list[Cleaner]:
    """The same for flattened pages."""
    files = [weights or TRAINING / f"held_out_lines{fold}.npz" for fold in range(FOLDS)]
    models = [BlockModels(lines=read_block_model(file.read_bytes()), pages=shipped.pages) for file in files]
    return [Cleaner(each, load_press_lexicon()) for each in models]


def score(shared: Path, what: str, truth: Path, predicted: Path) -> dict[str, Any]:
    """Run the shared scorer; its answer is figures, some of them under the names of styles."""
    command = [
        sys.executable,
        str(shared / "tools" / "score_articles.py"),
        what,
        "--truth",
        str(truth),
        "--pred",
        str(predicted),
        "--json",
    ]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def measure_body(cleaners: Sequence[Cleaner], shared: Path, name: str, *, peers: bool) -> dict[str, object]:
    """Body and metadata scores on one set of HTML pages, ours and trafilatura's, with the time a page took each.

    Args:
        cleaners: one a fold of outlets, with weights that have not seen these.
    """
    folder = shared / "data" / "articles" / name
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    ours: dict[str, object] = {}
    others = dict(islice(installed_peers(), None if peers else 1))
    bodies: dict[str, dict[str, str]] = {other: {} for other in others}
    spent = dict.fromkeys(("ours_s", *(f"{other}_s" for other in others)), 0.0)
    _warm_up(folder, cleaners[0], others)
    for page, record in truth.items():
        cleaner = cleaners[fold_of(domain_of(record["url"]))]
        data = gzip.decompress((folder / "html" / f"{page}.html.gz").read_bytes())
        begun = time.process_time()
        article = cleaner.clean(data, PageKind.HTML)
        spent["ours_s"] += time.process_time() - begun
        ours[page] = _as_prediction(article)
        for peer, extract in others.items():
            begun = time.process_time()
            bodies[peer][page] = _extract_safely(extract, decode_page(data))
            spent[f"{peer}_s"] += time.process_time() - begun
    found: dict[str, object] = {key: round(seconds / len(truth), 4) for key, seconds in spent.items()}
    with tempfile.TemporaryDirectory() as folder_name:
        kept = {page: record for page, record in truth.items() if record.get("articleBody")}
        truth_file = _write(Path(folder_name, "truth.json"), kept)
        if kept:
            found["ours"] = score(shared, "body", truth_file, _write(Path(folder_name, "ours.json"), ours))
            for peer, texts in bodies.items():
                found[peer] = score(shared, "body", truth_file, _write(Path(folder_name, "theirs.json"), texts))
            found["f1_below_trafilatura"] = _f1(found["trafilatura"]) - _f1(found["ours"])
        found["metadata"] = score(shared, "meta", folder / "truth.json", _write(Path(folder_name, "ours.json"), ours))
    return found


Extract = Callable[[str], str | None]


def _warm_up(folder: Path, cleaner: Cleaner, peers: Mapping[str, Extract]) -> None:
    """Let everybody load and compile what is needed once: the first page that asks for it would pay for all."""
    for path in islice(sorted((folder / "html").iterdir()), _WARM_PAGES):
        data = gzip.decompress(path.read_bytes())
        cleaner.clean(data, PageKind.HTML)
        for extract in peers.values():
            _extract_safely(extract, decode_page(data))


def installed_peers() -> Iterator[tuple[str, Extract]]:
    """Other extractors of article text by name; trafilatura works out the metadata too, as we do."""

    def trafilatura(source: str) -> str | None:
        found = bare_extraction(source, with_metadata=True, favor_precision=True, include_comments=False)
        return getattr(found, "text", None)

    yield "trafilatura", trafilatura
    with contextlib.suppress(ImportError):
        from readability import Document  # noqa: PLC0415, the peers are no dependencies of the project

        yield "readability", lambda source: str(fromstring(Document(source).summary()).text_content())
    with contextlib.suppress(ImportError):
        from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415

        yield "resiliparse", lambda source: str(extract_plain_text(source, main_content=True))


def _extract_safely(extract: Extract, source: str) -> str:
    try:
        return extract(source) or ""
    except Exception as error:  # noqa: BLE001, any failure of a peer is an empty body
        print(f"a peer failed: {type(error).__name__}: {error}", file=sys.stderr)
        return ""


def _f1(scores: object) -> float:
    return float(scores["f1"]) if isinstance(scores, dict) else 0.0


def _as_prediction(article: Article | None) -> dict[str, object]:
    if article is None:
        return {"articleBody": ""}
    return {
        "articleBody": article.text,
        "title": article.title,
        "date": article.published.value if article.published else None,
        "authors": list(article.authors),
        "outlet": article.outlet,
    }


SETS = ("scrapinghub", "fundus_eval", "naeb", "fundus", "htmldate_mediacloud", "trafilatura_eval")


def measure_spans(cleaner: Cleaner, shared: Path) -> dict[str, object]:
    """Blocks of all HTML pages, and those whose part of the source does not show their text.

    The part is scanned as a page is, or decoded as JSON where the block stands in JSON-LD; letters and digits count.
    """
    pages = blocks = 0
    wrong: list[str] = []
    for name in SETS:
        for path in sorted((shared / "data" / "articles" / name / "html").iterdir()):
            data = gzip.decompress(path.read_bytes())
            article, source = cleaner.clean(data, PageKind.HTML), decode_page(data)
            pages += 1
            if article is None:
                continue
            for block in article.blocks:
                blocks += 1
                text = article.text[block.start : block.end] if block.text is None else block.text
                if not _shows(source[block.source_start : block.source_end], text):
                    wrong.append(f"{name}/{path.name} {block.source_start}-{block.source_end}")
    return {"pages": pages, "blocks": blocks, "wrong": len(wrong), "where": wrong[:20]}


def _shows(part: str, text: str) -> bool:
    wanted = reduce_to_letters(text)
    if reduce_to_letters("".join(block.text for block in scan_page(part))) == wanted:
        return True
    with contextlib.suppress(ValueError):
        decoded = json.loads(f'"{part}"', strict=False)
        return reduce_to_letters("".join(block.text for block in scan_page(decoded))) == wanted
    return False


def measure_flattened(cleaners: Sequence[Cleaner], shared: Path, name: str) -> dict[str, object]:
    """Scores on flattened pages; the mean over the six plain styles and each style by itself.

    Args:
        cleaners: one a fold of outlets, with weights that have not seen these.
    """
    gold = shared / "data" / "flattened" / f"{name}.jsonl.gz"
    rows, titles, documents = [], [], []
    with gzip.open(gold, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            texts = [line["text"] for line in row["lines"]]
            documents.append("\n".join(texts).encode())
            article = cleaners[fold_of(domain_of(row["url"]))].clean(documents[-1], PageKind.TEXT)
            roles = list(_roles_of_lines(texts, article))
            rows.append({"page": row["page"], "style": row["style"], "keep": [int("body" in found) for found in roles]})
            on_title = [found for line, found in zip(row["lines"], roles, strict=True) if line.get("role") == "title"]
            titles += [any("title" in found for found in on_title)] if on_title else []
    with tempfile.TemporaryDirectory() as folder_name:
        predicted = Path(folder_name, "predicted.jsonl")
        predicted.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        scores = score(shared, "flattened", gold, predicted)
    styles: Mapping[str, Scores] = scores["styles"]
    keys = ("line_f1", "char_f1", "page_char_f1")
    plain = {key: round(mean(styles[style][key] for style in PLAIN_STYLES), 4) for key in keys}
    each = {style: {key: round(values[key], 4) for key in keys} for style, values in styles.items()}
    return {
        **plain,
        **each,
        "titles_found": round(mean(titles), 4) if titles else None,
        "docs_per_cpu_s": round(measure_speed(cleaners[0], documents[::_TIMED_EVERY]), 1),
    }


def measure_speed(cleaner: Cleaner, documents: Sequence[bytes]) -> float:
    """Flattened documents that are cleaned in a second of processor time, the median of some rounds."""
    rates = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        for document in documents:
            cleaner.clean(document, PageKind.TEXT)
        rates.append(len(documents) / (time.process_time() - begun))
    return median(rates)


def _roles_of_lines(texts: Sequence[str], article: Article | None) -> Iterator[set[str]]:
    """The roles of the blocks that each line has a part in."""
    blocks = article.blocks if article else ()
    at, first = 0, 0
    for text in texts:
        solid = at + len(text) - len(text.lstrip()), at + len(text.rstrip())
        while first < len(blocks) and blocks[first].source_end <= at:
            first += 1
        found = set()
        for block in blocks[first:]:
            if block.source_start >= solid[1]:
                break
            if min(block.source_end, solid[1]) > max(block.source_start, solid[0]):
                found.add(str(block.role))
        yield found
        at += len(text) + 1


def measure_seeds(cleaner: Cleaner, shared: Path) -> dict[str, object]:
    """The founding examples: lines whose roles are not those of the gold, and the fields found."""
    wrong, fields = [], []
    with (shared / "data" / "flattened" / "seeds.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            texts = [line["text"] for line in row["lines"]]
            article = cleaner.clean("\n".join(texts).encode(), PageKind.TEXT)
            for number, (line, found) in enumerate(zip(row["lines"], _roles_of_lines(texts, article), strict=True)):
                wanted = {line["role"]} if "role" in line else {"body"} if line["label"] == "article" else None
                is_right = not line["text"].strip() or (wanted <= found if wanted else not found & {"body", "title"})
                if not is_right:
                    wrong.append({"page": row["page"], "line": number, "roles": sorted(found)})
            fields.append({"page": row["page"], **_fields(article)})
    return {"wrong_lines": len(wrong), "wrong": wrong, "pages": fields}


def _fields(article: Article | None) -> dict[str, object]:
    if article is None:
        return {"article": None}
    credits = [block.text for block in article.blocks if block.role == BlockRole.CREDIT]
    return {
        "title": article.title,
        "agency": article.agency,
        "dateline": article.dateline.place if article.dateline else None,
        "published": [article.published.value, article.published.basis] if article.published else None,
        "credits": credits,
    }


def _write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def flatten_figures(found: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Nested figures as one level, names joined by dots."""
    for key, value in found.items():
        if isinstance(value, dict):
            yield from flatten_figures(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one row, print it, and write it where `--json` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", choices=["body", "flattened", "seeds", "spans"])
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder with data/ and tools/")
    parser.add_argument("--set", default="scrapinghub", help="the page set for body and flattened")
    parser.add_argument("--weights", type=Path, help="weights of the row's model, other than those held out")
    parser.add_argument("--peers", action="store_true", help="body: compare with all extractors that are installed")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args(arguments)
    shipped = load_block_models()
    rows: dict[str, Callable[[], dict[str, object]]] = {
        "body": lambda: measure_body(
            held_out_pages(shipped, options.weights), options.shared, options.set, peers=options.peers
        ),
        "flattened": lambda: measure_flattened(held_out_lines(shipped, options.weights), options.shared, options.set),
        "seeds": lambda: measure_seeds(Cleaner(shipped, load_press_lexicon()), options.shared),
        "spans": lambda: measure_spans(Cleaner(shipped, load_press_lexicon()), options.shared),
    }
    found = {"trafilatura": version("trafilatura"), "model": shipped.name, **dict(flatten_figures(rows[options.row]()))}
    text = json.dumps(found, indent=1, ensure_ascii=False)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
