-- What connects articles: copies of one text, stories. All of it can be made again from the readings.

-- An article that was compared with those before it.
CREATE TABLE connected (
    article INTEGER PRIMARY KEY REFERENCES article (number),
    prints INTEGER NOT NULL,        -- how many fingerprints it has
    told TEXT NOT NULL,             -- JSON of Told: the words that tell its story
    copies INTEGER NOT NULL,        -- the first article of its group of copies; itself if there is none
    story INTEGER NOT NULL          -- the first article of its story; itself if it is the only one
) STRICT;
CREATE INDEX connected_by_copies ON connected (copies);
CREATE INDEX connected_by_story ON connected (story);

CREATE TABLE fingerprint (
    print INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (print, article)
) STRICT, WITHOUT ROWID;

-- The strongest words of an article, by which its story is found; the day is '' where none is known.
CREATE TABLE story_key (
    term TEXT NOT NULL,
    day TEXT NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (term, day, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE term (
    term TEXT PRIMARY KEY,
    articles INTEGER NOT NULL       -- how many have it
) STRICT, WITHOUT ROWID;

CREATE TABLE copy (
    first INTEGER NOT NULL REFERENCES article (number),   -- that was added before
    second INTEGER NOT NULL REFERENCES article (number),
    record TEXT NOT NULL,           -- JSON of Copy
    PRIMARY KEY (second, first)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_by_first ON copy (first);
