use std::sync::mpsc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::*;
use crate::store::DatabaseUrl;

diesel::table! {
    notes (id) {
        id -> BigInt,
    }
}

fn store(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&DatabaseUrl::Sqlite(folder.path().join("a.db")), 2).unwrap();
    let table = "CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY)";
    store.run_here(Access::Write, |conn| on_db!(conn, |c| c.batch_execute(table))).unwrap();
    store
}

fn add(conn: &mut Conn, id: i64) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(notes::table).values(notes::id.eq(id)).execute(c)).map(drop)
}

fn kept(store: &Store) -> Vec<i64> {
    store
        .run_here(Access::Read, |conn| on_db!(conn, |c| notes::table.select(notes::id).order(notes::id).load(c)))
        .unwrap()
}

/// A writer of its own, who has come to wait when this returns.
async fn writer<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
) -> tokio::task::JoinHandle<Result<T>> {
    let store = store.clone();
    let writer = tokio::spawn(async move { store.write(work).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    writer
}

/// A store whose turn is held until it is told to go on, so that what comes meanwhile waits.
async fn held(folder: &tempfile::TempDir) -> (Store, mpsc::Sender<()>, tokio::task::JoinHandle<Result<()>>) {
    let (store, (go_on, wait)) = (store(folder), mpsc::channel::<()>());
    let work = move |_: &mut Conn| {
        let _ = wait.recv();
        Ok(())
    };
    let held = writer(&store, work).await;
    (store, go_on, held)
}

#[tokio::test]
async fn a_change_that_fails_takes_nothing_of_the_others_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, go_on, held) = held(&folder).await;
    let mut changes = Vec::new();
    for id in 0..6_i64 {
        let work = move |conn: &mut Conn| {
            add(conn, id)?;
            match id {
                2 => Err(Error::not_found()),
                4 => panic!("as programs do"),
                _ => Ok(id),
            }
        };
        changes.push(writer(&store, work).await);
    }
    go_on.send(()).unwrap();
    held.await.unwrap().unwrap();
    let mut worked = Vec::new();
    for change in changes {
        worked.extend(change.await.unwrap().ok());
    }
    assert_eq!(worked, [0, 1, 3, 5]);
    assert_eq!(kept(&store), [0, 1, 3, 5]);
}

#[tokio::test]
async fn who_waits_too_long_is_refused_and_nothing_is_written_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let (store, go_on, held) = held(&folder).await;
    let refused = store.write(|conn| add(conn, 1)).await.unwrap_err();
    assert_eq!(refused.code(), crate::error::Code::Unavailable);
    go_on.send(()).unwrap();
    held.await.unwrap().unwrap();
    store.write(|conn| add(conn, 2)).await.unwrap();
    assert_eq!(kept(&store), [2]);
}

#[tokio::test]
async fn a_transaction_that_the_database_gave_up_is_kept_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (store, go_on, held) = held(&folder).await;
    let before = writer(&store, |conn| add(conn, 1)).await;
    // As SQLite does by itself where a disk fails.
    let giving_up = writer(&store, |conn| on_db!(conn, |c| c.batch_execute("ROLLBACK"))).await;
    let after = writer(&store, |conn| add(conn, 3)).await;
    go_on.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert!(before.await.unwrap().is_err());
    assert!(giving_up.await.unwrap().is_err());
    after.await.unwrap().unwrap();
    assert_eq!(kept(&store), [3]);
    store.write(|conn| add(conn, 4)).await.unwrap();
    assert_eq!(kept(&store), [3, 4]);
}
