//! The servers side by side, and the rounds: in each, what has answers of one size is measured on every server before
//! the next size comes, so that a slow minute of the machine slows what is compared.

use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use crate::aside::{Asides, attack, nodes};
use crate::bare::Bare;
use crate::baseline::{self, Size};
use crate::cases::{self, All, Case, Hot};
use crate::figures::{Figures, Machine, Memory, Row, Start};
use crate::load::{self, Round, Target};
use crate::media::{self, figures::Media};
use crate::options::Options;
use crate::postgres::Cluster;
use crate::process::memory;
use crate::slugline::{CACHE_MIB, Newsroom, Server, binary_bytes};
use crate::{Result, Why};

/// A server that is measured.
struct Stand {
    name: &'static str,
    server: Server,
    database: Option<u32>,
    cases: Vec<Measured>,
    idle: u64,
    newsroom: Option<Seeded>,
    hot: Hot,
    all: All,
}

/// A newsroom with articles in it.
struct Seeded {
    newsroom: Newsroom,
    /// The path of one.
    article: String,
    /// Of an editor.
    token: String,
}

struct Measured {
    case: Case,
    next: AtomicUsize,
    rounds: Vec<Round>,
}

impl Stand {
    fn new(name: &'static str, server: Server, idle: u64, cases: Vec<Case>, options: &Options) -> Self {
        println!("{name}: process {}, {}", server.running.id(), server.address);
        let wanted = cases.into_iter().filter(|case| options.wants_case(name, case.name));
        let cases = wanted.map(|case| Measured { case, next: AtomicUsize::new(0), rounds: Vec::new() }).collect();
        Self { name, server, database: None, cases, idle, newsroom: None, hot: Hot::default(), all: All::default() }
    }

    fn target(&self) -> Target {
        Target { address: self.server.address.clone(), server: self.server.running.id(), database: self.database }
    }
}

/// Sets everything up, measures it, and takes it down.
pub fn measure(options: &Options) -> Result<Figures> {
    let folder = tempfile::Builder::new().prefix("slugline-bench-").tempdir().why("no temporary folder")?;
    let mut machine = Machine::this(options);
    let mut media = Media::default();
    if options.wants("variants") {
        media::variants::measure(folder.path(), options, &mut media)?;
    }
    if options.wants("upload") {
        media.uploads = media::uploads::measure(folder.path(), options)?;
    }
    let mut asides = Asides::default();
    if options.wants("attack") {
        asides.attack = Some(attack::measure(folder.path(), options)?);
    }
    if options.wants_no_stand() {
        let (rows, sizes, memory, starts) = (vec![], vec![], vec![], vec![]);
        return Ok(Figures { machine, rows, sizes, memory, starts, media, asides, binary: binary_bytes()? });
    }
    // The sizes of its answers are the baselines' sizes, so it is always there.
    let (sqlite, sizes) = newsroom("sqlite", &folder.path().join("sqlite"), None, options)?;
    let cluster = if options.wants("postgres") || options.wants("nodes") { Cluster::start()? } else { None };
    let mut stands = vec![sqlite];
    let mut sizes = sizes;
    if options.wants("memory") {
        let (stand, more) = in_memory(&stands[0], options)?;
        stands.push(stand);
        sizes.extend(more);
    }
    let mut bare = bare(&stands[0], options)?;
    if let Some(cluster) = &cluster {
        machine.postgres = Some(cluster.version.clone());
        stands.push(newsroom("postgres", &folder.path().join("postgres"), Some(cluster), options)?.0);
    } else if options.wants("postgres") {
        eprintln!("\n*** NO POSTGRESQL ON THIS MACHINE: its half of the benches is SKIPPED. ***\n");
    }
    if options.wants("constant") {
        let server = baseline::start_constant(&sizes, options)?;
        stands.push(plain("constant", server, &sizes, options)?);
    }
    if options.wants("nginx") {
        match baseline::start_nginx(&folder.path().join("nginx"), &sizes, options)? {
            Some((server, version)) => {
                machine.nginx = Some(version);
                stands.push(plain("nginx", server, &sizes, options)?);
            }
            None => eprintln!("\n*** NO NGINX ON THIS MACHINE: the comparison with it is SKIPPED. ***\n"),
        }
    }

    for number in 1..=options.rounds {
        println!("Round {number} of {}", options.rounds);
        for group in groups(&stands) {
            stands.iter_mut().try_for_each(|stand| one_round(stand, group, options))?;
            bare.iter_mut().try_for_each(|bare| bare.round(group, options.effort))?;
        }
    }
    let mut figures = Figures {
        machine,
        rows: rows(&stands, bare.as_ref()),
        sizes,
        memory: Vec::new(),
        media,
        asides,
        starts: Vec::new(),
        binary: binary_bytes()?,
    };
    for stand in &stands {
        let id = stand.server.running.id();
        let (loaded, peak) = (memory(id, "VmRSS")?, memory(id, "VmHWM")?);
        figures.memory.push(Memory { stand: stand.name, idle: stand.idle, loaded, peak });
    }
    for stand in stands {
        let Stand { name, server, newsroom, .. } = stand;
        drop(server);
        let Some(Seeded { newsroom, article, token }) = newsroom else { continue };
        if name == "postgres" && options.wants("nodes") {
            figures.asides.nodes = Some(nodes::measure(&newsroom, &token)?);
        }
        if options.wants_case(name, "start") {
            println!("{name}: {} cold starts", options.starts);
            let starts = (0..options.starts).map(|_| newsroom.cold_start(&article)).collect::<Result<Vec<_>>>()?;
            figures.starts.push(Start::of(name, &starts));
        }
    }
    Ok(figures)
}

/// A seeded newsroom that answers.
fn newsroom(
    name: &'static str,
    folder: &Path,
    cluster: Option<&Cluster>,
    options: &Options,
) -> Result<(Stand, Vec<Size>)> {
    println!("{name}: seeding {} articles and {} tags", options.articles, options.tags);
    let newsroom = Newsroom::new(folder, cluster.map(Cluster::url), options)?;
    newsroom.seed(options.articles, options.paragraphs, options.tags)?;
    cluster.map(Cluster::settle).transpose()?;
    let token = newsroom.token()?;
    newsroom.settle()?;
    let server = newsroom.serve(0)?;
    let idle = idle(&server)?;
    let prepared = cases::prepare(&server.address, &token).map_err(|error| format!("{name}: {error}"))?;
    let mut stand = Stand::new(name, server, idle, prepared.cases, options);
    stand.database = cluster.map(Cluster::id);
    stand.newsroom = Some(Seeded { newsroom, article: prepared.article, token });
    (stand.hot, stand.all) = (prepared.hot, prepared.all);
    Ok((stand, prepared.sizes))
}

/// A second server on the same newsroom, which keeps its answers: readers ask it for what many ask for.
fn in_memory(of: &Stand, options: &Options) -> Result<(Stand, Vec<Size>)> {
    let Seeded { newsroom, .. } = of.newsroom.as_ref().ok_or("there is no newsroom to keep answers of")?;
    let server = newsroom.serve(CACHE_MIB)?;
    let idle = idle(&server)?;
    let (cases, sizes) = cases::kept(&server.address, &of.hot)?;
    Ok((Stand::new("memory", server, idle, cases, options), sizes))
}

/// The loop over the file of a newsroom.
fn bare(of: &Stand, options: &Options) -> Result<Option<Bare>> {
    let file = of.newsroom.as_ref().and_then(|seeded| seeded.newsroom.file());
    file.filter(|_| options.wants("bare")).map(|file| Bare::of(file, &of.all, options)).transpose()
}

fn plain(name: &'static str, server: Server, sizes: &[Size], options: &Options) -> Result<Stand> {
    let idle = idle(&server)?;
    // nginx has no file that is not there.
    let sizes = sizes.iter().filter(|size| name != "nginx" || size.name != "not_modified");
    let cases = sizes.map(|size| cases::constant(size, name == "nginx")).collect();
    Ok(Stand::new(name, server, idle, cases, options))
}

/// Memory a second after the start, before the first request.
fn idle(server: &Server) -> Result<u64> {
    std::thread::sleep(Duration::from_secs(1));
    memory(server.running.id(), "VmRSS")
}

/// The sizes of answers, in the order of the cases.
fn groups(stands: &[Stand]) -> Vec<&'static str> {
    let mut groups = Vec::new();
    for case in stands.iter().flat_map(|stand| &stand.cases).map(|measured| &measured.case) {
        if !groups.contains(&case.group()) {
            groups.push(case.group());
        }
    }
    groups
}

fn one_round(stand: &mut Stand, group: &str, options: &Options) -> Result<()> {
    let target = stand.target();
    for Measured { case, next, rounds } in stand.cases.iter_mut().filter(|measured| measured.case.group() == group) {
        let round = load::round(&target, &case.requests, case.status, options.effort, next);
        rounds.push(round.map_err(|error| format!("{}/{}: {error}", stand.name, case.name))?);
    }
    Ok(())
}

fn rows(stands: &[Stand], bare: Option<&Bare>) -> Vec<Row> {
    let of = |stand: &Stand| -> Vec<Row> {
        stand.cases.iter().map(|measured| Row::of(stand.name, &measured.case, &measured.rounds)).collect()
    };
    stands.iter().flat_map(of).chain(bare.iter().flat_map(|bare| bare.rows())).collect()
}
