//! Full text: FTS5 on SQLite, `tsvector` and a GIN index on PostgreSQL. Both get the same words, cut and folded by
//! [`terms`](crate::text::terms), and the same expressions. No word holds a sign that an engine reads: words are
//! letters and digits, marks begin with `#`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::document::{Document, Mark};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;
use crate::store::conn::{Conn, Sqlite};
use crate::store::database_error;
use crate::store::statement::Statement;

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

/// A [`Matching`] as the database is asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// In the language of the database.
    pub expression: String,
    /// Whether all that match are gathered first; see [`is_gathered`].
    pub gathered: bool,
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
    let mut statement = Statement::<()>::new("INSERT INTO ");
    match conn {
        Conn::Sqlite(_) => add(statement.sql("search_index"), number, document),
        Conn::Postgres(_) => {
            statement.sql("search_documents (copy_id, number, document) VALUES (").id(copy).sql(", ").number(number);
            statement.sql(", CAST(").text(document.vector());
            statement.sql(" AS tsvector)) ON CONFLICT (copy_id) DO UPDATE SET number = excluded.number, document = excluded.document")
        }
    };
    on_db!(conn, |c| statement.execute(c))?;
    Ok(())
}

/// Takes the documents of the copies that use these media records away, and their numbers: of those that are live at `now`
/// or wait. PostgreSQL does so in one statement, which sees the same copies throughout, and holds a copy before its
/// document, as whoever removes copies does.
pub fn forget_using(conn: &mut Conn, media: &[Id], now: Time) -> Result<()> {
    let mut update = Statement::<()>::new("");
    if matches!(conn, Conn::Postgres(_)) {
        update.sql("WITH forgotten AS (");
    } else {
        let mut delete = Statement::<()>::new(
            "DELETE FROM search_index WHERE rowid IN (SELECT published_articles.search_number FROM published_media \
             JOIN published_articles ON published_articles.copy_id = published_media.copy_id WHERE ",
        );
        delete.among("published_media.media_id", media).sql(" AND published_articles.visible_until > ").time(now);
        delete.sql(" AND published_articles.search_number IS NOT NULL)");
        on_db!(conn, |c| delete.execute(c))?;
    }
    update.sql("UPDATE published_articles SET search_number = NULL WHERE visible_until > ").time(now);
    update.sql(" AND copy_id IN (SELECT copy_id FROM published_media WHERE ").among("published_media.media_id", media);
    update.sql(")");
    if matches!(conn, Conn::Postgres(_)) {
        update.sql(
            " RETURNING copy_id) DELETE FROM search_documents USING forgotten \
             WHERE search_documents.copy_id = forgotten.copy_id",
        );
    }
    on_db!(conn, |c| update.execute(c))?;
    Ok(())
}

/// Writes the document of a working copy in place of the one before; on SQLite at the end of the transaction.
pub fn put_working(conn: &mut Conn, article: Id, document: &Document) -> Result<()> {
    let mut statement = Statement::<()>::new("INSERT INTO ");
    match conn {
        Conn::Sqlite(c) => {
            let number = empty_working_number(c, article).map_err(database_error)?;
            add(statement.sql("working_index"), number, document);
            c.put_off(statement);
        }
        Conn::Postgres(c) => {
            statement.sql("working_documents (article_id, document) VALUES (").id(article).sql(", CAST(");
            statement.text(document.vector());
            statement.sql(" AS tsvector)) ON CONFLICT (article_id) DO UPDATE SET document = excluded.document");
            statement.execute(&mut **c).map_err(database_error)?;
        }
    }
    Ok(())
}

/// The number of a working copy, under which nothing will be indexed any more.
fn empty_working_number(c: &mut Sqlite, article: Id) -> QueryResult<i64> {
    let mut known = Statement::<BigInt>::new("SELECT number FROM working_documents WHERE article_id = ");
    known.id(article);
    if let Some(number) = known.get_result(&mut **c).optional()? {
        let mut drop = Statement::<()>::new("DELETE FROM working_index WHERE rowid = ");
        drop.number(number);
        c.put_off(drop);
        return Ok(number);
    }
    let mut new = Statement::<()>::new("INSERT INTO working_documents (article_id) VALUES (");
    new.id(article).sql(")");
    new.execute(&mut **c)?;
    Statement::<BigInt>::new("SELECT last_insert_rowid()").get_result(&mut **c)
}

fn add<'a>(into: &'a mut Statement<()>, number: i64, document: &Document) -> &'a mut Statement<()> {
    into.sql(" (rowid, headline, text) VALUES (").number(number).sql(", ").text(&*document.headline);
    into.sql(", ").text(&*document.text).sql(")")
}

/// So many matches are gathered and sorted in a millisecond; each is read with its copy.
const GATHERED: i64 = 300;
/// Of a word that it has no statistics of, PostgreSQL assumes that one document in 200 has it; hardly one does.
const ONE_IN: i64 = 150;

/// An index of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Index {
    /// Of published copies.
    Published,
    /// Of working copies.
    Working,
}

/// Whether PostgreSQL is to gather what matches by its index of words, instead of walking from the newest document on until
/// it has enough: it would walk all of them for a word that few have. SQLite's index is in that order itself.
pub fn is_gathered(conn: &mut Conn, index: Index, expression: &str) -> Result<bool> {
    let Conn::Postgres(c) = conn else { return Ok(false) };
    let [plan, all] = match index {
        Index::Published => [
            "EXPLAIN SELECT 1 FROM search_documents WHERE document @@ CAST(",
            "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = 'search_documents'::regclass",
        ],
        Index::Working => [
            "EXPLAIN SELECT 1 FROM working_documents WHERE document @@ CAST(",
            "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = 'working_documents'::regclass",
        ],
    };
    let mut plan = Statement::<Text>::new(plan);
    plan.text(expression).sql(" AS tsquery)").rare();
    let lines: Vec<String> = plan.load(&mut **c).map_err(database_error)?;
    let expected = lines.first().and_then(|line| expected_rows(line)).unwrap_or(i64::MAX);
    if expected <= GATHERED {
        return Ok(true);
    }
    let all: i64 = Statement::<BigInt>::new(all).get_result(&mut **c).map_err(database_error)?;
    Ok(expected <= all / ONE_IN)
}

/// The rows that a line of a plan expects: `Seq Scan on search_documents  (cost=0.00..8.20 rows=3 width=4)`.
fn expected_rows(line: &str) -> Option<i64> {
    let (_, rows) = line.split_once(" rows=")?;
    rows.split(' ').next()?.parse().ok()
}

/// What one step of [`tidy`] does: it writes some 500 pages of each index anew, which takes milliseconds.
const TIDY: [&str; 2] = [
    "INSERT INTO search_index (search_index, rank) VALUES ('merge', 500)",
    "INSERT INTO working_index (working_index, rank) VALUES ('merge', 500)",
];
/// What [`unite`] does.
const UNITE: [&str; 2] = [
    "INSERT INTO search_index (search_index, rank) VALUES ('merge', -500)",
    "INSERT INTO working_index (working_index, rank) VALUES ('merge', -500)",
];
/// Rows that SQLite counts as changed where nothing was to be merged: one an index.
const CHANGED_BY_NONE: i64 = 2;

/// Brings some of what was indexed at different times together; answers whether there may be more. FTS5 looks for a word in
/// each segment of its index, and leaves several of each size. PostgreSQL tidies up by itself.
pub fn tidy(conn: &mut Conn) -> Result<bool> {
    merge(conn, TIDY)
}

/// Begins to bring all together, however large: whoever tidies goes on with it. What others write meanwhile begins nothing
/// anew.
pub fn unite(conn: &mut Conn) -> Result<()> {
    merge(conn, UNITE).map(drop)
}

fn merge(conn: &mut Conn, merges: [&'static str; 2]) -> Result<bool> {
    let Conn::Sqlite(c) = conn else { return Ok(false) };
    let mut step = || {
        let before = changed(c)?;
        for merge in merges {
            Statement::<()>::new(merge).execute(&mut **c)?;
        }
        Ok(changed(c)? - before > CHANGED_BY_NONE)
    };
    step().map_err(database_error)
}

fn changed(c: &mut SqliteConnection) -> QueryResult<i64> {
    Statement::<BigInt>::new("SELECT total_changes()").get_result(c)
}

/// The articles whose working copies match, at most `most`, those indexed last first.
pub fn working_matches(conn: &mut Conn, lookup: &Lookup, most: i64) -> Result<Vec<Id>> {
    conn.catch_up()?;
    let [select, order, end] = match conn {
        Conn::Sqlite(_) => [
            "SELECT working_documents.article_id FROM (SELECT rowid AS number FROM working_index \
             WHERE working_index MATCH ",
            " ORDER BY rowid DESC LIMIT ",
            ") AS found CROSS JOIN working_documents ON working_documents.number = found.number",
        ],
        Conn::Postgres(_) => [
            "SELECT article_id FROM working_documents WHERE document @@ CAST(",
            if lookup.gathered {
                " AS tsquery) ORDER BY article_id || '' DESC LIMIT "
            } else {
                " AS tsquery) ORDER BY article_id DESC LIMIT "
            },
            "",
        ],
    };
    let mut statement = Statement::<Text>::new(select);
    statement.text(&*lookup.expression).sql(order).number(most).sql(end);
    if matches!(conn, Conn::Postgres(_)) {
        // It plans for the words at hand.
        statement.rare();
    }
    on_db!(conn, |c| statement.load(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read() {
        let line = "Bitmap Heap Scan on search_documents  (cost=23.75..3466.65 rows=1000 width=45)";
        assert_eq!(expected_rows(line), Some(1_000));
        assert_eq!(expected_rows("  Recheck Cond: (document @@ 'harbour'::tsquery)"), None);
    }

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
