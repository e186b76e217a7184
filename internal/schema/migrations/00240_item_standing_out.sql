-- +goose Up

-- Items that stand out of a large catalog are found by narrow indexes of their own: in a catalog as it should be they hold next
-- to nothing, so that an import pays next to nothing for them. Queries repeat their conditions word for word, see
-- internal/catalog/standout.go.
CREATE INDEX item_away ON item_row (catalog_id, availability, id) WHERE availability <> 'in stock';

CREATE INDEX item_hidden ON item_row (catalog_id, id) WHERE visibility <> 'published';

CREATE INDEX item_objected ON item_row (catalog_id, review, id) WHERE review IN ('rejected', 'outdated') OR held;

CREATE INDEX item_issue ON item_row (catalog_id, id)
    WHERE description = '' OR image_link = '' OR link = '' OR brand = '' OR google_category = '' OR price_minor = 0 OR expires_at > 0
    OR review = 'rejected' OR description = title OR (title = UPPER(title) AND title <> LOWER(title) AND LENGTH(title) > 5)
    OR picture NOT IN ('', 'none', 'ok', 'part');
