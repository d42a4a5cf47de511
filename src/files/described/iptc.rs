//! The data sets of IPTC-IIM's application record that a newsroom begins with.

/// The texts of the data sets, by their numbers.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Iptc(Vec<(u8, String)>);

impl Iptc {
    /// Reads to the end, or to what can't be read. A text is UTF-8, or else Latin-1.
    pub(super) fn of(mut rest: &[u8]) -> Self {
        let mut all = Vec::new();
        while let [0x1C, record, set, high, low, tail @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            // The highest bit tells of a longer length, which no text has.
            let Some(data) = tail.get(..length).filter(|_| *high < 0x80) else { break };
            if *record == 2 {
                all.push((*set, super::exif::decoded(data)));
            }
            rest = tail.get(length..).unwrap_or_default();
        }
        Self(all)
    }

    /// The texts of a repeatable data set.
    pub(super) fn all(&self, set: u8) -> Vec<String> {
        self.0.iter().filter(|(number, _)| *number == set).map(|(_, text)| text.clone()).collect()
    }

    /// The text of a data set.
    pub(super) fn one(&self, set: u8) -> Option<String> {
        self.0.iter().find(|(number, _)| *number == set).map(|(_, text)| text.clone())
    }

    /// The date and time of creation, `20260504` and `101112+0200`, with their usual signs between.
    pub(super) fn date(&self) -> Option<String> {
        let (date, time) = (self.one(55)?, self.one(60).unwrap_or_default());
        let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..8)?);
        let clock = match (time.get(..2), time.get(2..4), time.get(4..6)) {
            (Some(hour), Some(minute), Some(second)) => {
                format!("T{hour}:{minute}:{second}{}", time.get(6..).unwrap_or_default())
            }
            _ => String::new(),
        };
        Some(format!("{year}-{month}-{day}{clock}"))
    }
}
