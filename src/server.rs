//! Builds the actix application: middleware, limits, workers, graceful stop. Tests start this same one.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, Protocol};
use actix_server::Server;
use actix_service::{ServiceFactoryExt, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;
use actix_web::{App as ActixApp, web};

use crate::app::App;
use crate::http::bounds::{HEAD_TIMEOUT, KEEP_ALIVE, Places, WRITE_TIMEOUT};
use crate::http::cache::Cache;
use crate::http::limits::Limits;
use crate::http::middleware::Edge;
use crate::http::middleware::cors::Cors;
use crate::http::middleware::metrics::{Kind, Metrics};
use crate::http::paths::no_path;
use crate::http::stream::Hub;
use crate::http::wire::Wire;
use crate::http::{configure, docs, reader};
use crate::jobs::follow;

/// How long a connection that is being closed waits for its client to do the same.
const LINGER: Duration = Duration::from_secs(1);

/// Starts serving on `listener`; the future ends when the server has stopped.
///
/// # Errors
/// The listener can't be used.
pub fn run(app: Arc<App>, metrics: &Arc<Metrics>, listener: TcpListener) -> std::io::Result<Server> {
    let edge = Edge::new(Cors::new(&app.config.server.cors_origins), Arc::clone(metrics));
    let room = app.config.server.cache_mib * 1024 * 1024;
    let cache = (room > 0).then(|| Cache::new(Arc::clone(&app), room));
    let edge = edge.closing_while(Arc::clone(&app.draining)).with_cache(cache.clone());
    let shows_reader = app.config.server.reader;
    let workers = match app.config.server.workers {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        workers => usize::from(workers),
    };
    let drain = app.config.server.drain_seconds;
    register(&app, metrics);
    if let Some(cache) = cache {
        register_cache(&cache, metrics);
    }
    actix_web::rt::spawn(follow::run(Arc::clone(&app)));
    let hub = Hub::new(usize::from(app.config.server.event_listeners));
    register_listeners(&hub, metrics);
    actix_web::rt::spawn(Arc::clone(&hub).run(Arc::clone(&app)));
    let limits = Arc::new(Limits::new(&app.config.limits, &app.clock));
    register_limits(&limits, metrics);
    let (limits, places) = (web::Data::from(limits), web::Data::new(Places::default()));
    let hub = web::Data::from(hub);
    let data = web::Data::from(app);
    let metrics = web::Data::from(Arc::clone(metrics));
    let application = move || {
        ActixApp::new()
            .app_data(data.clone())
            .app_data(metrics.clone())
            .app_data(hub.clone())
            .app_data(limits.clone())
            .app_data(places.clone())
            .configure(configure)
            .configure(docs::configure)
            .configure(|services| {
                if shows_reader {
                    reader::configure(services);
                }
            })
            .default_service(web::to(no_path))
    };
    let builder = Server::build().workers(workers).shutdown_timeout(drain).disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    // What actix-web's own server does, with a connection of ours.
    let builder = builder.listen("http", listener, move || {
        let application = edge.clone().around(map_config(application(), |()| AppConfig::default()));
        let stopping = stopping.clone();
        let protocol = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD_TIMEOUT)
            .client_disconnect_timeout(LINGER)
            .on_connect_ext(|wire: &Wire, data| _ = data.insert(wire.next_file()))
            .finish(application);
        let connected = |stream: TcpStream| async move {
            give_up_on_who_does_not_read(&stream);
            let peer = stream.peer_addr().ok();
            Ok((Wire::new(stream), Protocol::Http1, peer))
        };
        fn_service(connected).and_then(protocol)
    })?;
    Ok(builder.run())
}

/// Ends a connection whose client takes nothing of its answers for [`WRITE_TIMEOUT`]: what waits for it holds memory.
fn give_up_on_who_does_not_read(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    {
        let milliseconds = u32::try_from(WRITE_TIMEOUT.as_millis()).unwrap_or(u32::MAX);
        if let Err(cause) = rustix::net::sockopt::set_tcp_user_timeout(stream, milliseconds) {
            tracing::debug!(%cause, "a client may leave its answers unread");
        }
    }
}

/// Lets `/metrics` tell how busy the database is and how the jobs fare.
fn register(app: &Arc<App>, metrics: &Metrics) {
    let add = |name, help, kind, read: fn(&App) -> f64| {
        let app = Arc::clone(app);
        metrics.register(name, help, kind, move || read(&app));
    };
    add("database_connections_used", "Read connections in use.", Kind::Gauge, |app| f64::from(app.store.usage().0));
    add("database_connections", "Read connections in all.", Kind::Gauge, |app| f64::from(app.store.usage().1));
    add("draining", "1 while the server stops.", Kind::Gauge, |app| {
        f64::from(u8::from(app.draining.load(std::sync::atomic::Ordering::Relaxed)))
    });
    add("events_unnumbered", "Events that waited for their number at the last look.", Kind::Gauge, |app| {
        app.jobs.lag.events() as f64
    });
    add("events_lag_seconds", "How long the first of them has been waiting.", Kind::Gauge, |app| {
        app.jobs.lag.seconds(app.clock.now()) as f64
    });
    let count = |name, help, read: fn(&App) -> u64| {
        let app = Arc::clone(app);
        metrics.register(name, help, Kind::Counter, move || read(&app) as f64);
    };
    count("password_hashes_total", "Times that a password was hashed or checked.", |app| {
        app.hashed.load(std::sync::atomic::Ordering::Relaxed)
    });
    count("failed_logins_total", "Passwords, codes and links that did not work.", |app| {
        app.refused.load(std::sync::atomic::Ordering::Relaxed)
    });
    count("job_flush_runs_total", "Times that counts were written down.", |app| app.jobs.flush.runs());
    count("job_flush_failures_total", "Times that this failed.", |app| app.jobs.flush.failures());
    count("job_due_runs_total", "Times that the clock's events were looked for.", |app| app.jobs.due.runs());
    count("job_due_failures_total", "Times that this failed.", |app| app.jobs.due.failures());
    count("job_sequence_runs_total", "Times that unnumbered events were looked for.", |app| app.jobs.sequence.runs());
    count("job_sequence_failures_total", "Times that this failed.", |app| app.jobs.sequence.failures());
    count("job_deliver_runs_total", "Times that webhooks were looked through.", |app| app.jobs.deliver.runs());
    count("job_deliver_failures_total", "Times that this failed.", |app| app.jobs.deliver.failures());
    count("job_mail_runs_total", "Times that letters to users were looked through.", |app| app.jobs.mail.runs());
    count("job_mail_failures_total", "Times that this failed.", |app| app.jobs.mail.failures());
    count("job_variants_runs_total", "Times that pictures without variants were looked for.", |app| {
        app.jobs.variants.runs()
    });
    count("job_variants_failures_total", "Times that this failed.", |app| app.jobs.variants.failures());
    count("job_purge_runs_total", "Times that the content network was to be told what changed.", |app| {
        app.jobs.purge.runs()
    });
    count("job_purge_failures_total", "Times that this failed.", |app| app.jobs.purge.failures());
    count("job_sweep_runs_total", "Times that leftovers were swept.", |app| app.jobs.sweep.runs());
    count("job_sweep_failures_total", "Times that this failed.", |app| app.jobs.sweep.failures());
}

/// Lets `/metrics` tell how the cache fares.
fn register_cache(cache: &Arc<Cache>, metrics: &Metrics) {
    let add = |name, help, kind, read: fn(&Cache) -> u64| {
        let cache = Arc::clone(cache);
        metrics.register(name, help, kind, move || read(&cache) as f64);
    };
    add("cache_hits_total", "Readers answered from memory.", Kind::Counter, |cache| cache.counts.hits());
    add("cache_misses_total", "Answers made anew that may be kept.", Kind::Counter, |cache| cache.counts.misses());
    add("cache_stale_total", "Readers answered from memory because the database was away.", Kind::Counter, |cache| {
        cache.counts.stale()
    });
    add("cache_answers", "Answers that are kept.", Kind::Gauge, |cache| cache.size().0);
    add("cache_bytes", "About how much memory they take.", Kind::Gauge, |cache| cache.size().1);
}

/// Lets `/metrics` tell who asks too often.
fn register_limits(limits: &Arc<Limits>, metrics: &Metrics) {
    let add = |name, help, kind, read: fn(&Limits) -> f64| {
        let limits = Arc::clone(limits);
        metrics.register(name, help, kind, move || read(&limits));
    };
    add("limits_refused_total", "Requests refused because of a limit.", Kind::Counter, |limits| {
        limits.refused() as f64
    });
    add("limits_keys", "Networks, accounts and tokens that are counted.", Kind::Gauge, |limits| limits.keys() as f64);
}

/// Lets `/metrics` tell who listens.
fn register_listeners(hub: &Arc<Hub>, metrics: &Metrics) {
    let add = |name, help, kind, read: fn(&Hub) -> f64| {
        let hub = Arc::clone(hub);
        metrics.register(name, help, kind, move || read(&hub));
    };
    add("event_readers", "Listeners at /v1/events.", Kind::Gauge, |hub| hub.listeners().0 as f64);
    add("event_editors", "Listeners at /v1/admin/events.", Kind::Gauge, |hub| hub.listeners().1 as f64);
    add("event_listeners_dropped_total", "Listeners cut off because they did not read.", Kind::Counter, |hub| {
        hub.dropped() as f64
    });
}
