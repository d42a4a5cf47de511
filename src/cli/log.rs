//! Where log lines go: to standard error, in the form and from the level that the operator chose.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use super::Outcome;
use crate::config::{Log, LogFormat};

/// The pool of connections says a thousand times what is said once: that the database is away. A filter can name it.
const POOL: &str = "r2d2=off";

/// Sets logging up for the process.
///
/// # Errors
/// The level is no filter, or logging was set up before.
pub fn start(config: &Log) -> Outcome {
    let filter = EnvFilter::try_new(format!("{POOL},{}", config.level)).map_err(|_| {
        "SLUGLINE_LOG is not a level: write error, warn, info, debug, trace, or a filter such as info,access=warn."
            .to_owned()
    })?;
    let terminal = std::io::stderr().is_terminal();
    let default = if terminal { LogFormat::Pretty } else { LogFormat::Json };
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.format.unwrap_or(default) {
        LogFormat::Pretty => lines.with_ansi(terminal).with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    started.map_err(|cause| format!("logging can't start: {cause}"))
}

/// The same for commands other than `serve`: only what goes wrong.
///
/// # Errors
/// As [`start`].
pub fn quiet(config: &Log) -> Outcome {
    let level = if config.level == "info" { "warn".to_owned() } else { config.level.clone() };
    start(&Log { level, format: Some(config.format.unwrap_or(LogFormat::Pretty)) })
}
