-- A ledger that adds up by itself, failed pages that can be read again, and evidence of tampering.

-- Inputs that came in, counted where they come in; `onrecord check` compares it with what became of them.
CREATE TABLE tally (received INTEGER NOT NULL) STRICT;
INSERT INTO tally SELECT (SELECT count(*) FROM article)
    + (SELECT ifnull(sum(times), 0) FROM sighting) + (SELECT ifnull(sum(times), 0) FROM quarantine);

ALTER TABLE quarantine ADD COLUMN facts TEXT;    -- the Page as JSON, without its bytes; NULL: no page could be had
ALTER TABLE quarantine ADD COLUMN tries INTEGER NOT NULL DEFAULT 1;  -- how often reading it was tried
ALTER TABLE quarantine ADD COLUMN seal BLOB;     -- SHA-256 of the row and its page; see seals.py
ALTER TABLE article ADD COLUMN seal BLOB;        -- SHA-256 of the row and of all rows made from its newest reading

-- A page whose reading was begun: gone when it ended, still there if the process died over it.
CREATE TABLE attempt (
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (sha256, kind)
) STRICT, WITHOUT ROWID;

-- The leaves of the hash tree, one a reading, in the order in which they came; never changed, never removed.
CREATE TABLE leaf (
    number INTEGER PRIMARY KEY REFERENCES reading (number),
    parts TEXT NOT NULL,            -- JSON of Leaf: the digests of what the reading rests on and says
    hash BLOB NOT NULL              -- of `parts`, as RFC 6962 hashes a leaf
) STRICT;

-- The index of letter triples holds some of the passages; so that it can be compared with just these, a view of them.
CREATE VIEW other_passage AS SELECT number, heading, body FROM passage WHERE other_script = 1;
DROP TABLE trigrams;
CREATE VIRTUAL TABLE trigrams USING fts5 (
    heading, body, content = 'other_passage', content_rowid = 'number', tokenize = 'trigram remove_diacritics 1'
);
INSERT INTO trigrams (trigrams) VALUES ('rebuild');
