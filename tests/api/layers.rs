//! Dependencies point one way: http → domain → store → model; `jobs` and `cli` stand beside `http`; `files`, `text`,
//! `crypto` and `outbound` are leaves.

use std::path::{Path, PathBuf};

/// What each room may name.
const ALLOWED: &[(&str, &[&str])] = &[
    ("error", &["error"]),
    ("model", &["model", "error", "text", "crypto", "outbound"]),
    ("text", &["text", "error"]),
    ("files", &["files", "error", "text", "outbound"]),
    ("crypto", &["crypto", "error"]),
    ("outbound", &["outbound"]),
    ("store", &["store", "model", "error", "text"]),
    ("domain", &["domain", "store", "model", "error", "text", "files", "crypto"]),
    ("http", &["http", "domain", "store", "model", "error", "text", "files", "crypto", "app", "config", "jobs"]),
    ("jobs", &["jobs", "domain", "store", "model", "error", "files", "app", "config", "outbound"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The rooms that a source names: every `crate::room` in it.
fn named(source: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        let room: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        if !room.is_empty() && rest[room.len()..].starts_with("::") {
            rooms.push(room);
        }
    }
    rooms
}

#[test]
fn no_room_names_one_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (room, allowed) in ALLOWED {
        let mut files = Vec::new();
        let folder = root.join(room);
        assert!(folder.is_dir(), "the room {room} is gone");
        sources(&folder, &mut files);
        for file in files {
            let source = std::fs::read_to_string(&file).unwrap();
            for name in named(&source) {
                if root.join(&name).is_dir() && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{} names crate::{name}", file.strip_prefix(&root).unwrap().display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that run back:\n{}", wrong.join("\n"));
}

#[test]
fn the_public_door_names_neither_the_editorial_one_nor_a_working_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root.join("http/public"), &mut files);
    for file in &files {
        let source = std::fs::read_to_string(file).unwrap();
        assert!(!source.contains("http::admin"), "{} names the editorial door", file.display());
    }
    let mut files = vec![root.join("store/published.rs")];
    sources(&root.join("store/published"), &mut files);
    for file in &files {
        let source = std::fs::read_to_string(file).unwrap();
        for working in [
            " articles::",
            "(articles::",
            "article_tags",
            "article_authors",
            "article_media",
            "revisions",
            " collections::",
            "(collections::",
        ] {
            assert!(!source.contains(working), "{} names the working table {working}", file.display());
        }
    }
}
