-- What passages are filtered, counted and ordered by: narrow rows beside the wide ones that are searched.

-- Outlets, agencies and speakers, one row for each way in which they are told.
CREATE TABLE named (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,             -- outlet, agency or speaker
    name TEXT NOT NULL,
    folded TEXT NOT NULL,           -- its words without case, accents and marks, a blank before and after each
    actor TEXT,                     -- of a speaker: id in the actors catalogue
    wikidata TEXT,
    country TEXT,
    sector TEXT
) STRICT;
CREATE UNIQUE INDEX named_once ON named (
    kind, name, ifnull(actor, ''), ifnull(wikidata, ''), ifnull(country, ''), ifnull(sector, '')
);
CREATE INDEX named_by_actor ON named (actor) WHERE actor IS NOT NULL;

-- One row for each passage, under the same number.
CREATE TABLE facet (
    number INTEGER PRIMARY KEY REFERENCES passage (number),
    article INTEGER NOT NULL,
    position INTEGER NOT NULL,      -- of the statement in the reading, from 0; -1: the article itself
    day TEXT NOT NULL,              -- of publication, as exact as known; '': not known
    outlet INTEGER,
    agency INTEGER,
    language TEXT,
    speaker INTEGER,
    via TEXT NOT NULL DEFAULT '',   -- names, folded, one after the other
    kind TEXT,
    act TEXT,
    flags INTEGER NOT NULL DEFAULT 0,  -- 1 hedged, 2 conditional, 4 negated, 8 nested
    confidence REAL
) STRICT;
CREATE INDEX facet_newest_statement ON facet (day DESC, article DESC, position) WHERE position >= 0;
CREATE INDEX facet_newest_article ON facet (day DESC, article DESC) WHERE position = -1;
CREATE INDEX facet_by_article ON facet (article, position);
CREATE INDEX facet_by_speaker ON facet (speaker, day DESC, article DESC, position) WHERE position >= 0;
-- So that what all statements are can be counted without a sort.
CREATE INDEX facet_by_act ON facet (act) WHERE position >= 0;
CREATE INDEX facet_by_kind ON facet (kind) WHERE position >= 0;
CREATE INDEX facet_by_language ON facet (language) WHERE position >= 0;
CREATE INDEX facet_by_outlet ON facet (outlet) WHERE position >= 0;
CREATE INDEX facet_by_agency ON facet (agency) WHERE position >= 0;
CREATE INDEX facet_by_month ON facet (substr(day, 1, 7)) WHERE position >= 0;
CREATE INDEX facet_by_confidence ON facet (CAST(min(confidence, 0.99) * 10 AS INTEGER)) WHERE position >= 0;

-- Stores of version 1 get their rows from the newest readings.
CREATE TEMP TABLE newest AS
    SELECT article, record FROM reading WHERE number IN (SELECT max(number) FROM reading GROUP BY article);
CREATE TEMP TABLE spoken AS
    SELECT n.article, said.key AS position, said.value ->> '$.id' AS id, said.value AS record
    FROM newest n, json_each(n.record, '$.statements') said;
INSERT OR IGNORE INTO named (kind, name, folded)
    SELECT 'outlet', record ->> '$.article.outlet', padded(record ->> '$.article.outlet')
    FROM newest WHERE record ->> '$.article.outlet' IS NOT NULL;
INSERT OR IGNORE INTO named (kind, name, folded)
    SELECT 'agency', record ->> '$.article.agency', padded(record ->> '$.article.agency')
    FROM newest WHERE record ->> '$.article.agency' IS NOT NULL;
INSERT OR IGNORE INTO named (kind, name, folded, actor, wikidata, country, sector)
    SELECT 'speaker', record ->> '$.speaker.name', padded(record ->> '$.speaker.name'), record ->> '$.speaker.id',
        record ->> '$.speaker.wikidata', record ->> '$.speaker.country', record ->> '$.speaker.sector'
    FROM spoken WHERE record ->> '$.speaker.name' IS NOT NULL;
INSERT INTO facet (number, article, position, day, outlet, agency, language)
    SELECT p.number, p.article, -1, ifnull(substr(n.record ->> '$.article.published.value', 1, 10), ''),
        (SELECT number FROM named WHERE kind = 'outlet' AND name = n.record ->> '$.article.outlet'),
        (SELECT number FROM named WHERE kind = 'agency' AND name = n.record ->> '$.article.agency'),
        n.record ->> '$.article.language'
    FROM passage p JOIN newest n USING (article) WHERE p.statement IS NULL;
INSERT INTO facet
    SELECT p.number, p.article, s.position, a.day, a.outlet, a.agency, a.language,
        (SELECT number FROM named WHERE kind = 'speaker' AND name = s.record ->> '$.speaker.name'
            AND ifnull(actor, '') = ifnull(s.record ->> '$.speaker.id', '')
            AND ifnull(wikidata, '') = ifnull(s.record ->> '$.speaker.wikidata', '')
            AND ifnull(country, '') = ifnull(s.record ->> '$.speaker.country', '')
            AND ifnull(sector, '') = ifnull(s.record ->> '$.speaker.sector', '')),
        ifnull((SELECT group_concat(padded(value ->> '$.name'), '') FROM json_each(s.record, '$.via')), ''),
        s.record ->> '$.kind', s.record ->> '$.act',
        (s.record ->> '$.hedged') + 2 * (s.record ->> '$.conditional') + 4 * (s.record ->> '$.negated')
            + 8 * (s.record ->> '$.within' IS NOT NULL),
        s.record ->> '$.confidence'
    FROM passage p
    JOIN facet a ON a.article = p.article AND a.position = -1
    JOIN spoken s ON s.article = p.article AND s.id = p.statement;
DROP TABLE spoken;
DROP TABLE newest;
