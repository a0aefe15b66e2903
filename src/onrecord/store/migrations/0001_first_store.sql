-- The first store: raw pages, articles, readings, what could not be read, and two search indexes.

-- Bytes as they came, packed by zlib, named by what they are. Nothing is ever removed from here.
CREATE TABLE page (
    sha256 TEXT PRIMARY KEY,        -- of the unpacked bytes, lower-case hexadecimal
    length INTEGER NOT NULL,        -- of the unpacked bytes
    packed BLOB NOT NULL
) STRICT;

-- One row for each way of taking one page's bytes; what a citation names.
CREATE TABLE article (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL REFERENCES page (sha256),
    kind TEXT NOT NULL,
    place TEXT,                     -- URL or path; other bytes from the same place are the next version
    version INTEGER NOT NULL,       -- 1, 2, ... among the articles of the same place
    facts TEXT NOT NULL,            -- the Page as JSON, without its bytes
    title TEXT,
    outlet TEXT,
    published TEXT,                 -- ISO 8601, as exact as known
    url TEXT,
    path TEXT NOT NULL,
    added_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),  -- ISO 8601, UTC
    UNIQUE (sha256, kind)
) STRICT;
CREATE INDEX article_by_place ON article (place, version) WHERE place IS NOT NULL;
CREATE INDEX article_by_date ON article (published DESC, number DESC);

-- The same bytes, come again: from the same input on another run, or from another one.
CREATE TABLE sighting (
    article INTEGER NOT NULL REFERENCES article (number),
    page_id TEXT NOT NULL,
    path TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    last_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    PRIMARY KEY (article, page_id, path, "offset")
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_by_page_id ON sighting (page_id);

-- The newest reading of an article is the one shown and searched; those of earlier models stay to be compared.
CREATE TABLE reading (
    number INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article (number),
    models TEXT NOT NULL,           -- JSON of Models
    record TEXT NOT NULL,           -- JSON of Reading
    added_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    UNIQUE (article, models)
) STRICT;

CREATE TABLE statement (
    article INTEGER NOT NULL REFERENCES article (number),
    id TEXT NOT NULL,
    position INTEGER NOT NULL,      -- in the reading, from 0
    speaker TEXT,
    via TEXT NOT NULL,              -- JSON list of names, nearest the speaker first
    act TEXT NOT NULL,
    hedged INTEGER NOT NULL,
    conditional INTEGER NOT NULL,
    negated INTEGER NOT NULL,
    within TEXT,
    confidence REAL NOT NULL,
    PRIMARY KEY (article, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_by_speaker ON statement (speaker, act);

CREATE TABLE quarantine (
    number INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    stage TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    sha256 TEXT,                    -- of the bytes, where there were any; they lie in `page` if they could be kept
    times INTEGER NOT NULL DEFAULT 1,
    last_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE UNIQUE INDEX quarantine_once ON quarantine (path, "offset", code, ifnull(sha256, ''));

-- What is searched: one row for an article (title; body and captions), one for each statement (names; content).
CREATE TABLE passage (
    number INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article (number),
    statement TEXT,
    heading TEXT NOT NULL,
    body TEXT NOT NULL,
    other_script INTEGER NOT NULL   -- 1: holds letters that are not Latin, and stands in `trigrams` too
) STRICT;
CREATE INDEX passage_by_article ON passage (article);
CREATE INDEX passage_other_script ON passage (number) WHERE other_script = 1;

CREATE VIRTUAL TABLE words USING fts5 (
    heading, body, content = 'passage', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE trigrams USING fts5 (
    heading, body, content = 'passage', content_rowid = 'number', tokenize = 'trigram remove_diacritics 1'
);
