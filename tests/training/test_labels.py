"""Placing what a labeller wrote, and reading it back with its text. All texts are our own."""

import hashlib
import json

import pytest

from training.labels.annotate import place_answers, show
from training.labels.read import ENTITIES, LABELS, read_labels

TEXT = "Ilka Moren said rain fell. Moren said it would stop.\nThe agency reported that Odun vowed to act, he said."
ARTICLE = {"corpus": "attribution/polnear", "id": "a1", "title": "Rain", "date": None, "text": TEXT}


def place(answers, text=TEXT):
    return place_answers({"a1": {**ARTICLE, "text": text}}, f"== a1\n{answers}")


def shown(statement, role):
    return [TEXT[s:e] for s, e in statement[role]]


def test_words_become_offsets_and_nesting_is_kept():
    labelled, wrong = place(
        "[s1] in=- p=2 act=report speaker=Agency\nS: The agency\nQ: reported\nC: Odun vowed to act\n"
        "[s2] in=s1 p=2 act=commit speaker=Odun\nS: Odun\nQ: vowed\nC: to act\n"
    )
    assert wrong == []
    first, second = labelled[0]["statements"]
    assert (shown(first, "source"), shown(first, "content")) == (["The agency"], ["Odun vowed to act"])
    assert (second["within"], second["act"], second["speaker"]) == ("s1", "commit", "Odun")
    assert labelled[0]["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()


def test_of_several_places_the_nearest_is_meant_and_a_content_must_say_which():
    labelled, wrong = place("[s1] in=- p=1 act=assert speaker=-\nS: Moren\nQ: said\nC: it would [..] stop\n")
    (statement,) = labelled[0]["statements"]
    assert wrong == []
    assert statement["cue"] == [[32, 36]] or statement["cue"] == [(33, 37)]
    assert statement["source"][0][0] == TEXT.index("Moren", 12)
    assert statement["speaker"] is None
    _, wrong = place("[s1] in=- p=1 act=assert speaker=-\nC: said\n")
    assert "occurs 2 times" in wrong[0]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("[s1] in=- p=1 act=assert speaker=-\nC: snow fell\n", "is not in paragraph 1"),
        ("[s1] in=- p=9 act=assert speaker=-\nC: rain fell\n", "there is no paragraph 9"),
        ("[s1] p=1\nC: rain fell\n", "the head line is not"),
        ("[s1] in=- p=1 act=assert speaker=-\nX: rain fell\n", "begins with none of"),
        ("[s1] in=s7 p=1 act=assert speaker=-\nC: rain fell\n", "lies in s7, which is not there"),
        (
            "[s1] in=- p=1 act=assert\nC: rain fell\n[s2] in=s1 p=2 act=commit\nC: to act\n",
            "lies outside the content of s1",
        ),
        ("[s1] in=- p=1 act=assert\n", "no content"),
    ],
)
def test_what_cannot_be_placed_is_told(answers, told):
    _, wrong = place(answers)
    assert any(told in line for line in wrong), wrong


def test_an_article_without_answers_is_told():
    assert place_answers({"a1": ARTICLE}, "") == ([], ["a1: not labelled"])


def test_labellers_see_numbered_paragraphs():
    assert show(ARTICLE).splitlines()[2].startswith("1: Ilka Moren")


def test_labels_are_read_with_the_text_they_were_made_on(tmp_path):
    labelled, _ = place("[s1] in=- p=1 act=assert speaker=-\nS: Ilka Moren\nQ: #1 said\nC: rain fell\n")
    labels = tmp_path / "labels.jsonl"
    labels.write_text(json.dumps(labelled[0]) + "\n", encoding="utf-8")
    folder = tmp_path / "data/attribution/polnear"
    folder.mkdir(parents=True)
    (folder / "dev.jsonl").write_text(json.dumps({**ARTICLE, "text": f" {TEXT} And more."}) + "\n", encoding="utf-8")
    (row,) = read_labels(tmp_path, labels)
    assert (row["title"], row["text"]) == ("Rain", TEXT)
    (folder / "dev.jsonl").write_text(json.dumps({**ARTICLE, "text": TEXT.upper()}) + "\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="not the one that was labelled"):
        read_labels(tmp_path, labels)


def test_every_shipped_label_lies_in_its_text(shared):
    rows = read_labels(shared)
    assert len(rows) == len(LABELS.read_text(encoding="utf-8").splitlines()) > 300
    for row in rows:
        ids = {s["id"] for s in row["statements"]}
        for statement in row["statements"]:
            assert statement["content"]
            assert statement["within"] is None or statement["within"] in ids
            for role in ("source", "cue", "content"):
                for start, end in statement[role]:
                    assert 0 <= start < end <= len(row["text"])
                    assert not row["text"][start:end][0].isspace()


def test_no_article_of_the_dev_part_is_labelled(shared):
    def runs(text):
        words = text.split()
        return {tuple(words[i : i + 20]) for i in range(len(words) - 19)}

    dev = [
        json.loads(line)["text"] for line in (shared / "data/gold/dev.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    seen = set().union(*map(runs, dev))
    copied = {row["id"]: len(runs(row["text"]) & seen) for row in read_labels(shared)}
    assert max(copied.values()) < 40, max(copied, key=copied.get)  # set phrases of state media, not articles


def test_entities_and_events_stand_where_the_labels_say(shared):
    rows = read_labels(shared, ENTITIES)
    assert len(rows) > 300
    for row in rows:
        length = len(row["text"])
        spans = [tuple(span) for entity in row["entities"] or () for span in entity["mentions"]]
        assert len(spans) == len(set(spans)), row["id"]
        spans += [tuple(event["trigger"]) for event in row["events"]]
        spans += [tuple(p["words"]) for e in row["events"] for p in (*e["actors"], *e["recipients"]) if p["words"]]
        assert all(0 <= start < end <= length for start, end in spans), row["id"]
