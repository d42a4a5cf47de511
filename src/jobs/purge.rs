//! Telling the content network what changed, right after each change and again until it is heard.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::app::App;
use crate::config::Network;
use crate::domain::purging::{self, Stretch};
use crate::error::{Error, Result};
use crate::model::Key;
use crate::model::shown::OVERFLOW;
use crate::outbound::Exchange;

/// Keys that one request names: what Cloudflare takes at once is the least of all.
const AT_ONCE: usize = 30;

/// Every node has heard of a change by then, unless a notification was lost: a network that is told sooner may ask one that
/// has not, and keep what that one answers.
const HEARD_WITHIN: Duration = Duration::from_millis(200);

/// Tells all that there is, where there is a network to tell.
pub async fn run(app: Arc<App>) -> Result<()> {
    let cdn = &app.config.cdn;
    let (Some(network), Some(url)) = (cdn.cdn, cdn.cdn_purge_url.as_deref()) else { return Ok(()) };
    // What came meanwhile, nobody else tells: who wanted to has seen that somebody is at it.
    while let Some(stretch) = app.write(purging::claim).await? {
        if !stretch.keys.is_empty() {
            tokio::time::sleep(HEARD_WITHIN).await;
        }
        let told = tell(&app, network, url, &stretch).await;
        let was_told = told.is_ok();
        app.write(move |cx| purging::settle(cx, &stretch, was_told)).await?;
        told?;
        if app.draining.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(())
}

async fn tell(app: &App, network: Network, url: &str, stretch: &Stretch) -> Result<()> {
    let mut keys: Vec<String> = if stretch.keys.contains(&Key::Everything) {
        vec![Key::Everything.text()]
    } else {
        stretch.keys.iter().map(Key::text).collect()
    };
    if keys.is_empty() {
        return Ok(());
    }
    keys.sort_unstable();
    keys.push(OVERFLOW.to_owned());
    for part in keys.chunks(AT_ONCE) {
        let exchange = purge(app, network, url, part).await;
        match exchange.result {
            Ok(answer) if (200..300).contains(&answer.status) => {}
            Ok(answer) => {
                return Err(Error::internal(format!("the content network answers {} to a purge", answer.status)));
            }
            Err(failure) => return Err(Error::internal(format!("the content network can't be told: {failure}"))),
        }
    }
    Ok(())
}

async fn purge(app: &App, network: Network, url: &str, keys: &[String]) -> Exchange {
    let token = app.config.cdn.cdn_token.as_deref();
    match network {
        Network::Fastly => {
            let token = token.map(|token| ("Fastly-Key", token.to_owned()));
            let headers: Vec<_> = [("Surrogate-Key", keys.join(" "))].into_iter().chain(token).collect();
            app.outbound.post_json(url, &headers, Vec::new()).await
        }
        Network::Cloudflare => {
            let headers: Vec<_> = token.map(|token| ("Authorization", format!("Bearer {token}"))).into_iter().collect();
            let body = serde_json::json!({ "tags": keys }).to_string().into_bytes();
            app.outbound.post_json(url, &headers, body).await
        }
        Network::Varnish => {
            let token = token.map(|token| ("Authorization", format!("Bearer {token}")));
            let headers: Vec<_> = [("xkey-purge", keys.join(" "))].into_iter().chain(token).collect();
            app.outbound.purge(url, &headers).await
        }
    }
}
