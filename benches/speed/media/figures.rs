//! What was found out about pictures and films.

use serde_json::{Value, json};

use super::makers::Maker;

/// Making the variants of a photograph, and taking in large files.
#[derive(Default)]
pub struct Media {
    /// The size of the photograph, in bytes.
    pub picture: usize,
    /// A row a maker.
    pub sets: Vec<Set>,
    /// A row an upload.
    pub uploads: Vec<Upload>,
}

/// A whole set of variants by one maker.
pub struct Set {
    /// Who made it.
    pub maker: Maker,
    /// In which version.
    pub version: String,
    /// CPU time in seconds, in the run in the middle.
    pub cpu: f64,
    /// The least and the most.
    pub spread: (f64, f64),
    /// The most memory, in bytes.
    pub peak: u64,
    /// Its files.
    pub files: Vec<File>,
}

/// One variant.
pub struct File {
    /// Its name on the list.
    pub name: &'static str,
    /// Its format: `webp` or `jpg`.
    pub format: &'static str,
    /// Its size.
    pub bytes: usize,
    /// How alike it is to the photograph, shrunk in one step and never encoded again.
    pub ssim: f64,
}

/// One file that was sent to a fresh server.
pub struct Upload {
    /// Its size, in bytes.
    pub bytes: u64,
    /// Seconds from the first byte to the answer.
    pub seconds: f64,
    /// CPU time of the server, in seconds.
    pub cpu: f64,
    /// Memory of the server before it, in bytes.
    pub idle: u64,
    /// The most memory of the server, in bytes.
    pub peak: u64,
}

impl Set {
    /// Bytes and mean likeness of all its files of a format.
    pub fn of(&self, format: &str) -> (usize, f64) {
        let files: Vec<&File> = self.files.iter().filter(|file| file.format == format).collect();
        let ssim = files.iter().map(|file| file.ssim).sum::<f64>() / files.len().max(1) as f64;
        (files.iter().map(|file| file.bytes).sum(), ssim)
    }
}

impl Upload {
    /// Megabytes a second.
    pub fn speed(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.seconds
    }
}

impl Media {
    /// How many times the CPU time of another maker a set took.
    pub fn ratio(&self, set: &Set, other: Maker) -> Option<f64> {
        let other = self.sets.iter().find(|set| set.maker == other)?;
        Some(set.cpu / other.cpu)
    }

    /// For other programs.
    pub fn json(&self) -> Value {
        let file = |file: &File| json!({ "name": file.name, "format": file.format, "bytes": file.bytes, "ssim": round(file.ssim) });
        let set = |set: &Set| {
            json!({
                "maker": set.maker.name(), "version": set.version, "cpu_seconds": round(set.cpu),
                "cpu_seconds_least": round(set.spread.0), "cpu_seconds_most": round(set.spread.1),
                "peak_bytes": set.peak, "times_libvips": self.ratio(set, Maker::Vips).map(round),
                "files": set.files.iter().map(file).collect::<Vec<_>>(),
            })
        };
        let upload = |upload: &Upload| {
            json!({
                "bytes": upload.bytes, "seconds": round(upload.seconds), "megabytes_per_second": round(upload.speed()),
                "cpu_seconds": round(upload.cpu), "idle_bytes": upload.idle, "peak_bytes": upload.peak,
            })
        };
        json!({
            "picture_bytes": self.picture,
            "variants": self.sets.iter().map(set).collect::<Vec<_>>(),
            "uploads": self.uploads.iter().map(upload).collect::<Vec<_>>(),
        })
    }
}

fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
