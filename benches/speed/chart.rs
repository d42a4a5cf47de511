//! One picture of the figures: CPU time for a request as bars, legible on light and on dark pages.

use std::fmt::Write;

use crate::figures::{Figures, Row};
use crate::report::server;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 165.0;
const RIGHT: f64 = 90.0;
const BAR: f64 = 18.0;
const STEP: f64 = 24.0;
const TITLE: f64 = 30.0;
const STANDS: [&str; 6] = ["memory", "sqlite", "postgres", "bare", "constant", "nginx"];

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}.h{font-weight:600}.s{fill:#59636e}\
.memory,.sqlite,.postgres{fill:#0969da}.database{fill:#9a6700}.bare,.constant,.nginx{fill:#818b98}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.s{fill:#9198a1}.memory,.sqlite,.postgres{fill:#4493f8}\
.database{fill:#d29922}.bare,.constant,.nginx{fill:#656c76}}";

/// The chart.
pub fn svg(figures: &Figures) -> String {
    let groups = groups(figures);
    let most = groups.iter().flat_map(|(_, rows)| rows).map(|row| row.cpu()).fold(1.0, f64::max);
    let scale = (WIDTH - LEFT - RIGHT) / most;
    let mut body = String::new();
    let mut y = 28.0;
    text(&mut body, 12.0, y, "h", "CPU time for a request, in microseconds (less is better)");
    y += 22.0;
    let machine = &figures.machine;
    let about = format!(
        "{}, {} cores, {}. The second part of a bar is the database's server.",
        machine.cpu, machine.cores, machine.date
    );
    text(&mut body, 12.0, y, "s", &about);
    y += 8.0;
    for (title, rows) in &groups {
        y += TITLE;
        text(&mut body, 12.0, y, "h", title);
        y += 8.0;
        for row in rows {
            bar(&mut body, row, y, scale);
            y += STEP;
        }
    }
    let height = y + 12.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-label=\"CPU time for a request\"><style>{STYLE}</style>\n{body}</svg>\n"
    )
}

/// The cases of the newsrooms, each with the baselines of its size below.
fn groups(figures: &Figures) -> Vec<(&'static str, Vec<&Row>)> {
    let of = |first: &Row| {
        let name =
            |stand: &str| if stand == "constant" || stand == "nginx" { first.baseline } else { Some(first.name) };
        let rows = STANDS.iter().filter_map(|stand| figures.find(stand, name(stand)?)).collect();
        (first.title, rows)
    };
    figures.rows.iter().filter(|row| row.stand == "sqlite").map(of).collect()
}

fn bar(body: &mut String, row: &Row, y: f64, scale: f64) {
    let middle = y + 13.5;
    text(body, 12.0, middle, "s", server(row.stand));
    let (own, database) = (row.server * scale, row.database.unwrap_or(0.0) * scale);
    rectangle(body, row.stand, LEFT, y, own);
    if database > 0.0 {
        rectangle(body, "database", LEFT + own, y, database);
    }
    text(body, LEFT + own + database + 8.0, middle, "", &format!("{:.0}", row.cpu()));
}

fn rectangle(body: &mut String, class: &str, x: f64, y: f64, width: f64) {
    let width = width.max(1.0);
    let _ = writeln!(body, "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\"/>");
}

fn text(body: &mut String, x: f64, y: f64, class: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(body, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>");
}
