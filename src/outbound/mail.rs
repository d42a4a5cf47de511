//! Letters, handed in at the operator's mail server (SMTP, RFC 5321). The server is the operator's choice, so it may stand
//! anywhere.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

/// How long the mail server may take for one step.
const STEP: Duration = Duration::from_secs(15);
/// How long it may take for a whole letter: shorter than the first wait before it is tried again.
const WHOLE: Duration = Duration::from_secs(45);

/// Who hands letters in.
pub struct Mailer {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// A letter of plain text. It can't be printed.
pub struct Letter {
    /// Whom it goes to: an address.
    pub to: String,
    /// What stands above it.
    pub subject: String,
    /// What stands in it.
    pub text: String,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mailer {
    /// By the address of the server (`smtps://USER:PASSWORD@HOST`, `smtp://HOST:PORT?tls=required`, or `smtp://HOST:PORT`
    /// without TLS) and the sender (`Name <address>`, or an address).
    ///
    /// # Errors
    /// A sentence that repeats neither.
    pub fn new(server: &str, from: &str) -> Result<Self, String> {
        let from = sender(from)?;
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(server).map_err(|_| SERVER.to_owned())?;
        Ok(Self { server: server.timeout(Some(STEP)).build(), from })
    }

    /// Says hello to the server, and goodbye.
    ///
    /// # Errors
    /// Why it did not answer well.
    pub async fn greet(&self) -> Result<(), String> {
        match tokio::time::timeout(WHOLE, self.server.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the mail server does not answer well".to_owned()),
            Ok(Err(refused)) => Err(reason(&refused)),
            Err(_) => Err("the mail server took too long".to_owned()),
        }
    }

    /// Hands a letter in.
    ///
    /// # Errors
    /// Why it was not taken, without a word of the letter.
    pub async fn send(&self, letter: Letter) -> Result<(), String> {
        let to = letter.to.parse::<Mailbox>().map_err(|_| "the address can't be written to".to_owned())?;
        let message = Message::builder().from(self.from.clone()).to(to).subject(letter.subject);
        let message = message.header(ContentType::TEXT_PLAIN).body(letter.text);
        let message = message.map_err(|_| "the letter can't be written".to_owned())?;
        match tokio::time::timeout(WHOLE, self.server.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(refused)) => Err(reason(&refused)),
            Err(_) => Err("the mail server took too long".to_owned()),
        }
    }
}

/// What is wrong with the address of a server.
const SERVER: &str = "write smtps://USER:PASSWORD@HOST, smtp://USER:PASSWORD@HOST?tls=required, or smtp://HOST:PORT \
                      for a server without TLS";

/// The sender.
///
/// # Errors
/// What is to be written.
pub fn sender(from: &str) -> Result<Mailbox, String> {
    from.parse().map_err(|_| "write an address, such as Newsroom <desk@news.example>".to_owned())
}

/// Why a letter was not taken. What the server said may repeat addresses, so only its code is told.
fn reason(refused: &lettre::transport::smtp::Error) -> String {
    match refused.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if refused.is_timeout() => "the mail server took too long".to_owned(),
        None if refused.is_tls() || is_about_tls(refused) => {
            "the mail server's certificate is not trusted, or it speaks no TLS".to_owned()
        }
        None => "the mail server can't be reached".to_owned(),
    }
}

/// Whether TLS is what failed, however deep below: lettre takes it for any other broken connection.
fn is_about_tls(refused: &(dyn std::error::Error + 'static)) -> bool {
    let is_tls = |cause: &(dyn std::error::Error + 'static)| {
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause.is::<rustls::Error>() || wrapped.is_some_and(|inner| inner.is::<rustls::Error>())
    };
    std::iter::successors(Some(refused), |cause| cause.source()).any(is_tls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_not_repeated() {
        for good in [
            "smtp://127.0.0.1:2525",
            "smtps://user:pass%20word@mail.example",
            "smtp://user:password@mail.example?tls=required",
        ] {
            assert!(Mailer::new(good, "Desk <desk@news.example>").is_ok(), "{good}");
        }
        for wrong in ["mail.example", "http://mail.example", "smtp://", "smtp://user:hidden@mail.example?tls=maybe"] {
            let refused = Mailer::new(wrong, "desk@news.example").unwrap_err();
            assert!(!refused.contains("hidden"), "{refused}");
        }
        assert!(Mailer::new("smtp://127.0.0.1:2525", "nobody").is_err());
    }
}
