//! WebVTT (W3C): texts that run along with a film or recording. A file is taken only as a whole, and without anything
//! that says how a page looks: a `STYLE` block is refused.

/// The longest file. Bytes.
pub const MAX_BYTES: u64 = 1024 * 1024;
/// Most cues of a file.
pub const MAX_CUES: usize = 10_000;
/// Faults that are told at the most.
const MAX_FAULTS: usize = 20;
/// Thousandths of a second: no cue begins later than after a thousand hours.
const LATEST: u64 = 1_000 * 3_600_000;

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, as a sentence.
    pub detail: &'static str,
}

/// Checks a file; answers how many cues it has.
///
/// # Errors
/// What is wrong, at most 20 faults in the order of the lines.
pub fn check(bytes: &[u8]) -> Result<usize, Vec<LineFault>> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(vec![LineFault { line: 1, detail: "A file may have 1 MiB at most." }]);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = lines(&String::from_utf8_lossy(before)).len().max(1);
            return Err(vec![LineFault { line, detail: "This is not UTF-8." }]);
        }
    };
    let lines = lines(text.strip_prefix('\u{FEFF}').unwrap_or(text));
    let mut reader = Reader { faults: Vec::new(), cues: 0, latest_start: 0 };
    reader.file(&lines);
    if reader.faults.is_empty() { Ok(reader.cues) } else { Err(reader.faults) }
}

/// The lines of a text, which end with CRLF, LF or CR.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let Some(at) = rest.find(['\r', '\n']) else {
            lines.push(rest);
            return lines;
        };
        let (line, after) = rest.split_at(at);
        lines.push(line);
        rest = after.strip_prefix("\r\n").or_else(|| after.get(1..)).unwrap_or_default();
    }
}

struct Reader {
    faults: Vec<LineFault>,
    cues: usize,
    latest_start: u64,
}

impl Reader {
    fn fault(&mut self, line: usize, detail: &'static str) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(LineFault { line, detail });
        }
    }

    fn file(&mut self, lines: &[&str]) {
        let first = lines.first().copied().unwrap_or_default();
        let after = first.strip_prefix("WEBVTT");
        if !after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t'])) {
            return self.fault(1, "The file must begin with the line `WEBVTT`.");
        }
        let mut numbered = lines.iter().copied().zip(1_usize..).peekable();
        let mut is_header = true;
        while numbered.peek().is_some() && self.faults.len() < MAX_FAULTS {
            let block: Vec<(&str, usize)> = numbered.by_ref().take_while(|(line, _)| !line.is_empty()).collect();
            if !block.is_empty() {
                if is_header { self.header(&block) } else { self.block(&block) }
            }
            is_header = false;
            if self.cues > MAX_CUES {
                return self.fault(block.first().map_or(1, |(_, line)| *line), "A file may have 10 000 cues at most.");
            }
        }
        if self.cues == 0 && self.faults.is_empty() {
            self.fault(lines.len(), "There is no cue.");
        }
    }

    fn header(&mut self, block: &[(&str, usize)]) {
        if let Some((_, line)) = block.iter().find(|(text, _)| text.contains("-->")) {
            self.fault(*line, "An empty line must stand between the first line and the first cue.");
        }
    }

    fn block(&mut self, block: &[(&str, usize)]) {
        let Some((first, rest)) = block.split_first() else { return };
        if let Some((_, line)) = block.iter().find(|(text, _)| text.contains('\0')) {
            return self.fault(*line, "This must have no null characters.");
        }
        let (text, line) = *first;
        let is = |word: &str| text.strip_prefix(word).is_some_and(|after| after.trim().is_empty());
        if text.contains("-->") {
            return self.cue(text, line, rest);
        }
        if let Some(((text, line), payload)) = rest.split_first()
            && text.contains("-->")
        {
            return self.cue(text, *line, payload);
        }
        if text == "NOTE" || text.starts_with("NOTE ") || text.starts_with("NOTE\t") {
            return self.no_arrow(rest);
        }
        if is("STYLE") {
            return self.fault(line, "Take the STYLE block out: how cues look is said by the page that shows them.");
        }
        if is("REGION") {
            return self.region(line, rest);
        }
        self.fault(line, "This is no cue: a line with `start --> end` is missing.");
    }

    fn no_arrow(&mut self, lines: &[(&str, usize)]) {
        if let Some((_, line)) = lines.iter().find(|(text, _)| text.contains("-->")) {
            self.fault(*line, "An empty line must stand before a cue, and no text may hold `-->`.");
        }
    }

    fn region(&mut self, line: usize, rest: &[(&str, usize)]) {
        const SETTINGS: &[&str] = &["id", "width", "lines", "regionanchor", "viewportanchor", "scroll"];
        if self.cues > 0 {
            return self.fault(line, "A REGION block must stand before the first cue.");
        }
        self.no_arrow(rest);
        for (text, line) in rest {
            self.settings(text, *line, SETTINGS, "This is no setting of a region.");
        }
    }

    fn settings(&mut self, text: &str, line: usize, known: &[&str], detail: &'static str) {
        let mut seen: Vec<&str> = Vec::new();
        for setting in text.split([' ', '\t']).filter(|setting| !setting.is_empty()) {
            let name = setting.split_once(':').filter(|(_, value)| !value.is_empty()).map(|(name, _)| name);
            match name.filter(|name| known.contains(name)) {
                Some(name) if seen.contains(&name) => return self.fault(line, "This setting stands twice."),
                Some(name) => seen.push(name),
                None => return self.fault(line, detail),
            }
        }
    }

    fn cue(&mut self, timing: &str, line: usize, payload: &[(&str, usize)]) {
        const SETTINGS: &[&str] = &["vertical", "line", "position", "size", "align", "region"];
        self.cues += 1;
        let Some((start, after)) = timing.split_once("-->") else { return };
        let after = after.trim_start_matches([' ', '\t']);
        let (end, settings) = after.split_once([' ', '\t']).unwrap_or((after, ""));
        let (Some(start), Some(end)) = (instant(start.trim_matches([' ', '\t'])), instant(end)) else {
            return self
                .fault(line, "Times must be written `00:01.500` or `00:00:01.500`, and not lie after 999 hours.");
        };
        if end <= start {
            self.fault(line, "A cue must end after its start.");
        }
        if start < self.latest_start {
            self.fault(line, "A cue must not start before the one above it.");
        }
        self.latest_start = self.latest_start.max(start);
        self.settings(settings, line, SETTINGS, "This is no setting of a cue.");
        self.no_arrow(payload);
    }
}

/// A time in thousandths of a second. Hours may be left out.
fn instant(text: &str) -> Option<u64> {
    let digits = |text: &str, least: usize, most: usize| {
        let fits = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse::<u64>().ok()).flatten()
    };
    let (clock, millis) = text.split_once('.')?;
    let mut parts = clock.rsplit(':');
    let seconds = digits(parts.next()?, 2, 2).filter(|seconds| *seconds < 60)?;
    let minutes = digits(parts.next()?, 2, 2).filter(|minutes| *minutes < 60)?;
    let hours = parts.next().map_or(Some(0), |hours| digits(hours, 2, 6))?;
    let millis = digits(millis, 3, 3)?;
    let all = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + millis;
    (parts.next().is_none() && all < LATEST).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<usize> {
        check(text.as_bytes()).unwrap_err().into_iter().map(|fault| fault.line).collect()
    }

    #[test]
    fn takes_what_the_standard_takes() {
        let whole = "\u{FEFF}WEBVTT Harbour\r\nKind: captions\r\n\r\nNOTE\r\nBy hand\r\n\r\nREGION\r\nid:low width:40%\r\n\r\n\
            1\r\n00:00.000 --> 00:01.500 align:start position:10%\r\n<v Ana>Hello &amp; welcome\r\nto the harbour\r\n\r\n\
            00:00:01.500 --> 123:00:02.000\r\n- Yes";
        assert_eq!(check(whole.as_bytes()), Ok(2));
        assert_eq!(check(b"WEBVTT\r\r00:01.000 --> 00:02.000\ra\r\r\r"), Ok(1));
        assert_eq!(check(b"WEBVTT\n\n00:01.000 --> 00:02.000\n"), Ok(1));
    }

    #[test]
    fn says_the_line_of_each_fault() {
        assert_eq!(wrong(""), [1]);
        assert_eq!(wrong("WEBVTTX\n"), [1]);
        assert_eq!(wrong("1\n00:00:01,000 --> 00:00:02,000\nSubRip"), [1]);
        assert_eq!(wrong("WEBVTT\n"), [2]);
        assert_eq!(wrong("WEBVTT\n00:01.000 --> 00:02.000\na"), [2]);
        for timing in [
            "00:02.000 --> 00:01.000",
            "00:01.000 --> 00:01.000",
            "0:01.000 --> 00:02.000",
            "00:61.000 --> 01:02.000",
            "00:01,000 --> 00:02,000",
            "00:01.00 --> 00:02.000",
            "00:01.000 -->",
            "--> 00:01.000",
            "00:01.000 --> 00:02.000 align",
            "00:01.000 --> 00:02.000 color:red",
            "00:01.000 --> 00:02.000 size:1% size:2%",
            "999999:00:00.000 --> 999999:00:01.000",
        ] {
            assert_eq!(wrong(&format!("WEBVTT\n\nx\n{timing}\na")), [4], "{timing}");
        }
        assert_eq!(wrong("WEBVTT\n\n00:02.000 --> 00:03.000\na\n\n00:01.000 --> 00:02.000\nb"), [6]);
        assert_eq!(wrong("WEBVTT\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000\na"), [3]);
        assert_eq!(wrong("WEBVTT\n\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb"), [5]);
        assert_eq!(wrong("WEBVTT\n\n00:01.000 --> 00:02.000\na\n\nREGION\nid:a"), [6]);
        assert_eq!(wrong("WEBVTT\n\nNothing\n\nREGION\nfoo:1\n\n00:01.000 --> 00:02.000\na\0"), [3, 6, 9]);
        assert_eq!(check(b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xFF").unwrap_err()[0].line, 4);
    }

    #[test]
    fn bounds_hold() {
        let cues = |count: usize| "WEBVTT\n".to_owned() + &"\n00:01.000 --> 00:02.000\n".repeat(count);
        assert_eq!(check(cues(MAX_CUES).as_bytes()), Ok(MAX_CUES));
        assert_eq!(wrong(&cues(MAX_CUES + 1)).len(), 1);
        assert_eq!(wrong(&("WEBVTT\n\n".to_owned() + &"x\n\n".repeat(500))).len(), MAX_FAULTS);
        let long = format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{}", "a".repeat(1024 * 1024));
        assert_eq!(wrong(&long), [1]);
    }
}
