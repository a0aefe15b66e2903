-- How many fingerprints an article has is asked of every article that shares one: without the words of its story, which
-- fill a page each.
CREATE INDEX IF NOT EXISTS connected_by_prints ON connected (article, prints);
