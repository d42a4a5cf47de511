//! Full text: FTS5 on SQLite, `tsvector` and a GIN index on PostgreSQL. Both get the same words, cut and folded by
//! [`terms`](crate::text::terms), and the same expressions. No word holds a sign that an engine reads: words are
//! letters and digits, marks begin with `#`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::document::{Document, Mark};
use crate::error::Result;
use crate::model::Id;
use crate::store::conn::Conn;
use crate::store::database_error;

/// One way to match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// These folded words in a row; the last may be the beginning of one.
    Words {
        /// The words.
        words: Vec<String>,
        /// Whether the last is the beginning of one.
        prefix: bool,
        /// Only in the headline.
        in_headline: bool,
    },
    /// A mark.
    Mark(Mark),
}

/// What an article must have: of each list in `all` one at least, and none of `not`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// Each a choice; at least one, none empty.
    pub all: Vec<Vec<Leaf>>,
    /// What it must not have.
    pub not: Vec<Leaf>,
}

impl Matching {
    /// The expression in the language of the database.
    #[must_use]
    pub fn expression(&self, conn: &Conn) -> String {
        let (show, and, or, but): (fn(&Leaf) -> String, _, _, _) = match conn {
            Conn::Sqlite(_) => (Leaf::fts5, " AND ", " OR ", " NOT "),
            Conn::Postgres(_) => (Leaf::tsquery, " & ", " | ", " & !"),
        };
        let choice = |leaves: &[Leaf]| {
            let leaves: Vec<String> = leaves.iter().map(show).collect();
            format!("({})", leaves.join(or))
        };
        let all: Vec<String> = self.all.iter().map(|leaves| choice(leaves)).collect();
        let all = format!("({})", all.join(and));
        if self.not.is_empty() { all } else { format!("{all}{but}{}", choice(&self.not)) }
    }
}

impl Leaf {
    fn fts5(&self) -> String {
        match self {
            Self::Mark(Mark(mark)) => format!("\"{mark}\""),
            Self::Words { words, prefix, in_headline } => {
                let column = if *in_headline { "headline : " } else { "" };
                format!("{column}\"{}\"{}", words.join(" "), if *prefix { " *" } else { "" })
            }
        }
    }

    fn tsquery(&self) -> String {
        match self {
            Self::Mark(Mark(mark)) => format!("'{mark}'"),
            Self::Words { words, prefix, in_headline } => {
                let weight = if *in_headline { "A" } else { "" };
                let last = words.len().saturating_sub(1);
                let word = |(at, word): (usize, &String)| match (*prefix && at == last, weight) {
                    (true, weight) => format!("'{word}':*{weight}"),
                    (false, "") => format!("'{word}'"),
                    (false, weight) => format!("'{word}':{weight}"),
                };
                let words: Vec<String> = words.iter().enumerate().map(word).collect();
                format!("({})", words.join(" <-> "))
            }
        }
    }
}

/// Writes the document of a published copy under its number.
pub fn add_copy(conn: &mut Conn, copy: Id, number: i64, document: &Document) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => {
            add(c, "INSERT INTO search_index (rowid, headline, text) VALUES (?, ?, ?)", number, document)
        }
        Conn::Postgres(c) => diesel::sql_query(
            "INSERT INTO search_documents (copy_id, number, document) VALUES ($1, $2, CAST($3 AS tsvector))",
        )
        .bind::<Text, _>(copy)
        .bind::<BigInt, _>(number)
        .bind::<Text, _>(document.vector())
        .execute(&mut **c),
    }
    .map(drop)
    .map_err(database_error)
}

/// Takes the documents of the copies that use a media record away.
pub fn drop_using(conn: &mut Conn, media: Id) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => diesel::sql_query(
            "DELETE FROM search_index WHERE rowid IN (SELECT published_articles.search_number FROM published_media \
             JOIN published_articles ON published_articles.copy_id = published_media.copy_id \
             WHERE published_media.media_id = ? AND published_articles.search_number IS NOT NULL)",
        )
        .bind::<Text, _>(media)
        .execute(&mut **c),
        Conn::Postgres(c) => diesel::sql_query(
            "DELETE FROM search_documents WHERE copy_id IN (SELECT copy_id FROM published_media WHERE media_id = $1)",
        )
        .bind::<Text, _>(media)
        .execute(&mut **c),
    }
    .map(drop)
    .map_err(database_error)
}

/// Writes the document of a working copy in place of the one before.
pub fn put_working(conn: &mut Conn, article: Id, document: &Document) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => put_working_fts5(c, article, document),
        Conn::Postgres(c) => diesel::sql_query(
            "INSERT INTO working_documents (article_id, document) VALUES ($1, CAST($2 AS tsvector)) \
             ON CONFLICT (article_id) DO UPDATE SET document = excluded.document",
        )
        .bind::<Text, _>(article)
        .bind::<Text, _>(document.vector())
        .execute(&mut **c),
    }
    .map(drop)
    .map_err(database_error)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn put_working_fts5(c: &mut SqliteConnection, article: Id, document: &Document) -> QueryResult<usize> {
    let known: Option<Number> = diesel::sql_query("SELECT number FROM working_documents WHERE article_id = ?")
        .bind::<Text, _>(article)
        .get_result(c)
        .optional()?;
    let number = match known {
        Some(Number { number }) => {
            diesel::sql_query("DELETE FROM working_index WHERE rowid = ?").bind::<BigInt, _>(number).execute(c)?;
            number
        }
        None => {
            diesel::sql_query("INSERT INTO working_documents (article_id) VALUES (?) RETURNING number")
                .bind::<Text, _>(article)
                .get_result::<Number>(c)?
                .number
        }
    };
    add(c, "INSERT INTO working_index (rowid, headline, text) VALUES (?, ?, ?)", number, document)
}

fn add(c: &mut SqliteConnection, sql: &'static str, number: i64, document: &Document) -> QueryResult<usize> {
    diesel::sql_query(sql)
        .bind::<BigInt, _>(number)
        .bind::<Text, _>(document.headline.join(" "))
        .bind::<Text, _>(document.text.join(" "))
        .execute(c)
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    article_id: Id,
}

/// The articles whose working copies match, at most `most`, those indexed last first.
pub fn working_matches(conn: &mut Conn, matching: &Matching, most: i64) -> Result<Vec<Id>> {
    let expression = matching.expression(conn);
    let found: Vec<Found> = match conn {
        Conn::Sqlite(c) => diesel::sql_query(
            "SELECT working_documents.article_id FROM (SELECT rowid AS number FROM working_index \
             WHERE working_index MATCH ? ORDER BY rowid DESC LIMIT ?) AS found \
             CROSS JOIN working_documents ON working_documents.number = found.number",
        )
        .bind::<Text, _>(expression)
        .bind::<BigInt, _>(most)
        .load(&mut **c),
        Conn::Postgres(c) => diesel::sql_query(
            "SELECT article_id FROM working_documents WHERE document @@ CAST($1 AS tsquery) \
             ORDER BY article_id DESC LIMIT $2",
        )
        .bind::<Text, _>(expression)
        .bind::<BigInt, _>(most)
        .load(&mut **c),
    }
    .map_err(database_error)?;
    Ok(found.into_iter().map(|row| row.article_id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_get_the_same_words() {
        let mut document = Document::new("New York");
        document.text("new").mark(&Mark::word('l', "pt-BR"));
        assert_eq!(document.vector(), "'#lptbr':6D 'new':1A,4D 'york':2A ");
        let words = Leaf::Words { words: vec!["new".into(), "yo".into()], prefix: true, in_headline: true };
        assert_eq!(words.fts5(), "headline : \"new yo\" *");
        assert_eq!(words.tsquery(), "('new':A <-> 'yo':*A)");
    }
}
