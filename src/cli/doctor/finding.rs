//! What was found, and how it is told.

use anstyle::{AnsiColor, Style};

use crate::cli::{Outcome, print};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Good,
    Advice,
    Bad,
}

/// What was looked at, and what to do where it is not good.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) level: Level,
    pub(super) what: String,
    pub(super) advice: Option<String>,
}

pub(super) fn good(what: impl Into<String>) -> Finding {
    Finding { level: Level::Good, what: what.into(), advice: None }
}

pub(super) fn advice(what: impl Into<String>, advice: impl Into<String>) -> Finding {
    Finding { level: Level::Advice, what: what.into(), advice: Some(advice.into()) }
}

pub(super) fn bad(what: impl Into<String>, advice: impl Into<String>) -> Finding {
    Finding { level: Level::Bad, what: what.into(), advice: Some(advice.into()) }
}

/// Prints what was found.
pub(super) fn tell(findings: &[Finding]) -> Outcome {
    for finding in findings {
        let (color, word) = match finding.level {
            Level::Good => (AnsiColor::Green, "good"),
            Level::Advice => (AnsiColor::Yellow, "note"),
            Level::Bad => (AnsiColor::Red, "bad "),
        };
        let style = Style::new().fg_color(Some(color.into())).bold();
        let advice = finding.advice.iter().map(|advice| format!("\n      → {advice}")).collect::<String>();
        let line = format!("{style}{word}{style:#}  {}{advice}\n", finding.what);
        print(&mut anstream::stdout(), line.as_bytes())?;
    }
    match findings.iter().filter(|finding| finding.level == Level::Bad).count() {
        0 => Ok(()),
        1 => Err("one thing has to be mended.".to_owned()),
        many => Err(format!("{many} things have to be mended.")),
    }
}
