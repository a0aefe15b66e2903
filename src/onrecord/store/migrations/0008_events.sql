-- Political events, so that they can be listed, filtered and counted; made of the newest readings.
CREATE TABLE event (
    number INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article (number),
    position INTEGER NOT NULL,      -- in the reading, from 0
    day TEXT NOT NULL,              -- on which it happens, as exact as known; '': not known
    type TEXT NOT NULL,
    mode TEXT,
    cameo TEXT NOT NULL,
    quad INTEGER NOT NULL,
    modality TEXT NOT NULL,
    said INTEGER,                   -- position of the statement that tells it
    confidence REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_by_article ON event (article, position);
CREATE INDEX event_newest ON event (day DESC, article DESC, position);
CREATE INDEX event_by_type ON event (type, day DESC, article DESC, position);
CREATE INDEX event_by_cameo ON event (cameo);

-- Who acts and at whom; each is `named` as speakers are.
CREATE TABLE party (
    event INTEGER NOT NULL REFERENCES event (number),
    role TEXT NOT NULL,             -- actor or recipient
    named INTEGER NOT NULL,
    PRIMARY KEY (event, role, named)
) STRICT, WITHOUT ROWID;
CREATE INDEX party_by_name ON party (named, role);
