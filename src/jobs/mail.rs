//! Sending letters, one after the other. What fails comes again later, a few times.

use std::sync::Arc;

use crate::app::App;
use crate::domain::mails;
use crate::error::Result;
use crate::outbound::mail::Letter;

/// Letters of one turn at the most.
const MOST: i64 = 20;

/// One turn: sends what is due. Without a mail server nothing is sent.
pub async fn run(app: Arc<App>) -> Result<()> {
    let Some(mailer) = &app.mailer else { return Ok(()) };
    for id in app.read(|cx| mails::due(cx, MOST)).await? {
        let Some(letter) = app.write(move |cx| mails::prepare(cx, id)).await? else { continue };
        let mails::Outgoing { to, subject, text, .. } = letter;
        match mailer.send(Letter { to, subject, text }).await {
            Ok(()) => app.write(move |cx| mails::sent(cx, id)).await?,
            Err(error) => tracing::warn!(mail = %id, error, "a letter was not sent; it is tried again"),
        }
    }
    Ok(())
}
