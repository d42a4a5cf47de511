//! How letters to users are sent.

use clap::Args;

use crate::outbound::mail;

/// Where the links in letters and answers lead, unless the operator says otherwise.
pub const ACCOUNT_URL: &str = "{site}/account/{purpose}";

/// How letters to users are sent: invitations, new passwords, new addresses.
#[derive(Args, Clone, Debug)]
pub struct Mail {
    /// The mail server that takes letters to users: smtps://USER:PASSWORD@HOST, smtp://USER:PASSWORD@HOST?tls=required,
    /// or smtp://HOST:PORT for one without TLS. Without one, administrators hand the links over.
    #[arg(long, env = "SLUGLINE_SMTP_URL", hide_env_values = true, global = true, requires = "mail_from",
          value_parser = super::secret::Unrepeated(server), help_heading = "Mail")]
    pub smtp_url: Option<String>,
    /// Whom letters come from, such as Newsroom <desk@news.example>.
    #[arg(long, env = "SLUGLINE_MAIL_FROM", global = true, help_heading = "Mail",
          value_parser = |text: &str| mail::sender(text).map(|_| text.to_owned()))]
    pub mail_from: Option<String>,
    /// The frontend's pages that links to users lead to; {purpose} is invitation, password-reset or email-change, and
    /// the token follows as #token=….
    #[arg(long, env = "SLUGLINE_ACCOUNT_URL", default_value = ACCOUNT_URL, global = true, help_heading = "Mail",
          value_parser = account_page)]
    pub account_url: String,
}

impl Mail {
    /// Who hands letters in; nobody where no server is configured.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn mailer(&self) -> Result<Option<mail::Mailer>, String> {
        match (&self.smtp_url, &self.mail_from) {
            (Some(server), Some(from)) => mail::Mailer::new(server, from).map(Some),
            (Some(_), None) => Err("SLUGLINE_SMTP_URL needs SLUGLINE_MAIL_FROM beside it".to_owned()),
            (None, _) => Ok(None),
        }
    }
}

fn server(text: &str) -> Result<String, String> {
    mail::Mailer::new(text, "nobody@news.example").map(|_| text.to_owned())
}

/// An address of pages: http or https, or beginning with {site}, without a fragment.
fn account_page(text: &str) -> Result<String, String> {
    let sample = text.replace("{site}", "https://news.example").replace("{purpose}", "invitation");
    match url::Url::parse(&sample) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.fragment().is_none() && !sample.contains('{') => {
            Ok(text.to_owned())
        }
        _ => Err("write an http or https address in which {site} and {purpose} may stand, without #".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_checked() {
        for good in [ACCOUNT_URL, "https://desk.example/in?what={purpose}", "https://desk.example/"] {
            assert!(account_page(good).is_ok(), "{good}");
        }
        for wrong in ["/account", "javascript:{purpose}", "{site}/#a", "{site}/{slug}", ""] {
            assert!(account_page(wrong).is_err(), "{wrong}");
        }
    }
}
