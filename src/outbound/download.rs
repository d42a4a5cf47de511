//! Fetching a file, piece by piece.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Bytes;
use tokio::time::{Instant as Deadline, timeout_at};
use url::Url;

use super::client::Answering;
use super::{Client, Failure};

/// Redirects that are followed at the most.
const MOST_REDIRECTS: usize = 3;

/// A file that is arriving.
pub struct Download {
    answering: Answering,
    deadline: Deadline,
    /// Where it was found at last.
    pub url: Url,
}

/// Why a file can't be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFile {
    /// There was no answer.
    Failed(Failure),
    /// The answer has this status.
    Status(u16),
    /// There were too many redirects, or one that leads to no web address.
    Redirected,
}

impl NoFile {
    /// The reason in words. They tell nobody which names and addresses there are in the network of this server.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Failed(Failure::Unusable) => "This is no web address that can be fetched from.".to_owned(),
            Self::Failed(Failure::Tls) => "There is no secure connection: the certificate is not trusted.".to_owned(),
            Self::Failed(Failure::TimedOut) => "The file took too long to arrive.".to_owned(),
            Self::Failed(Failure::Broken) => "The answer was no HTTP answer, or broke off.".to_owned(),
            Self::Failed(_) => "Nothing on the open internet answers at this address.".to_owned(),
            Self::Status(status) => format!("The address answers with the status {status}."),
            Self::Redirected => "The address leads on too often, or to no web address.".to_owned(),
        }
    }
}

impl Client {
    /// Asks for a file, which must be there within `in_all`. Up to 3 redirects are followed, each as guarded as the
    /// first address; none leads from https to http, or to an address with a user name.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn get(&self, url: &str, in_all: Duration) -> Result<Download, NoFile> {
        let deadline = Deadline::now() + in_all;
        let mut url = Url::parse(url).map_err(|_| NoFile::Failed(Failure::Unusable))?;
        let plain = [("accept", "*/*".to_owned()), ("accept-encoding", "identity".to_owned())];
        for _ in 0..=MOST_REDIRECTS {
            let asking = timeout_at(deadline, self.send(Method::GET, &url, &plain, Vec::new()));
            let answering = asking.await.unwrap_or(Err(Failure::TimedOut)).map_err(NoFile::Failed)?;
            match answering.status {
                200 => return Ok(Download { answering, deadline, url }),
                301 | 302 | 303 | 307 | 308 => url = onward(&url, answering.location.as_deref())?,
                status => return Err(NoFile::Status(status)),
            }
        }
        Err(NoFile::Redirected)
    }
}

/// Where a redirect leads.
fn onward(from: &Url, location: Option<&str>) -> Result<Url, NoFile> {
    let to = location.and_then(|location| from.join(location).ok()).ok_or(NoFile::Redirected)?;
    let is_web = to.scheme() == "https" || (to.scheme() == "http" && from.scheme() == "http");
    let is_bare = to.username().is_empty() && to.password().is_none();
    if is_web && is_bare { Ok(to) } else { Err(NoFile::Redirected) }
}

impl Download {
    /// The next piece; none at the end.
    ///
    /// # Errors
    /// It broke off, or took too long.
    pub async fn next(&mut self) -> Result<Option<Bytes>, NoFile> {
        loop {
            let frame = timeout_at(self.deadline, self.answering.body.frame());
            match frame.await.map_err(|_| NoFile::Failed(Failure::TimedOut))? {
                None => return Ok(None),
                Some(Err(_)) => return Err(NoFile::Failed(Failure::Broken)),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_lead_to_web_addresses_only() {
        let from = |text: &str| Url::parse(text).unwrap();
        let to = |from_url: &str, location: &str| onward(&from(from_url), Some(location)).map(String::from);
        assert_eq!(to("http://a.example/x/y", "../z").as_deref(), Ok("http://a.example/z"));
        assert_eq!(to("http://a.example/", "https://b.example/").as_deref(), Ok("https://b.example/"));
        for (url, location) in [
            ("https://a.example/", "http://a.example/"),
            ("http://a.example/", "file:///etc/passwd"),
            ("http://a.example/", "http://u:p@b.example/"),
            ("http://a.example/", "http://"),
        ] {
            assert_eq!(to(url, location), Err(NoFile::Redirected), "{location}");
        }
        assert_eq!(onward(&from("http://a.example/"), None), Err(NoFile::Redirected));
    }
}
