//! Making the variants of pictures, one picture at a time on each node: so one of the two permits for decoding is
//! always left to those who upload.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::app::App;
use crate::domain::media_variants::{self as variants, Made, Task};
use crate::domain::{Cx, media};
use crate::error::{Code, Result};

/// Makes the variants of all pictures that wait for them. A stopping server leaves the rest to the next start.
pub async fn run(app: Arc<App>) -> Result<()> {
    while !app.draining.load(Ordering::Relaxed) && app.read_briefly(variants::is_due).await? {
        if let Some(task) = app.write(variants::claim).await? {
            one(&app, task).await?;
        }
    }
    Ok(())
}

async fn one(app: &App, task: Task) -> Result<()> {
    let (storage, staging, for_making) = (app.storage.clone(), app.staging.clone(), task.clone());
    let made = match app.decode(move || variants::make(&storage, &staging, &for_making)).await? {
        Ok(made) => save(app, task.clone(), made).await,
        Err(error) => Err(error),
    };
    match made {
        Err(error) if error.code() == Code::Unavailable => {
            app.write(move |cx| variants::put_back(cx, &task)).await?;
            Err(error)
        }
        Err(error) if variants::is_hopeless(&error) => {
            tracing::error!(media = %task.media_id, %error, "a picture has no variants");
            app.write(move |cx| variants::give_up(cx, &task)).await
        }
        outcome => outcome,
    }
}

async fn save(app: &App, task: Task, made: Made) -> Result<()> {
    let (storage, new) = (app.storage.clone(), made.keys());
    let saved = app.write(move |cx| variants::save(cx, &storage, &task, &made)).await;
    let (unused, outcome) = match saved {
        Ok(old) => (old, Ok(())),
        Err(error) => (new, Err(error)),
    };
    let storage = app.storage.clone();
    app.write(move |cx: &mut Cx| media::remove_unused(cx, &storage, &unused)).await?;
    outcome
}
