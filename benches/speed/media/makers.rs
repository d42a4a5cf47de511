//! Who makes the variants: Slugline's own code, libvips through pyvips, and sharp. Each in a process of its own, which
//! says what it used. All of them decode once, shrink to the largest width, and make the rest out of that.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use slugline::files::variants::{Focus, render};

use crate::process::{CpuTime, memory, output};
use crate::{Result, Why};

/// The argument that makes this program the maker of variants.
pub const MAKER: &str = "--variants-maker";

/// A program that makes all variants of a picture.
#[derive(Clone, Copy, PartialEq)]
pub enum Maker {
    /// The code of the server.
    Slugline,
    /// libvips, called from Python.
    Vips,
    /// sharp, on Node.js.
    Sharp,
}

/// What making a set used.
pub struct Used {
    /// CPU time from the reading of the picture to the last file.
    pub cpu: Duration,
    /// The most memory that the process ever had, in bytes.
    pub peak: u64,
}

impl Maker {
    /// All, ours first.
    pub const ALL: [Self; 3] = [Self::Slugline, Self::Vips, Self::Sharp];

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slugline => "Slugline",
            Self::Vips => "libvips",
            Self::Sharp => "sharp",
        }
    }

    /// Its version; none where the machine does not have it.
    pub fn version(self) -> Option<String> {
        let mut command = match self {
            Self::Slugline => return Some(env!("CARGO_PKG_VERSION").to_owned()),
            Self::Vips => python("import pyvips; print('.'.join(str(pyvips.version(n)) for n in range(3)))"),
            Self::Sharp => node("const v = require('sharp').versions; console.log(`${v.sharp} (libvips ${v.vips})`)"),
        };
        output(self.name(), &mut command).ok().map(|text| text.trim().to_owned())
    }

    /// Makes the variants of a picture as files in a folder. `specs` has a line for each; see [`super::variants`].
    pub fn make(self, picture: &Path, folder: &Path, specs: &str) -> Result<Used> {
        std::fs::create_dir_all(folder).why("a folder can't be made")?;
        let mut command = match self {
            Self::Slugline => {
                let mut command = Command::new(std::env::current_exe().why("this program can't be found")?);
                command.arg(MAKER);
                command
            }
            Self::Vips => python(include_str!("vips.py")),
            Self::Sharp => node(include_str!("sharp.js")),
        };
        let text = output(self.name(), command.arg(picture).arg(folder).arg(specs).stderr(Stdio::inherit()))?;
        let said: Value = serde_json::from_str(text.trim()).why("a maker of variants says nothing")?;
        let (Some(seconds), Some(kib)) = (said["cpu_seconds"].as_f64(), said["peak_kib"].as_u64()) else {
            return Err(format!("{} says {text}", self.name()));
        };
        Ok(Used { cpu: Duration::from_secs_f64(seconds), peak: kib * 1024 })
    }
}

/// Is the maker: `arguments` are the picture and the folder.
pub fn be_maker(arguments: &[String]) -> Result<()> {
    let [picture, folder, ..] = arguments else { return Err("a picture and a folder are missing".to_owned()) };
    let id = std::process::id();
    let before = CpuTime::of(id)?;
    let bytes = std::fs::read(picture).why("the picture can't be read")?;
    let made = render("image/jpeg", &bytes, Focus::default()).why("no variants can be made")?;
    for variant in &made.variants {
        let path = Path::new(folder).join(format!("{}.{}", variant.name, variant.format.extension()));
        std::fs::write(path, &variant.bytes).why("a variant can't be written")?;
    }
    let cpu = CpuTime::of(id)?.since(&before).as_secs_f64();
    let peak = memory(id, "VmHWM")? / 1024;
    println!("{}", serde_json::json!({ "cpu_seconds": cpu, "peak_kib": peak }));
    Ok(())
}

fn python(script: &str) -> Command {
    let mut command = Command::new("python3");
    // One thread: what is compared is work, and threads make more of it.
    command.args(["-c", script]).env("VIPS_CONCURRENCY", "1");
    command
}

fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    // Behind `--`, arguments are the script's own.
    command.args(["-e", script, "--"]).env("VIPS_CONCURRENCY", "1");
    command
}
