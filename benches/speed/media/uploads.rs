//! Films of two sizes, each sent to a server that has just started: the larger one may not need more memory.

use std::path::Path;
use std::time::Instant;

use super::figures::Upload;
use super::film::Film;
use crate::client::{Connection, file_form, post_head};
use crate::options::Options;
use crate::process::{CpuTime, memory};
use crate::slugline::{CACHE_MIB, Newsroom};
use crate::{Result, interrupted};

/// Bytes of the films.
const SIZES: [usize; 2] = [10_000_000, 1_000_000_000];

/// Sends each film to a newsroom of its own, and deletes it again.
pub fn measure(folder: &Path, options: &Options) -> Result<Vec<Upload>> {
    SIZES.into_iter().map(|bytes| one(&folder.join(format!("upload-{bytes}")), bytes, options)).collect()
}

fn one(folder: &Path, bytes: usize, options: &Options) -> Result<Upload> {
    println!("upload: {} MB", bytes / 1_000_000);
    let newsroom = Newsroom::new(folder, None, options)?;
    newsroom.migrate()?;
    let token = newsroom.token()?;
    let server = newsroom.serve(CACHE_MIB)?;
    let id = server.running.id();
    std::thread::sleep(std::time::Duration::from_secs(1));
    let (idle, before) = (memory(id, "VmRSS")?, CpuTime::of(id)?);
    let mut connection = Connection::open(&server.address)?;
    let (headers, head, tail) = file_form("film.mp4");
    let headers = format!("Authorization: Bearer {token}\r\n{headers}");
    let since = Instant::now();
    connection.write(&post_head("/v1/admin/media", &headers, head.len() + bytes + tail.len()))?;
    connection.write(head.as_bytes())?;
    Film::new(bytes).each(|piece| {
        interrupted()?;
        connection.write(piece)
    })?;
    let answer = connection.send(tail.as_bytes())?;
    let seconds = since.elapsed().as_secs_f64();
    let kind = answer.json(201)?["data"]["kind"].take();
    if kind != "video" {
        return Err(format!("a film was taken for {kind}"));
    }
    let upload = Upload {
        bytes: bytes as u64,
        seconds,
        cpu: CpuTime::of(id)?.since(&before).as_secs_f64(),
        idle,
        peak: memory(id, "VmHWM")?,
    };
    drop(server);
    // Twice the film lies there: as it was sent, and as the public gets it.
    drop(std::fs::remove_dir_all(folder));
    Ok(upload)
}
