//! Migrations go up, down and up again, and leave the same schema.

use slugline::store::{Access, DatabaseUrl, Store, migrate, schema_text};

use crate::support::postgres;

fn goes_up_down_up(url: &str) {
    let store = Store::open(&DatabaseUrl::parse(url).unwrap(), 2).unwrap();
    let all = migrate::pending(&store).unwrap();
    assert!(!all.is_empty());
    assert_eq!(migrate::run(&store).unwrap().len(), all.len());
    let first = store.run_here(Access::Read, schema_text).unwrap();
    assert!(first.contains("published_articles"), "{first}");
    assert!(migrate::pending(&store).unwrap().is_empty());
    migrate::revert_all(&store).unwrap();
    assert!(!store.run_here(Access::Read, schema_text).unwrap().contains("published_articles"));
    migrate::run(&store).unwrap();
    assert_eq!(store.run_here(Access::Read, schema_text).unwrap(), first);
}

fn two_nodes_migrate_at_once(url: &str) {
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let url = DatabaseUrl::parse(url).unwrap();
            std::thread::spawn(move || migrate::run(&Store::open(&url, 1).unwrap()).unwrap().len())
        })
        .collect();
    let ran: Vec<usize> = nodes.into_iter().map(|node| node.join().unwrap()).collect();
    assert_eq!(ran.iter().filter(|count| **count > 0).count(), 1, "{ran:?}");
}

#[test]
fn up_down_up_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    goes_up_down_up(&format!("sqlite://{}/a.db", folder.path().display()));
}

#[test]
fn up_down_up_on_postgres() {
    let Some(cluster) = postgres::cluster() else { return };
    goes_up_down_up(&cluster.empty_database());
}

#[test]
fn two_nodes_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    two_nodes_migrate_at_once(&format!("sqlite://{}/a.db", folder.path().display()));
}

#[test]
fn two_nodes_on_postgres() {
    let Some(cluster) = postgres::cluster() else { return };
    two_nodes_migrate_at_once(&cluster.empty_database());
}

#[test]
fn both_sides_have_the_same_migrations() {
    let names = |side: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(side);
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
