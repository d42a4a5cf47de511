//! `slugline seed`: fills a database with many plausible articles, for measuring.

use std::io::{IsTerminal, Write};

use super::user::open;
use super::{Outcome, log, say, sentence};
use crate::app::App;
use crate::config::Config;
use crate::domain::media::{self, NewFile};
use crate::domain::search::index;
use crate::domain::seeding::{self, Dice, Shape};
use crate::domain::{media_ingest, site};
use crate::error::Result;
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
    let mut done = 0;
    while done < args.articles {
        let until = (done + BATCH).min(args.articles);
        app.write_here(|cx, _| (done..until).try_for_each(|n| seeding::article(cx, &mut dice, &all, n, &shape)))?;
        done = until;
        progress(done, args.articles);
    }
    while app.write_here(|cx, _| index::tidy(cx))? {}
    Ok(())
}

/// A small picture that no other number has.
fn draw(app: &App, number: u32) -> Result<NewFile> {
    let [_, red, green, blue] = number.wrapping_mul(2_654_435_761).to_be_bytes();
    let picture = image::RgbImage::from_fn(320, 180, |x, y| {
        let shade = u8::try_from((x + y) / 2 % 256).unwrap_or(0);
        image::Rgb([red ^ shade, green, blue.wrapping_add(shade)])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).map_err(crate::error::Error::internal)?;
    let name = format!("seed-{number}.png");
    media_ingest::from_bytes(&app.storage, &app.staging, &name, &bytes.into_inner())
}

/// A bar on a terminal, a line for every tenth elsewhere; on standard error, which may be closed.
fn progress(done: usize, all: usize) {
    let mut out = std::io::stderr();
    let percent = done * 100 / all.max(1);
    let written = if out.is_terminal() {
        let filled = percent / 4;
        let end = if done == all { "\n" } else { "" };
        write!(out, "\r[{}{}] {percent:>3} %{end}", "#".repeat(filled), " ".repeat(25 - filled))
    } else if done == all || done * 10 / all != (done - BATCH.min(done)) * 10 / all {
        writeln!(out, "{done} of {all} articles")
    } else {
        Ok(())
    };
    drop(written);
}
