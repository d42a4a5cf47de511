//! Measures the release binary over loopback, beside servers that do nothing but answer. `benches/README.md` says what
//! and how; `cargo bench` runs it.

mod archive;
mod aside;
mod bare;
mod baseline;
mod cases;
mod chart;
mod client;
mod cores;
mod figures;
mod load;
mod media;
mod options;
mod postgres;
mod process;
mod report;
mod slugline;
mod stands;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use figures::Figures;
use options::Options;

/// A sentence for whoever runs this.
type Result<T> = std::result::Result<T, String>;

/// Says what was being done when something failed.
trait Why<T> {
    /// Puts `what` before the cause.
    fn why(self, what: impl std::fmt::Display) -> Result<T>;
}

impl<T, E: std::fmt::Display> Why<T> for std::result::Result<T, E> {
    fn why(self, what: impl std::fmt::Display) -> Result<T> {
        self.map_err(|cause| format!("{what}: {cause}"))
    }
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// An error once a signal asked this program to end; every loop asks, so that children are ended in order.
fn interrupted() -> Result<()> {
    if INTERRUPTED.load(Ordering::Relaxed) { Err("interrupted".to_owned()) } else { Ok(()) }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == baseline::CONSTANT) {
        return exit(baseline::be_constant(&arguments[1..]));
    }
    if arguments.first().is_some_and(|first| first == media::makers::MAKER) {
        return exit(media::makers::be_maker(&arguments[1..]));
    }
    let options = match Options::parse(&arguments) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    listen_for_signals();
    exit(run(&options))
}

fn exit(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let figures = stands::measure(options)?;
    println!("\n{}", report::plain(&figures));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    if options.save && !options.is_usual() {
        write(&folder.join(format!("RESULTS-{}.md", options.articles)), &report::markdown(&figures, None))
    } else if options.save {
        write(&folder.join("results.json"), &json(&figures)?)?;
        write(&folder.join("RESULTS.md"), &report::markdown(&figures, Some("chart.svg")))?;
        write(&folder.join("chart.svg"), &chart::svg(&figures))
    } else {
        write(&PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("slugline-bench.json"), &json(&figures)?)
    }
}

fn json(figures: &Figures) -> Result<String> {
    Ok(serde_json::to_string_pretty(&figures.json()).why("the figures can't be written as JSON")? + "\n")
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).why(format!("{} can't be written", path.display()))?;
    println!("Wrote {}", path.display());
    Ok(())
}

fn listen_for_signals() {
    use tokio::signal::unix::{SignalKind, signal};
    std::thread::spawn(|| {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let (Ok(mut terminate), Ok(mut interrupt)) =
                (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
            else {
                return;
            };
            tokio::select! { _ = terminate.recv() => {} _ = interrupt.recv() => {} }
            INTERRUPTED.store(true, Ordering::Relaxed);
        });
    });
}
