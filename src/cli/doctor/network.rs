//! Who is spoken to, by which ways: addresses, proxies, origins, the content network, the mail server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::finding::{Finding, advice, bad, good};
use crate::config::{Cdn, Config, Network, Proxies};
use crate::outbound::is_global;
use crate::store::DatabaseUrl;

/// The shortest bearer for `/metrics` that nobody guesses, in characters.
const SHORTEST_TOKEN: usize = 16;
/// Networks of the open internet that begin with fewer bits than this are more than the proxies of one network (IPv4, IPv6).
const WIDEST: (u8, u8) = (12, 24);

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mut found = vec![addresses(config)];
    found.extend(without_tls(config));
    found.push(proxies(config));
    found.push(origins(&config.server.cors_origins));
    found.extend(metrics_token(config.server.metrics_token.as_deref()));
    found.push(outbound(config));
    found.extend(content_network(&config.cdn));
    found.push(mail(config));
    found
}

fn addresses(config: &Config) -> Finding {
    let urls = config.urls();
    let what = format!("addresses: API {}, readers {}", urls.api, urls.site);
    if config.server.bind.ip().is_loopback() || config.addresses.public_url.is_some() {
        return good(what);
    }
    advice(what, "Set SLUGLINE_PUBLIC_URL to where clients find this API: answers carry links to it.")
}

/// Whether an address stays within this machine, or within a network of one's own.
fn is_near(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let of_machine = bare.is_empty() || bare == "localhost" || bare.ends_with(".localhost") || bare.starts_with('/');
    of_machine || bare.parse().is_ok_and(|address| !is_global(address))
}

/// Whether a web address goes over the open internet in plain text.
fn is_plain(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| url.scheme() == "http" && !is_near(url.host_str().unwrap_or_default()))
}

/// Everything that is spoken to without TLS.
fn without_tls(config: &Config) -> Vec<Finding> {
    let urls = config.urls();
    let is_bucket = config.files.media_store.starts_with("s3:");
    let bucket = config.bucket.aws_endpoint_url.as_deref().filter(|_| is_bucket);
    let named = [
        ("SLUGLINE_PUBLIC_URL", Some(urls.api.as_str()), "Passwords and tokens travel over it: let a proxy do TLS."),
        ("SLUGLINE_SITE_URL", Some(urls.site.as_str()), "Links in letters lead there: use https."),
        ("AWS_ENDPOINT_URL", bucket, "Files and keys travel over it: use https."),
        ("SLUGLINE_CDN_PURGE_URL", config.cdn.cdn_purge_url.as_deref(), "The token travels over it: use https."),
    ];
    let plain = named.into_iter().filter(|(_, address, _)| address.is_some_and(is_plain));
    let mut found: Vec<Finding> =
        plain.map(|(name, _, what)| advice(format!("{name} is http, without TLS"), what)).collect();
    found.extend(database_tls(&config.database.database_url));
    found.extend(config.mail.smtp_url.as_deref().and_then(mail_tls));
    if found.is_empty() {
        found.push(good("nothing travels over the open internet without TLS"));
    }
    found
}

/// The client library for PostgreSQL is built without TLS.
fn database_tls(url: &DatabaseUrl) -> Option<Finding> {
    let DatabaseUrl::Postgres(text) = url else { return None };
    let url = url::Url::parse(text).ok()?;
    let of = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    if let Some(mode) = of("sslmode").filter(|mode| matches!(mode.as_str(), "require" | "verify-ca" | "verify-full")) {
        let what =
            "This binary's client for PostgreSQL has no TLS: connect through a tunnel or a proxy on this machine.";
        return Some(bad(format!("DATABASE_URL asks for sslmode={mode}"), what));
    }
    let host = of("host").or_else(|| url.host_str().map(str::to_owned)).unwrap_or_default();
    let is_near = is_near(&host) || !host.contains('.');
    (!is_near).then(|| {
        let what = "Keep the way to it in a private network or a tunnel.";
        advice(format!("the database is at {host}, spoken to without TLS"), what)
    })
}

fn mail_tls(server: &str) -> Option<Finding> {
    let url = url::Url::parse(server).ok()?;
    let has_tls =
        url.scheme() == "smtps" || url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    let is_far = !has_tls && !is_near(url.host_str().unwrap_or_default());
    is_far.then(|| {
        advice("SLUGLINE_SMTP_URL is without TLS", "Links into accounts travel over it: use smtps, or ?tls=required.")
    })
}

fn proxies(config: &Config) -> Finding {
    let trusted = &config.server.trusted_proxies;
    let too_many = trusted.iter().any(|proxies| proxies.bits() == 0 || speaks_for_all(proxies));
    if too_many {
        let what = "Anybody can say where they come from, and so get past every limit: name the proxies alone.";
        return bad("SLUGLINE_TRUSTED_PROXIES trusts the whole internet", what);
    }
    if trusted.iter().any(is_wide) {
        let what = "Whoever is in it can speak for anybody: name the proxies alone.";
        return advice("SLUGLINE_TRUSTED_PROXIES has a very wide network", what);
    }
    let is_behind = config.urls().api.starts_with("https:") || !config.server.bind.ip().is_loopback();
    match trusted.len() {
        0 if is_behind => advice(
            "no trusted proxies",
            "Where a proxy stands in front, name it in SLUGLINE_TRUSTED_PROXIES, or all clients share its limits.",
        ),
        0 => good("no trusted proxies: every client is who connects"),
        many => good(format!("{many} trusted proxies or networks of them")),
    }
}

/// Whether half of all addresses lie in it.
fn speaks_for_all(proxies: &Proxies) -> bool {
    proxies.bits() == 1
}

fn is_wide(proxies: &Proxies) -> bool {
    let is_v4 = proxies.base().is_ipv4();
    let widest = if is_v4 { WIDEST.0 } else { WIDEST.1 };
    let samples: [IpAddr; 2] = [Ipv4Addr::new(8, 8, 8, 8).into(), Ipv6Addr::new(0x2a00, 0, 0, 0, 0, 0, 0, 1).into()];
    let reaches_out = is_global(proxies.base()) || samples.iter().any(|address| proxies.contains(*address));
    proxies.bits() < widest && reaches_out
}

fn origins(origins: &[String]) -> Finding {
    let plain: Vec<&str> = origins.iter().map(String::as_str).filter(|origin| is_plain(origin)).collect();
    match (origins.len(), plain.as_slice()) {
        (0, _) => good("no page of another origin may use the editorial door"),
        (many, []) => good(format!("origins whose pages may use the editorial door: {many}")),
        (_, plain) => advice(
            format!("SLUGLINE_CORS_ORIGINS has {}, without TLS", plain.join(", ")),
            "Whoever is on the way can put scripts into its pages and act as an editor: use https.",
        ),
    }
}

fn metrics_token(token: Option<&str>) -> Option<Finding> {
    let is_short = token?.chars().count() < SHORTEST_TOKEN;
    let what = "Choose one of 16 random characters or more: it is all that keeps others from reading the metrics.";
    Some(if is_short { advice("SLUGLINE_METRICS_TOKEN is short", what) } else { good("/metrics has a token") })
}

fn outbound(config: &Config) -> Finding {
    let allowed = &config.outbound.outbound_allow;
    let everything = [[8, 8, 8, 8], [127, 0, 0, 1], [169, 254, 169, 254]].map(IpAddr::from);
    match allowed.len() {
        0 => good("webhooks go to the open internet only"),
        _ if everything.iter().all(|address| allowed.iter().any(|entry| entry.holds(*address))) => {
            advice("webhooks go everywhere", "Let SLUGLINE_OUTBOUND_ALLOW name the receivers, not all addresses.")
        }
        many => {
            good(format!("webhooks go to the open internet, and to {many} places that SLUGLINE_OUTBOUND_ALLOW names"))
        }
    }
}

fn content_network(cdn: &Cdn) -> Option<Finding> {
    let network = cdn.cdn?;
    let wants_token = matches!(network, Network::Fastly | Network::Cloudflare);
    Some(match (&cdn.cdn_purge_url, &cdn.cdn_token) {
        (None, _) => advice(
            format!("the content network ({network:?}) is not told what changes"),
            "Set SLUGLINE_CDN_PURGE_URL, or readers see changes a minute late.",
        ),
        (Some(_), None) if wants_token => bad(
            format!("the content network ({network:?}) takes no purge without a token"),
            "Set SLUGLINE_CDN_TOKEN to one that may purge, and nothing else.",
        ),
        (Some(_), _) => good(format!("the content network ({network:?}) is told what changes")),
    })
}

/// Says hello to the mail server, signs in there where the address has a password, and says goodbye.
fn mail(config: &Config) -> Finding {
    let mailer = match config.mail.mailer() {
        Ok(Some(mailer)) => mailer,
        Ok(None) => return good("no mail: administrators hand links over"),
        Err(sentence) => return bad("mail", sentence),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let greeted = match runtime {
        Ok(runtime) => runtime.block_on(mailer.greet()),
        Err(cause) => Err(cause.to_string()),
    };
    match greeted {
        Ok(()) => good("the mail server answers"),
        Err(reason) => {
            bad(format!("mail: {reason}"), "Check SLUGLINE_SMTP_URL, its password, and that the server runs.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn near_and_far_are_told_apart() {
        for near in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://10.0.0.7:9000",
            "http://[::1]:80",
            "https://news.example",
        ] {
            assert!(!is_plain(near), "{near}");
        }
        for far in ["http://news.example", "http://8.8.8.8", "http://cms.news.example:8080/api"] {
            assert!(is_plain(far), "{far}");
        }
        let database = |url: &str| database_tls(&DatabaseUrl::parse(url).unwrap()).map(|finding| finding.level);
        assert_eq!(database("postgres://u:p@db.example.org/news"), Some(Level::Advice));
        assert_eq!(database("postgres://u:p@db.example.org/news?sslmode=require"), Some(Level::Bad));
        for near in [
            "postgres://u@127.0.0.1/news",
            "postgres://u@db/news",
            "postgres:///news?host=/run/postgresql",
            "sqlite://a.db",
        ] {
            assert_eq!(database(near), None, "{near}");
        }
        assert!(mail_tls("smtp://mail.news.example").is_some() && mail_tls("smtp://127.0.0.1:25").is_none());
        assert!(mail_tls("smtps://u:p@mail.news.example").is_none());
        assert!(mail_tls("smtp://u:p@mail.news.example?tls=required").is_none());
    }

    #[test]
    fn wide_networks_of_proxies_are_found() {
        let wide = |text: &str| is_wide(&Proxies::parse(text).unwrap());
        assert!(wide("8.0.0.0/8") && wide("0.0.0.0/2") && wide("2a00::/16"));
        assert!(
            !wide("10.0.0.0/8")
                && !wide("104.16.0.0/13")
                && !wide("2400:cb00::/32")
                && !wide("fd00::/8")
                && !wide("127.0.0.0/8")
        );
    }
}
