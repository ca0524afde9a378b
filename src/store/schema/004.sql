-- What the search index was told last, so that it can tell whether this is the file it
-- was made of (search_index.h).

ALTER TABLE account ADD COLUMN search_mark BIGINT NOT NULL DEFAULT 0;
