//! `slugline serve`: opens everything, listens, tells its address, and stops gracefully.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Outcome, demo, log, say, sentence};
use crate::app::{App, Clock};
use crate::config::{self, Addresses, Config};
use crate::domain::users;
use crate::http::middleware::metrics::Metrics;
use crate::http::{late, reader};
use crate::{jobs, server};

/// Connections that the system keeps waiting while every worker is busy.
const BACKLOG: u32 = 2_048;

/// How long a stopping server still takes requests, while `/readyz` answers 503 and every answer ends its connection:
/// balancers and clients turn away before the door is shut.
const LINGER: Duration = Duration::from_secs(1);

/// How long those who are in have to send the request that they came with, once nobody else is let in.
const LAST_CALL: Duration = Duration::from_millis(200);

/// What `serve` takes.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Args {
    /// Fill an empty database with a small newsroom, and print the logins that were made.
    #[arg(long)]
    pub demo: bool,
    /// Leave the schema as it is.
    #[arg(long)]
    pub no_migrate: bool,
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// The configuration, the database, the media store or the address can't be used.
pub fn run(config: Config, args: &Args) -> Outcome {
    log::start(&config.log)?;
    actix_web::rt::System::new().block_on(serve(config, args))
}

async fn serve(mut config: Config, args: &Args) -> Outcome {
    let listener = listen(config.server.bind)?;
    config.server.bind = listener.local_addr().map_err(|cause| cause.to_string())?;
    if args.demo {
        show_reader(&mut config);
    }
    let app = App::open(config, Clock::default(), !args.no_migrate).map_err(|error| sentence(&error))?;
    app.storage.reach().map_err(|cause| format!("SLUGLINE_MEDIA_STORE can't be used: {cause}"))?;
    let logins = if args.demo { demo::fill::fill(&app).map_err(|error| sentence(&error))? } else { Vec::new() };
    let advice = first_start_advice(&app)?;
    let signals = Signals::listen()?;

    let door = listener.try_clone().map_err(|cause| cause.to_string())?;
    let metrics = Metrics::new();
    let jobs = jobs::start(&app);
    let server = server::run(Arc::clone(&app), &metrics, listener).map_err(|cause| cause.to_string())?;
    let handle = server.handle();
    let serving = actix_web::rt::spawn(server);

    say(&format!("Slugline answers at {}", app.urls.api));
    if args.demo {
        say(&format!("Its example frontend: {0}/reader/ · its documentation: {0}/docs/", app.urls.api));
    }
    logins.iter().for_each(|line| say(line));
    if let Some(advice) = advice {
        eprintln!("{advice}");
    }

    signals.wait().await;
    tracing::info!(seconds = app.config.server.drain_seconds, "stopping: requests in flight are finished first");
    app.drain();
    tokio::time::sleep(LINGER.min(Duration::from_secs(app.config.server.drain_seconds))).await;
    handle.pause().await;
    tokio::time::sleep(LAST_CALL).await;
    let stopped = async move {
        handle.stop(true).await;
        let _ = serving.await;
    };
    late::turn_away(door, stopped).await;
    jobs.stop().await;
    tracing::info!("stopped");
    Ok(())
}

/// Serves the example frontend beside the API, and lets the addresses that answers carry lead to it, where the operator
/// chose no others.
fn show_reader(config: &mut Config) {
    config.server.reader = true;
    let Addresses { site_url, article_url, article_locale_url, tag_url, author_url, .. } = &mut config.addresses;
    if site_url.is_some() {
        return;
    }
    let templates = [article_url, article_locale_url, tag_url, author_url];
    for ((template, default), page) in templates.into_iter().zip(config::ADDRESSES).zip(reader::ADDRESSES) {
        if *template == default {
            *template = page.to_owned();
        }
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    let socket = if address.is_ipv4() { tokio::net::TcpSocket::new_v4() } else { tokio::net::TcpSocket::new_v6() };
    let listening = socket.and_then(|socket| {
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?.into_std()
    });
    listening.map_err(|cause| {
        format!("{address} can't be listened on ({cause}); stop what uses it, or choose another with --bind.")
    })
}

fn first_start_advice(app: &App) -> Result<Option<String>, String> {
    let none_yet = app.write_here(|cx, _| users::none_yet(cx)).map_err(|error| sentence(&error))?;
    Ok(none_yet.then(|| {
        "There are no users yet. Make the first one with: \
         slugline user create --email you@example.org --name \"Your Name\" --role admin"
            .to_owned()
    }))
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Self, String> {
        let on = |kind| signal(kind).map_err(|cause| format!("signals can't be received: {cause}"));
        Ok(Self { terminate: on(SignalKind::terminate())?, interrupt: on(SignalKind::interrupt())? })
    }

    /// Waits for the first; a second one while stopping ends the process at once.
    async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        actix_web::rt::spawn(async move {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
            tracing::warn!("stopped at once by a second signal");
            std::process::exit(1);
        });
    }
}
