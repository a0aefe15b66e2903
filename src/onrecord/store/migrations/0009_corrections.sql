-- What people said of statements that the reader found. Readings do not depend on it and are never changed by it.

CREATE TABLE correction (
    number INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article (number),
    verdict TEXT NOT NULL,          -- 'accept', 'reject', 'edit'
    made_at TEXT NOT NULL,          -- UTC, ISO 8601
    made_by TEXT NOT NULL,
    undone_at TEXT,                 -- nothing is removed: what was taken back stays, and says so
    undone_by TEXT,
    reader TEXT NOT NULL,           -- the model whose statement was judged
    judged TEXT NOT NULL,           -- JSON of Statement, as the reader had it
    corrected TEXT                  -- JSON of Statement, as it should be; of an edit only
) STRICT;
CREATE INDEX correction_by_article ON correction (article);
