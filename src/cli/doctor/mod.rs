//! `slugline doctor`: looks at everything that serving needs, and says what to do about what it finds. It writes no row;
//! it tries the folders with a file that it takes away again, and lets diesel make the table of its migrations.

mod database;
mod finding;
mod kept;
mod machine;
mod network;

use super::{Outcome, log};
use crate::config::Config;

/// Looks, and tells.
///
/// # Errors
/// Something that serving needs is not as it must be.
pub fn run(config: &Config) -> Outcome {
    log::quiet(&config.log)?;
    let mut findings = machine::look(config);
    findings.extend(network::look(config));
    findings.extend(database::look(config));
    finding::tell(&findings)
}
