//! The fuzz targets, told over their seeds: what libFuzzer starts from, and what it has found before.

use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
pub mod targets;

/// So much and no more is committed of each target's seeds. Bytes.
const MOST: u64 = 64 * 1024;

#[test]
fn every_seed_is_taken_or_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    for (name, run) in targets::TARGETS {
        assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "{name} is no target");
        let (mut count, mut bytes) = (0, 0);
        for entry in std::fs::read_dir(root.join("seeds").join(name)).unwrap() {
            let path = entry.unwrap().path();
            let seed = std::fs::read(&path).unwrap();
            let replayed = std::panic::catch_unwind(|| run(&seed));
            assert!(replayed.is_ok(), "{}", path.display());
            (count, bytes) = (count + 1, bytes + seed.len() as u64);
        }
        assert!(count >= 5 && bytes <= MOST, "{name}: {count} seeds of {bytes} bytes");
    }
}

/// Bytes and words that parsers trip over.
const TRICKY: &[&[u8]] = &[
    &[0],
    &[0xFF],
    &[0x80],
    &[0xFF; 4],
    &[0xFF; 8],
    &[0, 0, 0, 1],
    &[0x7F, 0xFF, 0xFF, 0xFF],
    b"\r\n",
    b"<",
    b">",
    b"\"",
    b"&#0;",
    b"[[[[",
    b"}}}}",
    b"\\u0000",
    b"1e999",
    b"-9223372036854775809",
    b"-->",
    b"--b\r\n",
    b"%00",
    b"\xF0\x9F\x90\x8B",
    b"\xE2\x80\xAE",
    b"\xED\xA0\x80",
];

/// Numbers that are the same in every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// A seed that is bent in a few places, or goes on as another one.
fn bent(seed: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(4) {
        let (at, length) = (dice.below(bytes.len() + 1), dice.below(16));
        let end = (at + length).min(bytes.len());
        match dice.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
            2 => _ = bytes.drain(at..end),
            3 => {
                let again = bytes[at..end].repeat(1 + dice.below(20));
                bytes.splice(at..at, again);
            }
            4 => bytes.truncate(at),
            5 => bytes = [&bytes[..at], &other[dice.below(other.len() + 1).min(other.len())..]].concat(),
            _ => _ = bytes.splice(at..at, TRICKY[dice.below(TRICKY.len())].iter().copied()),
        }
    }
    bytes
}

/// The seeds, bent: so much of fuzzing every run does. `SLUGLINE_FUZZ_ROUNDS` asks for more of each seed.
#[test]
fn every_bent_seed_is_taken_or_refused() {
    let rounds = std::env::var("SLUGLINE_FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(25);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds");
    for (name, run) in targets::TARGETS {
        let mut files: Vec<_> =
            std::fs::read_dir(root.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let seeds: Vec<Vec<u8>> = files.iter().map(|path| std::fs::read(path).unwrap()).collect();
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
        for _ in 0..rounds {
            for seed in &seeds {
                let input = bent(seed, &seeds[dice.below(seeds.len())], &mut dice);
                let ran = std::panic::catch_unwind(|| run(&input));
                assert!(ran.is_ok(), "{name}: {:?} as text {:?}", input, String::from_utf8_lossy(&input));
            }
        }
    }
}
