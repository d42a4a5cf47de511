-- Each save writes to every index of the table: the partial ones serve whoever looks for what is not in the trash, and most
-- articles have no section, no embargo or no source of a translation.
DROP INDEX articles_by_slug;
DROP INDEX articles_by_group;
DROP INDEX articles_section;
DROP INDEX articles_embargo;
DROP INDEX articles_translation_source;
CREATE INDEX articles_section ON articles (section_id) WHERE section_id IS NOT NULL;
CREATE INDEX articles_embargo ON articles (embargoed_until, id) WHERE embargoed_until IS NOT NULL;
CREATE INDEX articles_translation_source ON articles (translation_source) WHERE translation_source IS NOT NULL;
