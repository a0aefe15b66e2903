"""Whether quotations that drifted from their source are told by their kind, and untouched ones left alone.

    python -m benchmarks.drifts [--shared ../shared] [--count 500] [--json OUT]

Sentences of `articles/` are quoted at run time, each from its own article, which is the primary text. Two fifths of the
planted drifts leave words out of the middle (with an ellipsis or without), two fifths change
something (a number, a "not", a word put for another, a word put in), one fifth are the hand-made pairs of `drifts.toml`
in both directions, the one set among the sentences of an article, the other quoted. As many quotations are untouched
but for typography: kinds of quotation marks and apostrophes, a comma for the full stop, capitals at the beginning,
an editor's brackets. And as many stand in another article than the one they are held against.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from onrecord.connect.quotations import check_quotation
from onrecord.connections import QuoteKind
from onrecord.models.likeness import load_likeness

Case = tuple[str, str, str]  # quotation, text, kind
_OTHERS = ("granite", "ferry", "orchard", "lantern", "parliament", "sailors", "bakery", "violin", "glacier", "market")
_AROUND = 3  # words kept on each side of what is left out
_NUMBER_WORDS = r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="print every case that is told wrong")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = measure(args.shared, count=args.count, seed=args.seed, shows=args.show)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def measure(shared: Path, *, count: int, seed: int, shows: bool = False) -> dict[str, float]:
    """Shares of the cases that got the right kind."""
    chance = random.Random(seed)  # noqa: S311  no secret
    quotable = read_sentences(shared)
    chance.shuffle(quotable)
    sets = {
        "planted": plant(chance, quotable, count),
        "untouched": [retouch(chance, *quotable.pop()) for _ in range(count)],
        "elsewhere": [elsewhere(chance, quotable) for _ in range(count)],
    }
    likeness = load_likeness()
    figures: dict[str, float] = {}
    for name, cases in sets.items():
        found = [check_quotation(quote, text, likeness).kind for quote, text, _ in cases]
        told = list(zip(found, cases, strict=True))
        figures |= {name: len(cases), f"{name}.right": sum(kind == case[2] for kind, case in told) / len(cases)}
        for wanted in sorted({kind for *_, kind in cases}):
            mine = [kind for kind, case in told if case[2] == wanted]
            figures[f"{name}.{wanted}"] = sum(kind == wanted for kind in mine) / len(mine)
        if shows:
            for kind, case in told:
                if kind != case[2]:
                    print(f"{name}: {kind} for {case[2]}: {case[0]}")
        if name == "untouched":
            figures["false_altered"] = found.count(QuoteKind.ALTERED)
    return figures


def read_sentences(shared: Path) -> list[tuple[str, str]]:
    """(sentence of 8 to 40 words, its article), in English; a sentence that its article has once."""
    found = []
    for name in ("scrapinghub", "fundus_eval", "naeb"):
        truth = json.loads((shared / "data/articles" / name / "truth.json").read_text(encoding="utf-8"))
        for page in truth.values():
            text = page.get("articleBody") or ""
            if len(re.findall(r"\b(?:the|of|and)\b", text)) < len(text.split()) / 20:
                continue
            sentences = [s for s in re.split(r"(?<=[.!?])\s+", text) if 8 <= len(s.split()) <= 40]
            found += [(s, text) for s in sentences if text.count(s) == 1 and not re.search(r"[\[\]…]", s)]
    return found


def plant(chance: random.Random, quotable: list[tuple[str, str]], count: int) -> list[Case]:
    """The drifts of all three kinds."""
    each, cases = 2 * count // 5, list[Case]()
    while len(cases) < each:
        sentence, text = quotable.pop()
        shorter = drop(chance, sentence)
        if shorter:
            cases.append((shorter, text, "shortened"))
    while len(cases) < 2 * each:
        sentence, text = quotable.pop()
        changed = chance.choice(CHANGES)(chance, sentence)
        if changed:
            cases.append((changed, text, "altered"))
    pairs = tomllib.loads((Path(__file__).parent / "drifts.toml").read_text(encoding="utf-8"))["pairs"]
    both = [pair for one, other in pairs for pair in ((one, other), (other, one))]
    for said, quoted in both[: count - len(cases)]:
        around = re.split(r"(?<=[.!?])\s+", quotable.pop()[1])
        around.insert(chance.randrange(len(around) + 1), said)
        cases.append((quoted, " ".join(around), "translated otherwise"))
    return cases


def elsewhere(chance: random.Random, quotable: list[tuple[str, str]]) -> Case:
    """A quotation and the text of another article."""
    quote, text = quotable.pop()
    return quote, next(other for _ in quotable if (other := chance.choice(quotable)[1]) != text), "not found"


def drop(chance: random.Random, sentence: str) -> str | None:
    """A fifth to half of the words left out of the middle; a number or a "not" only where an ellipsis tells."""
    words = sentence.split()
    gone = max(2, round(chance.uniform(0.2, 0.5) * len(words)))
    if gone > len(words) - 2 * _AROUND:
        return None
    at = chance.randint(_AROUND, len(words) - gone - _AROUND)
    if chance.random() < 0.5:
        return " ".join([*words[:at], "…", *words[at + gone :]])
    lost = " ".join(words[at : at + gone])
    if re.search(
        r"\d|n.t\b|\b(?:no|not|never|without|nor|none|nothing|nobody)\b|" + _NUMBER_WORDS, lost, re.IGNORECASE
    ):
        return None
    return " ".join([*words[:at], *words[at + gone :]])


def change_number(chance: random.Random, sentence: str) -> str | None:
    """Another number."""
    if not re.search(r"\d", sentence):
        return None
    return re.sub(r"\d(?=\D*$)", lambda found: str((int(found.group()) + chance.randint(1, 8)) % 10), sentence)


def change_not(_: random.Random, sentence: str) -> str | None:
    """A "not" taken away or put in."""
    for had, gets in (
        (r"\bnot ", ""),
        (r"n[’']t\b", ""),
        (r"\b(will|is|was|are|were|has|have|can|could) ", r"\1 not "),
    ):
        if re.search(had, sentence):
            return re.sub(had, gets, sentence, count=1)
    return None


def change_word(chance: random.Random, sentence: str) -> str | None:
    """A word that tells something put for another."""
    words = sentence.split()
    places = [at for at, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not places:
        return None
    words[chance.choice(places)] = chance.choice(_OTHERS)
    return " ".join(words)


def put_in_word(chance: random.Random, sentence: str) -> str | None:
    """A word that was not said."""
    words = sentence.split()
    words.insert(chance.randint(1, len(words) - 1), chance.choice(_OTHERS))
    return " ".join(words)


CHANGES: tuple[Callable[[random.Random, str], str | None], ...] = (change_number, change_not, change_word, put_in_word)


def retouch(chance: random.Random, sentence: str, text: str) -> Case:
    """Typography of another house."""
    sentence = sentence.replace("“", '"').replace("”", '"') if chance.random() < 0.5 else f"“{sentence}”"
    sentence = sentence.replace("’", "'") if chance.random() < 0.5 else sentence.replace("'", "’")
    if chance.random() < 0.3:
        sentence = re.sub(r"[.!?]([\"”]?)$", r",\1", sentence)
    if chance.random() < 0.3:
        sentence = sentence[:2].lower() + sentence[2:] if chance.random() < 0.5 else sentence.replace(" - ", " – ")
    if chance.random() < 0.2:
        words = sentence.split()
        words.insert(chance.randint(1, len(words) - 1), chance.choice(["[sic]", "[the minister]", "[on Monday]"]))
        sentence = " ".join(words)
    return sentence, text, "verbatim"


if __name__ == "__main__":
    main()
