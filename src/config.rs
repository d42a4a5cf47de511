//! What the operator decides: one small struct per concern, from flags, environment and `.env`. `.env.example` lists
//! every variable with its default, and a test holds it against this file.

mod cdn;
mod files;
mod limits;
mod mail;
mod secret;
mod server;

use clap::{Args, ValueEnum};

use crate::files::storage::Settings;
use crate::model::Urls;
use crate::outbound::Allowed;
pub use crate::outbound::address::Network as Proxies;
use crate::store::DatabaseUrl;

pub use cdn::{Cdn, Network};
pub use files::{Bucket, Files, MAX_FILE_MIB, MAX_IMAGE_MIB};
pub use limits::{DEFAULT_LIMITS, Limits};
pub use mail::{ACCOUNT_URL, Mail};
pub use server::{EVENT_LISTENERS, Server};

/// Everything.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Where the rows are.
    #[command(flatten)]
    pub database: Database,
    /// Where the files are.
    #[command(flatten)]
    pub files: Files,
    /// How a bucket is reached.
    #[command(flatten)]
    pub bucket: Bucket,
    /// How requests come in.
    #[command(flatten)]
    pub server: Server,
    /// How often clients may ask.
    #[command(flatten)]
    pub limits: Limits,
    /// The addresses that answers carry.
    #[command(flatten)]
    pub addresses: Addresses,
    /// The content network in front.
    #[command(flatten)]
    pub cdn: Cdn,
    /// What is logged, and how.
    #[command(flatten)]
    pub log: Log,
    /// What this server sends by itself.
    #[command(flatten)]
    pub outbound: Outbound,
    /// How letters to users are sent.
    #[command(flatten)]
    pub mail: Mail,
}

/// Where the rows are.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// The database: sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://data/slugline.db", hide_env_values = true,
          value_parser = secret::Unrepeated(DatabaseUrl::parse), global = true, help_heading = "Database")]
    pub database_url: DatabaseUrl,
    /// Connections for reading (SQLite), or in all (PostgreSQL).
    #[arg(long, env = "SLUGLINE_DATABASE_CONNECTIONS", default_value_t = 8, global = true,
          value_parser = clap::value_parser!(u32).range(1..=200), help_heading = "Database")]
    pub database_connections: u32,
    /// Wraps the keys that the database keeps: 32 characters or more. Made on the first start with SQLite, and kept
    /// in the data folder; required with PostgreSQL.
    #[arg(long, env = "SLUGLINE_SECRET", hide_env_values = true, global = true, help_heading = "Database")]
    pub secret: Option<String>,
    /// Days after which another key signs access tokens; 0: never by itself.
    #[arg(long, env = "SLUGLINE_KEY_ROTATION_DAYS", default_value_t = 90, global = true, help_heading = "Database",
          value_parser = clap::value_parser!(u32).range(0..=3_650))]
    pub key_rotation_days: u32,
    /// Days after which versions of articles that were never published are forgotten, but for the newest 50 of each
    /// article; 0: never.
    #[arg(long, env = "SLUGLINE_KEEP_REVISIONS_DAYS", default_value_t = 0, global = true, help_heading = "Database",
          value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub keep_revisions_days: u32,
}

/// Where readers find an article, an article in another locale, a tag and an author, unless the operator says otherwise.
pub const ADDRESSES: [&str; 4] =
    ["{site}/{slug}", "{site}/{locale}/{slug}", "{site}/tags/{slug}", "{site}/authors/{slug}"];

/// The addresses that answers carry. In the templates stand {site}, {slug}, {locale} and {id}.
#[derive(Args, Clone, Debug)]
pub struct Addresses {
    /// Where this API is found; the address that it listens on where absent.
    #[arg(long, env = "SLUGLINE_PUBLIC_URL", value_parser = web_address, global = true, help_heading = "Addresses")]
    pub public_url: Option<String>,
    /// Where readers find the frontend; the API's address where absent.
    #[arg(long, env = "SLUGLINE_SITE_URL", value_parser = web_address, global = true, help_heading = "Addresses")]
    pub site_url: Option<String>,
    /// An article in the default locale.
    #[arg(
        long,
        env = "SLUGLINE_ARTICLE_URL",
        default_value = ADDRESSES[0],
        value_parser = template,
        global = true,
        help_heading = "Addresses"
    )]
    pub article_url: String,
    /// An article in another locale.
    #[arg(
        long,
        env = "SLUGLINE_ARTICLE_LOCALE_URL",
        default_value = ADDRESSES[1],
        value_parser = template,
        global = true,
        help_heading = "Addresses"
    )]
    pub article_locale_url: String,
    /// A tag page.
    #[arg(
        long,
        env = "SLUGLINE_TAG_URL",
        default_value = ADDRESSES[2],
        value_parser = template,
        global = true,
        help_heading = "Addresses"
    )]
    pub tag_url: String,
    /// An author page.
    #[arg(
        long,
        env = "SLUGLINE_AUTHOR_URL",
        default_value = ADDRESSES[3],
        value_parser = template,
        global = true,
        help_heading = "Addresses"
    )]
    pub author_url: String,
}

/// What is logged, and how.
#[derive(Args, Clone, Debug)]
pub struct Log {
    /// The least level: error, warn, info, debug, trace, or a filter such as info,access=warn.
    #[arg(long = "log", env = "SLUGLINE_LOG", default_value = "info", global = true, help_heading = "Log")]
    pub level: String,
    /// The form of a line; on a terminal pretty where absent, else json.
    #[arg(long = "log-format", env = "SLUGLINE_LOG_FORMAT", global = true, help_heading = "Log")]
    pub format: Option<LogFormat>,
}

/// What this server sends by itself.
#[derive(Args, Clone, Debug)]
pub struct Outbound {
    /// Where webhooks may go beyond the open internet: networks and HOST:PORT, separated by commas.
    #[arg(long, env = "SLUGLINE_OUTBOUND_ALLOW", value_delimiter = ',', value_parser = Allowed::parse, global = true,
          help_heading = "Outbound")]
    pub outbound_allow: Vec<Allowed>,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// An address that others find something at.
fn web_address(text: &str) -> Result<String, String> {
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.query().or(url.fragment()).is_none() => {
            Ok(text.to_owned())
        }
        _ => Err("write an http or https address without a query, such as https://news.example".to_owned()),
    }
}

/// How an address is made.
fn template(text: &str) -> Result<String, String> {
    let names: Vec<&str> = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or(rest)).collect();
    let known = names.iter().all(|name| matches!(*name, "site" | "slug" | "locale" | "id"));
    if known && names.iter().any(|name| matches!(*name, "slug" | "id")) {
        return Ok(text.to_owned());
    }
    Err("write {slug} or {id} where it belongs; {site} and {locale} may stand there too, and no other name".to_owned())
}

impl Config {
    /// What it takes to use the media store.
    #[must_use]
    pub fn storage(&self) -> Settings {
        Settings {
            address: self.files.media_store.clone(),
            data_dir: self.files.data_dir.clone(),
            s3: self.bucket.settings(),
        }
    }

    /// The addresses, as this configuration says.
    #[must_use]
    pub fn urls(&self) -> Urls {
        let clean = |url: &str| url.trim().trim_end_matches('/').to_owned();
        let api = self.addresses.public_url.as_deref().map_or_else(|| format!("http://{}", self.server.bind), clean);
        Urls {
            site: self.addresses.site_url.as_deref().map_or_else(|| api.clone(), clean),
            api,
            article: self.addresses.article_url.as_str().into(),
            article_in_locale: self.addresses.article_locale_url.as_str().into(),
            tag: self.addresses.tag_url.as_str().into(),
            author: self.addresses.author_url.as_str().into(),
            account: self.mail.account_url.clone(),
            signing: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::{Args, Command};

    use super::server::origin;
    use super::{ADDRESSES, Config, template, web_address};

    /// Variable and default, as the command line has them.
    fn defined() -> BTreeMap<String, Option<String>> {
        let command = Config::augment_args(Command::new("slugline"));
        let arguments = command.get_arguments().filter_map(|argument| {
            let name = argument.get_env()?.to_str()?.to_owned();
            let default = argument.get_default_values().first().and_then(|value| value.to_str());
            Some((name, default.map(str::to_owned)))
        });
        arguments.collect()
    }

    #[test]
    fn addresses_and_templates_are_checked() {
        assert!(web_address("https://news.example/api").is_ok() && origin("https://desk.example:8443").is_ok());
        for wrong in ["javascript:1", "ftp://x", "news.example", "https://x/?a=b", ""] {
            assert!(web_address(wrong).is_err(), "{wrong}");
        }
        for wrong in ["*", "nonsense", "https://desk.example/", "https://desk.example/page", "null"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
        assert!(ADDRESSES.iter().all(|address| template(address).is_ok()) && template("https://x/{id}").is_ok());
        for wrong in ["noslug", "{site}/", "{site}/{slag}", "{slug}/{colour}"] {
            assert!(template(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_example_lists_every_variable_with_its_default() {
        let example = include_str!("../.env.example");
        let mut listed = BTreeMap::new();
        let mut before = "";
        for line in example.lines() {
            if let Some((name, value)) = line.strip_prefix('#').unwrap_or(line).split_once('=')
                && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            {
                assert!(before.starts_with("# ") && before.ends_with('.'), "{name} has no comment");
                let default = (!line.starts_with('#')).then(|| value.to_owned());
                assert!(listed.insert(name.to_owned(), default).is_none(), "{name} stands twice");
            }
            before = line;
        }
        assert_eq!(listed, defined());
    }
}
