use std::sync::mpsc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::*;
use crate::on_db;
use crate::store::DatabaseUrl;
use crate::store::statement::Statement;

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
    store.run_here(Access::Read, |conn| Ok(all(conn))).unwrap()
}

/// The same at the end of the transaction.
fn add_late(conn: &mut Conn, id: i64) {
    let mut insert = Statement::<()>::new("INSERT INTO notes (id) VALUES (");
    insert.number(id).sql(")");
    let Conn::Sqlite(c) = conn else { panic!("SQLite") };
    c.put_off(insert);
}

fn all(conn: &mut Conn) -> Vec<i64> {
    on_db!(conn, |c| notes::table.select(notes::id).order(notes::id).load(c)).unwrap()
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

/// A store whose turn is held until it is told to go on, so that what comes meanwhile waits; who holds it adds 100 and
/// answers what it is told.
async fn held(folder: &tempfile::TempDir) -> (Store, mpsc::Sender<Result<()>>, tokio::task::JoinHandle<Result<()>>) {
    let (store, (go_on, wait)) = (store(folder), mpsc::channel::<Result<()>>());
    let work = move |conn: &mut Conn| {
        add(conn, 100)?;
        wait.recv().unwrap()
    };
    let held = writer(&store, work).await;
    (store, go_on, held)
}

#[tokio::test]
async fn a_change_that_fails_takes_nothing_of_the_others_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, go_on, held) = held(&folder).await;
    let mut changes = Vec::new();
    for id in 0..8_i64 {
        let work = move |conn: &mut Conn| {
            add(conn, id)?;
            match id {
                2 => Err(Error::not_found()),
                4 => panic!("as programs do"),
                6 => conn.savepoint(|conn| add(conn, 60).map(|()| panic!("in the midst of it"))),
                _ => Ok(id),
            }
        };
        changes.push(writer(&store, work).await);
    }
    go_on.send(Ok(())).unwrap();
    held.await.unwrap().unwrap();
    let mut worked = Vec::new();
    for change in changes {
        worked.extend(change.await.unwrap().ok());
    }
    assert_eq!(worked, [0, 1, 3, 5, 7]);
    assert_eq!(kept(&store), [0, 1, 3, 5, 7, 100]);
}

#[tokio::test]
async fn a_first_change_that_fails_takes_nothing_of_the_others_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, go_on, held) = held(&folder).await;
    let after = [writer(&store, |conn| add(conn, 1)).await, writer(&store, |conn| add(conn, 2)).await];
    go_on.send(Err(Error::not_found())).unwrap();
    assert_eq!(held.await.unwrap().unwrap_err().code(), crate::error::Code::NotFound);
    for change in after {
        change.await.unwrap().unwrap();
    }
    assert_eq!(kept(&store), [1, 2]);
}

#[tokio::test]
async fn what_is_put_off_is_written_with_what_put_it_off_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (store, go_on, held) = held(&folder).await;
    let works: [fn(&mut Conn) -> Result<()>; 4] = [
        |conn| {
            add_late(conn, 10);
            assert_eq!(all(conn), [100]);
            Ok(())
        },
        |conn| {
            add_late(conn, 20);
            Err(Error::not_found())
        },
        |conn| {
            let inner = conn.savepoint(|conn| {
                add_late(conn, 30);
                Err::<(), _>(Error::not_found())
            });
            assert!(inner.is_err());
            add_late(conn, 31);
            Ok(())
        },
        |conn| {
            add_late(conn, 40);
            let inner = conn.savepoint(|conn| {
                conn.catch_up()?;
                assert_eq!(all(conn), [10, 31, 40, 100]);
                Err::<(), _>(Error::not_found())
            });
            assert!(inner.is_err());
            assert_eq!(all(conn), [100]);
            Ok(())
        },
    ];
    let mut changes = Vec::new();
    for work in works {
        changes.push(writer(&store, work).await);
    }
    go_on.send(Ok(())).unwrap();
    held.await.unwrap().unwrap();
    let mut worked = Vec::new();
    for change in changes {
        worked.push(change.await.unwrap().is_ok());
    }
    assert_eq!(worked, [true, false, true, true]);
    assert_eq!(kept(&store), [10, 31, 40, 100]);
}

#[tokio::test]
async fn who_waits_too_long_is_refused_and_nothing_is_written_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let (store, go_on, held) = held(&folder).await;
    let refused = store.write(|conn| add(conn, 1)).await.unwrap_err();
    assert_eq!(refused.code(), crate::error::Code::Unavailable);
    go_on.send(Ok(())).unwrap();
    held.await.unwrap().unwrap();
    store.write(|conn| add(conn, 2)).await.unwrap();
    assert_eq!(kept(&store), [2, 100]);
}

#[tokio::test]
async fn a_transaction_that_the_database_gave_up_is_kept_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (store, go_on, held) = held(&folder).await;
    let before = writer(&store, |conn| add(conn, 1)).await;
    // As SQLite does by itself where a disk fails.
    let giving_up = writer(&store, |conn| on_db!(conn, |c| c.batch_execute("ROLLBACK"))).await;
    let after = writer(&store, |conn| add(conn, 3)).await;
    go_on.send(Ok(())).unwrap();
    held.await.unwrap().unwrap();
    assert!(before.await.unwrap().is_err());
    assert!(giving_up.await.unwrap().is_err());
    after.await.unwrap().unwrap();
    assert_eq!(kept(&store), [3, 100]);
    store.write(|conn| add(conn, 4)).await.unwrap();
    assert_eq!(kept(&store), [3, 4, 100]);
}

#[tokio::test]
async fn nothing_is_added_to_a_transaction_that_the_database_gave_up() {
    let folder = tempfile::tempdir().unwrap();
    let (store, go_on, held) = held(&folder).await;
    // It makes the best of it.
    let giving_up = writer(&store, |conn| {
        let inner = conn.savepoint(|conn| {
            on_db!(conn, |c| c.batch_execute("ROLLBACK"))?;
            Err::<(), _>(unavailable())
        });
        assert!(inner.is_err());
        Ok(())
    })
    .await;
    let with_it = writer(&store, |conn| add(conn, 2)).await;
    go_on.send(Ok(())).unwrap();
    held.await.unwrap().unwrap();
    assert!(giving_up.await.unwrap().is_err());
    assert!(with_it.await.unwrap().is_err());
    store.write(|conn| add(conn, 3)).await.unwrap();
    assert_eq!(kept(&store), [3, 100]);
}
