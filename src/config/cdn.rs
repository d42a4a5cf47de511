//! The content network in front of this server.

use clap::{Args, ValueEnum};

/// Which network it is, and how it is told what has changed.
#[derive(Args, Clone, Debug)]
pub struct Cdn {
    /// The content network in front of this server: answers name what they show in the header that it knows.
    #[arg(long, env = "SLUGLINE_CDN", global = true, help_heading = "Content network")]
    pub cdn: Option<Network>,
    /// Where it is told what changed; nowhere where absent. Fastly: `https://api.fastly.com/service/ID/purge`;
    /// Cloudflare: `https://api.cloudflare.com/client/v4/zones/ID/purge_cache`; Varnish: its address.
    #[arg(long, env = "SLUGLINE_CDN_PURGE_URL", value_parser = super::web_address, requires = "cdn", global = true,
          help_heading = "Content network")]
    pub cdn_purge_url: Option<String>,
    /// The token that it wants.
    #[arg(long, env = "SLUGLINE_CDN_TOKEN", hide_env_values = true, global = true, help_heading = "Content network")]
    pub cdn_token: Option<String>,
}

/// How a content network wants to be spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Network {
    /// `Surrogate-Key`, and the purge API of Fastly.
    Fastly,
    /// `Cache-Tag`, and the purge API of Cloudflare.
    Cloudflare,
    /// `Surrogate-Key`, and PURGE with `xkey-purge`, as the module xkey of Varnish has it.
    Varnish,
}
