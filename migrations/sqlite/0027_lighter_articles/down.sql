DROP INDEX articles_section;
DROP INDEX articles_embargo;
DROP INDEX articles_translation_source;
CREATE INDEX articles_section ON articles (section_id);
CREATE INDEX articles_embargo ON articles (embargoed_until, id);
CREATE INDEX articles_translation_source ON articles (translation_source);
CREATE INDEX articles_by_slug ON articles (locale, slug);
CREATE INDEX articles_by_group ON articles (translation_group, locale);
