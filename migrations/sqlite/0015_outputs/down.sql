DROP TABLE sitemap_parts;
