//! People, organizations and subjects in the words of schema.org.

use std::collections::HashMap;

use serde_json::Value;

use super::node::Node;
use super::schema_media::picture;
use crate::domain::reading::Described;
use crate::http::public::cards::View;
use crate::http::public::media::PublicMedia;
use crate::http::public::refs::{AuthorRef, TagRef};
use crate::model::{BylineRole, Id, Source, TagKind};

/// The publication.
#[must_use]
pub fn publisher(view: View, around: &Described) -> Node {
    let site = &view.shelf.site;
    let logo = around.logo.as_ref().map(|row| picture(&PublicMedia::from_row(row, None, view.urls)));
    let principles: Vec<&str> = site.principles.iter().map(|principle| principle.url.as_str()).collect();
    Node::of_type("NewsMediaOrganization")
        .with("@id", format!("{}/#publisher", view.urls.site))
        .with("name", site.name.as_str())
        .with("url", view.urls.site.as_str())
        .with("logo", logo)
        .with("publishingPrinciples", principles)
}

/// The people of a byline by what they did: authors, editors, translators, contributors. An article that nobody signed is
/// the publication's.
#[must_use]
pub fn credits(node: Node, authors: &[AuthorRef], view: View) -> Node {
    let of = |roles: &[BylineRole]| -> Vec<Value> {
        authors.iter().filter(|author| roles.contains(&author.role)).map(person).collect()
    };
    let mut signed = of(&[BylineRole::Writer, BylineRole::Reporter]);
    if signed.is_empty() {
        let publication = Node::of_type("Organization").with("name", view.shelf.site.name.as_str());
        signed.push(publication.with("url", view.urls.site.as_str()).into());
    }
    node.with("author", signed)
        .with("editor", of(&[BylineRole::Editor]))
        .with("translator", of(&[BylineRole::Translator]))
        .with("contributor", of(&[BylineRole::Photographer, BylineRole::Contributor]))
}

fn person(author: &AuthorRef) -> Value {
    Node::of_type("Person").with("name", author.row.name.as_str()).with("url", author.url()).into()
}

/// Somebody with a name and a page.
#[must_use]
pub fn signed(name: &str, url: &str) -> Node {
    Node::of_type("Person").with("name", name).with("url", url)
}

/// Whose reporting an article carries.
#[must_use]
pub fn source(source: &Source) -> Option<Value> {
    let name = source.name.as_deref()?;
    Some(Node::of_type("Organization").with("name", name).with("url", source.url.as_deref()).into())
}

/// What an article is about, by the kinds of its tags.
#[must_use]
pub fn subjects(tags: &[TagRef], uris: &HashMap<Id, String>) -> Vec<Value> {
    let subject = |tag: &TagRef| -> Value {
        let kind = match tag.row.kind {
            TagKind::Person => "Person",
            TagKind::Place => "Place",
            TagKind::Organization => "Organization",
            TagKind::Section | TagKind::Topic | TagKind::Event | TagKind::Series => "Thing",
        };
        let uri = uris.get(&tag.row.id).map(String::as_str);
        Node::of_type(kind).with("name", tag.name.as_ref()).with("url", tag.url()).with("sameAs", uri).into()
    };
    tags.iter().map(subject).collect()
}
