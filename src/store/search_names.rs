//! The words of the names of tags and authors: articles are indexed by the ids of theirs, so that a rename is found at
//! once.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{merged_tags, search_names};
use crate::error::Result;
use crate::model::Id;
use crate::on_db;
use crate::text::query::Clause;
use crate::text::terms::terms;

/// Places that each name has: one more than the words that count of it, so that no phrase reaches into the next.
const GAP: usize = 64;
/// Words of names that are looked at for one query.
const MAX_ROWS: i64 = 4_000;
/// Names that one part of a query stands for.
const MAX_NAMES: usize = 64;

/// A tag or an author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Whether it is a tag.
    pub is_tag: bool,
    /// The id.
    pub id: Id,
}

/// Writes down what a tag or an author is called.
pub fn set<'a>(conn: &mut Conn, subject: Subject, names: impl Iterator<Item = &'a str>) -> Result<()> {
    remove(conn, subject.id)?;
    for (number, name) in names.enumerate() {
        for (place, term) in terms(name).take(GAP - 1).enumerate() {
            let row = (
                search_names::subject_id.eq(subject.id),
                search_names::position.eq(i32::try_from(number * GAP + place).unwrap_or(i32::MAX)),
                search_names::word.eq(&*term.word),
                search_names::is_tag.eq(subject.is_tag),
            );
            on_db!(conn, |c| diesel::insert_into(search_names::table).values(row).execute(c))?;
        }
    }
    Ok(())
}

/// Forgets what a tag or an author is called.
pub fn remove(conn: &mut Conn, subject: Id) -> Result<()> {
    let own = search_names::table.filter(search_names::subject_id.eq(subject));
    on_db!(conn, |c| diesel::delete(own).execute(c))?;
    Ok(())
}

type Row = (String, Id, i32, bool);
/// The places of a word: by subject, its positions.
type Places = BTreeMap<Subject, BTreeSet<i32>>;

/// Who is called so, for each of these parts of a query; at most 64 for each.
pub fn find(conn: &mut Conn, clauses: &[&Clause]) -> Result<Vec<Vec<Subject>>> {
    let exact: Vec<&String> = clauses.iter().flat_map(|clause| whole_words(clause)).collect();
    let mut known: BTreeMap<String, Places> = BTreeMap::new();
    if !exact.is_empty() {
        let rows: Vec<Row> = on_db!(conn, |c| search_names::table
            .filter(in_list(search_names::word, &exact))
            .order((search_names::word, search_names::subject_id))
            .limit(MAX_ROWS)
            .select((search_names::word, search_names::subject_id, search_names::position, search_names::is_tag))
            .load(c))?;
        for (word, id, position, is_tag) in rows {
            known.entry(word).or_default().entry(Subject { is_tag, id }).or_default().insert(position);
        }
    }
    clauses.iter().map(|clause| called(conn, clause, &known)).collect()
}

fn whole_words(clause: &Clause) -> impl Iterator<Item = &String> {
    let whole = clause.words.len() - usize::from(clause.prefix && !clause.words.is_empty());
    clause.words.iter().take(whole)
}

fn called(conn: &mut Conn, clause: &Clause, known: &BTreeMap<String, Places>) -> Result<Vec<Subject>> {
    let mut places: Vec<Places> =
        whole_words(clause).map(|word| known.get(word).cloned().unwrap_or_default()).collect();
    if let Some(last) = clause.words.last().filter(|_| clause.prefix) {
        places.push(beginning(conn, last)?);
    }
    let Some((first, others)) = places.split_first() else { return Ok(Vec::new()) };
    let in_a_row = |(subject, starts): &(&Subject, &BTreeSet<i32>)| {
        starts.iter().any(|start| {
            let mut steps = (1..).zip(others);
            steps.all(|(step, places)| places.get(subject).is_some_and(|at| at.contains(&(start + step))))
        })
    };
    Ok(first.iter().filter(in_a_row).map(|(subject, _)| *subject).take(MAX_NAMES).collect())
}

/// The places of the words that begin so.
fn beginning(conn: &mut Conn, start: &str) -> Result<Places> {
    let rows: Vec<Row> = on_db!(conn, |c| search_names::table
        .filter(search_names::word.ge(start))
        .filter(search_names::word.lt(format!("{start}\u{10ffff}")))
        .order((search_names::word, search_names::subject_id))
        .limit(MAX_ROWS)
        .select((search_names::word, search_names::subject_id, search_names::position, search_names::is_tag))
        .load(c))?;
    let mut places = Places::new();
    for (_, id, position, is_tag) in rows {
        places.entry(Subject { is_tag, id }).or_default().insert(position);
    }
    Ok(places)
}

/// Pairs of a tag that was merged and the one that it was merged into, of those that were merged into these.
pub fn merged_into(conn: &mut Conn, tags: &[Id]) -> Result<Vec<(Id, Id)>> {
    if tags.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| merged_tags::table
        .filter(in_list(merged_tags::into_id, tags))
        .select((merged_tags::id, merged_tags::into_id))
        .load(c))
}
