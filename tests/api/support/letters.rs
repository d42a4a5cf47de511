//! A mail server on the loopback (SMTP, RFC 5321): keeps every letter, or takes none.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::{Database, TestApp};

/// A letter as it arrived.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub text: String,
}

impl Letter {
    /// The token of its link.
    #[track_caller]
    pub fn token(&self) -> String {
        let after = self.text.split("#token=").nth(1).unwrap_or_else(|| panic!("no link: {}", self.text));
        after.split_whitespace().next().unwrap().to_owned()
    }
}

/// A mail server that listens as long as the process lives.
pub struct MailServer {
    pub url: String,
    letters: Arc<Mutex<Vec<Letter>>>,
    refuses: Arc<AtomicBool>,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (letters, refuses) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (keeping, refusing) = (Arc::clone(&letters), Arc::clone(&refuses));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (keeping, refusing) = (Arc::clone(&keeping), Arc::clone(&refusing));
                std::thread::spawn(move || serve(&stream.unwrap(), &keeping, &refusing));
            }
        });
        Self { url, letters, refuses }
    }

    /// An application that sends its letters here.
    pub fn app(&self, database: Database) -> Option<TestApp> {
        TestApp::start_with(database, &["--smtp-url", &self.url, "--mail-from", "Desk <desk@news.example>"])
    }

    /// Whether it takes letters from now on.
    pub fn takes(&self, takes: bool) {
        self.refuses.store(!takes, Ordering::Relaxed);
    }

    /// Everything that arrived since this was last asked.
    pub fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut *self.letters.lock().unwrap())
    }

    /// The one letter that arrived.
    #[track_caller]
    pub fn one(&self) -> Letter {
        let mut letters = self.take();
        assert_eq!(letters.len(), 1, "{letters:?}");
        letters.remove(0)
    }
}

fn serve(stream: &TcpStream, keeping: &Mutex<Vec<Letter>>, refusing: &AtomicBool) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let say = |text: &str| drop((&*stream).write_all(format!("{text}\r\n").as_bytes()));
    let mut to = String::new();
    say("220 letters");
    while let Some(line) = lines.next() {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match verb.as_str() {
            // Whoever has a password may send it.
            "EHLO" => say("250-letters\r\n250 AUTH PLAIN LOGIN"),
            "HELO" => say("250 letters"),
            "AUTH" => say("235 come in"),
            "RCPT" if refusing.load(Ordering::Relaxed) => say("451 not now"),
            "RCPT" => {
                line.split(['<', '>']).nth(1).unwrap().clone_into(&mut to);
                say("250 ok");
            }
            "DATA" => {
                say("354 go on");
                let text: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
                // Long lines come as quoted-printable (RFC 2045, 6.7).
                let text = text.join("\n").replace("=\n", "").replace("=3D", "=");
                keeping.lock().unwrap().push(Letter { to: to.clone(), text });
                say("250 ok");
            }
            "QUIT" => {
                say("221 bye");
                return;
            }
            _ => say("250 ok"),
        }
    }
}
