-- What a statement can have none or several of, or only as a range of days: beside its row of `facet`.
-- Targets and addressees are `named` as speakers are.
CREATE TABLE aspect (
    number INTEGER NOT NULL,        -- of the row of `facet`
    field TEXT NOT NULL,            -- target, addressee, about, category, made or due
    value ANY NOT NULL,             -- the number of a row of `named`; a word; the first day, '' if that is open
    last TEXT,                      -- of made and due: the last day, '~' if that is open
    PRIMARY KEY (number, field, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX aspect_by_value ON aspect (field, value);
