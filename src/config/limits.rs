//! How often clients may ask.

use clap::Args;

/// How often one client may ask within a minute; 0: as often as it likes. Answers that are kept in memory are given to
/// everybody, and count for nobody.
#[derive(Args, Clone, Debug)]
pub struct Limits {
    /// Searches and suggestions of one network in a minute; 0: any number. Answers from memory do not count.
    #[arg(long, env = "SLUGLINE_LIMIT_SEARCH", default_value_t = DEFAULT_LIMITS.limit_search, global = true, help_heading = "Limits",
          value_parser = clap::value_parser!(u32).range(0..=MOST))]
    pub limit_search: u32,
    /// View beacons of one network in a minute; 0: any number.
    #[arg(long, env = "SLUGLINE_LIMIT_VIEWS", default_value_t = DEFAULT_LIMITS.limit_views, global = true, help_heading = "Limits",
          value_parser = clap::value_parser!(u32).range(0..=MOST))]
    pub limit_views: u32,
    /// Requests of one network in a minute to sign in, to go on and to use links; 0: any number. Failures have brakes of
    /// their own.
    #[arg(long, env = "SLUGLINE_LIMIT_SIGN_IN", default_value_t = DEFAULT_LIMITS.limit_sign_in, global = true, help_heading = "Limits",
          value_parser = clap::value_parser!(u32).range(0..=MOST))]
    pub limit_sign_in: u32,
    /// Editorial requests of one account in a minute, however many sessions it has; 0: any number.
    #[arg(long, env = "SLUGLINE_LIMIT_ACCOUNT", default_value_t = DEFAULT_LIMITS.limit_account, global = true, help_heading = "Limits",
          value_parser = clap::value_parser!(u32).range(0..=MOST))]
    pub limit_account: u32,
    /// Editorial requests of one API token in a minute; 0: any number.
    #[arg(long, env = "SLUGLINE_LIMIT_TOKEN", default_value_t = DEFAULT_LIMITS.limit_token, global = true, help_heading = "Limits",
          value_parser = clap::value_parser!(u32).range(0..=MOST))]
    pub limit_token: u32,
}

/// The most that a limit can be.
const MOST: i64 = 1_000_000;

/// The limits unless the operator says otherwise: such as no newsroom meets.
pub const DEFAULT_LIMITS: Limits =
    Limits { limit_search: 3_000, limit_views: 6_000, limit_sign_in: 300, limit_account: 6_000, limit_token: 30_000 };
