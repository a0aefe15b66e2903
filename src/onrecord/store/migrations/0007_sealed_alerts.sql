-- What was told, and to whom it was not, cannot be made again: so alerts are sealed as articles are.
ALTER TABLE alert ADD COLUMN seal BLOB;          -- SHA-256 of the row and of what it is for; see seals.py
