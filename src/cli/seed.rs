//! `slugline seed`: fills a database with many plausible articles, for measuring.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::user::open;
use super::{Outcome, log, say, sentence};
use crate::app::App;
use crate::config::Config;
use crate::domain::media::{self, NewFile};
use crate::domain::search::index;
use crate::domain::seeding::{self, Dice, Shape, Surroundings};
use crate::domain::{media_ingest, site};
use crate::error::{Error, Result};
use crate::model::{Id, MediaInput};

/// Articles that one transaction writes.
const BATCH: usize = 1_000;

/// Documents that one transaction catches up with.
const CAUGHT_UP: i64 = 1_000;

/// What to make.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Live articles, a minute apart, the newest first.
    #[arg(long, default_value_t = 10_000)]
    articles: usize,
    /// Paragraphs of an article, of about 500 bytes each.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    paragraphs: u32,
    /// Tags of kind topic, beside five sections; three to an article.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    tags: u32,
    /// Small pictures, one to an article.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    media: u32,
    /// Another number makes another newsroom; the same makes the same.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Fills the database.
///
/// # Errors
/// The database's, or the disk's.
pub fn run(config: Config, args: &Args) -> Outcome {
    log::quiet(&config.log)?;
    let app = open(config)?;
    fill(&app, args).map_err(|error| sentence(&error))?;
    say(&format!("{} articles, {} tags, {} pictures.", args.articles, args.tags, args.media));
    Ok(())
}

fn fill(app: &App, args: &Args) -> Result<()> {
    // What an update left to be indexed would have all articles indexed again.
    while app.write_here(|cx, _| index::catch_up(cx, CAUGHT_UP))? {}
    let mut dice = Dice::new(args.seed);
    let files = (0..args.media).map(|number| draw(app, number)).collect::<Result<Vec<NewFile>>>()?;
    let media = app.write_here(|cx, system| {
        let keep =
            |file| Ok(media::create_from_file(cx, system, &app.storage, file, MediaInput::default())?.view().row.id);
        files.into_iter().map(keep).collect::<Result<Vec<Id>>>()
    })?;
    let all = app.write_here(|cx, _| seeding::surroundings(cx, &mut dice, args.tags as usize, media))?;
    let locale = app.write_here(|cx, _| site::load(cx).map(|site| site.default_locale))?;
    let shape = Shape { locale, paragraphs: args.paragraphs as usize };
    articles(app, args, &all, &shape)?;
    app.write_here(|cx, _| index::unite(cx))?;
    while app.write_here(|cx, _| index::tidy(cx))? {}
    Ok(())
}

/// Makes the articles, on PostgreSQL several batches at a time: each statement is a trip there. Every batch has dice of its
/// own, so that it does not matter who makes it.
fn articles(app: &App, args: &Args, all: &Surroundings, shape: &Shape) -> Result<()> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(0));
    let batch = |from: usize| -> Result<()> {
        let until = (from + BATCH).min(args.articles);
        let mut dice = Dice::of(args.seed, from as u64);
        app.write_here(|cx, _| (from..until).try_for_each(|n| seeding::article(cx, &mut dice, all, n, shape)))?;
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        *done += until - from;
        progress(*done, until - from, args.articles);
        Ok(())
    };
    let work = || -> Result<()> {
        loop {
            let from = next.fetch_add(BATCH, Ordering::Relaxed);
            if from >= args.articles {
                return Ok(());
            }
            // Where one fails, the others begin nothing more.
            batch(from).inspect_err(|_| next.store(args.articles, Ordering::Relaxed))?;
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let connections = usize::try_from(app.config.database.database_connections).unwrap_or(1);
    let hands = if app.store.is_sqlite() { 1 } else { (2 * cores).min(connections) };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..hands).map(|_| scope.spawn(work)).collect();
        let own = work();
        let lost = |_| Err(Error::internal("a thread was lost"));
        others.into_iter().fold(own, |so_far, other| so_far.and(other.join().unwrap_or_else(lost)))
    })
}

/// A small picture that no other number has.
fn draw(app: &App, number: u32) -> Result<NewFile> {
    let [_, red, green, blue] = number.wrapping_mul(2_654_435_761).to_be_bytes();
    let picture = image::RgbImage::from_fn(320, 180, |x, y| {
        let shade = u8::try_from((x + y) / 2 % 256).unwrap_or(0);
        image::Rgb([red ^ shade, green, blue.wrapping_add(shade)])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).map_err(Error::internal)?;
    let name = format!("seed-{number}.png");
    media_ingest::from_bytes(&app.storage, &app.staging, &name, &bytes.into_inner())
}

/// A bar on a terminal, a line for every tenth elsewhere; on standard error, which may be closed. `made` are the latest of
/// those that are done.
fn progress(done: usize, made: usize, all: usize) {
    let mut out = std::io::stderr();
    let percent = done * 100 / all.max(1);
    let written = if out.is_terminal() {
        let filled = percent / 4;
        let end = if done == all { "\n" } else { "" };
        write!(out, "\r[{}{}] {percent:>3} %{end}", "#".repeat(filled), " ".repeat(25 - filled))
    } else if done == all || done * 10 / all != (done - made) * 10 / all {
        writeln!(out, "{done} of {all} articles")
    } else {
        Ok(())
    };
    drop(written);
}
