-- What rules have told of, so that nothing is told twice. Readings and connections do not depend on it.

CREATE TABLE alert (
    number INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,             -- its name
    fired_at TEXT NOT NULL,         -- UTC, ISO 8601
    state TEXT NOT NULL,            -- 'new', 'sending', 'sent' ...: see store/alerts.py
    record TEXT NOT NULL            -- JSON of Alert
) STRICT;
CREATE INDEX alert_by_rule ON alert (rule);

-- The words, periods and days that an alert was for, or that came later and belonged to it.
CREATE TABLE alerted (
    rule TEXT NOT NULL,
    alert INTEGER NOT NULL REFERENCES alert (number),
    item TEXT NOT NULL,             -- 'statement', 'event', or the period: "threat_index 2021-03-01"
    article INTEGER NOT NULL,       -- 0 for a period
    first INTEGER NOT NULL,         -- code points of the article's text
    last INTEGER NOT NULL,
    PRIMARY KEY (rule, article, item, first, last)
) STRICT, WITHOUT ROWID;
