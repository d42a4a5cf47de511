//! How requests come in.

use std::net::SocketAddr;

use clap::Args;

use super::Proxies;

/// Listeners to events at each door, unless the operator says otherwise.
pub const EVENT_LISTENERS: u16 = 1000;

/// How requests come in.
#[derive(Args, Clone, Debug)]
pub struct Server {
    /// The address to listen on.
    #[arg(long, env = "SLUGLINE_BIND", default_value = "127.0.0.1:8080", global = true, help_heading = "Server")]
    pub bind: SocketAddr,
    /// Worker threads; 0: one per core.
    #[arg(long, env = "SLUGLINE_WORKERS", default_value_t = 0, global = true, help_heading = "Server",
          value_parser = clap::value_parser!(u16).range(0..=256))]
    pub workers: u16,
    /// Proxies whose X-Forwarded-For is believed: addresses and networks such as 10.0.0.0/8, separated by commas.
    #[arg(long, env = "SLUGLINE_TRUSTED_PROXIES", value_delimiter = ',', value_parser = proxies, global = true,
          help_heading = "Server")]
    pub trusted_proxies: Vec<Proxies>,
    /// Origins whose pages may use the editorial door, separated by commas.
    #[arg(long, env = "SLUGLINE_CORS_ORIGINS", value_delimiter = ',', value_parser = origin, global = true,
          help_heading = "Server")]
    pub cors_origins: Vec<String>,
    /// The bearer that may read /metrics from another machine.
    #[arg(long, env = "SLUGLINE_METRICS_TOKEN", hide_env_values = true, global = true, help_heading = "Server")]
    pub metrics_token: Option<String>,
    /// Seconds that a stopping server waits for requests in flight.
    #[arg(long, env = "SLUGLINE_DRAIN_SECONDS", default_value_t = 20, global = true, help_heading = "Server",
          value_parser = clap::value_parser!(u64).range(0..=600))]
    pub drain_seconds: u64,
    /// Listeners to events at each of the two doors at the most; whoever comes then is told to come again.
    #[arg(long, env = "SLUGLINE_EVENT_LISTENERS", default_value_t = EVENT_LISTENERS, global = true, help_heading = "Server",
          value_parser = clap::value_parser!(u16).range(1..))]
    pub event_listeners: u16,
    /// Memory for answers that readers were given, to give them again, in MiB; 0: none is kept.
    #[arg(long, env = "SLUGLINE_CACHE_MIB", default_value_t = 64, global = true, help_heading = "Server",
          value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(0..=65_536))]
    pub cache_mib: usize,
    /// Files that are kept open for readers at the most: a quarter of what this process may have open.
    #[arg(skip = open_files(rustix::process::getrlimit(rustix::process::Resource::Nofile).current))]
    pub open_files: usize,
    /// Whether the example frontend is served at /reader/: `serve --demo` says so.
    #[arg(skip)]
    pub reader: bool,
}

/// A quarter of the limit, but 4 096 at the most: a site has some thousand variants that are asked for again and again.
fn open_files(limit: Option<u64>) -> usize {
    limit.map_or(MOST_OPEN, |limit| usize::try_from(limit / 4).unwrap_or(MOST_OPEN)).clamp(LEAST_OPEN, MOST_OPEN)
}

const LEAST_OPEN: usize = 16;
const MOST_OPEN: usize = 4_096;

/// Where a page comes from: scheme, host and port.
pub(super) fn origin(text: &str) -> Result<String, String> {
    match url::Url::parse(text) {
        Ok(url) if url.host_str().is_some_and(|host| host.contains('*')) => {
            Err("name each origin: there are no patterns here".to_owned())
        }
        Ok(url) if url.origin().is_tuple() && url.origin().ascii_serialization() == text => Ok(text.to_owned()),
        _ => Err("write origins as browsers send them, such as https://desk.news.example".to_owned()),
    }
}

/// An address, or a network of them. IPv4 is IPv4 also where it was written as IPv6.
fn proxies(text: &str) -> Result<Proxies, String> {
    let text = text.trim();
    let alone = text.parse::<std::net::IpAddr>().map(|address| address.to_canonical().to_string());
    Proxies::parse(alone.as_deref().unwrap_or(text))
        .ok_or_else(|| "write addresses such as 10.0.0.7, or networks such as 10.0.0.0/8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::open_files;

    #[test]
    fn a_quarter_of_what_may_be_open_is_kept_open() {
        let limits = [Some(10), Some(1_024), Some(65_536), Some(u64::MAX), None];
        assert_eq!(limits.map(open_files), [16, 256, 4_096, 4_096, 4_096]);
    }
}
