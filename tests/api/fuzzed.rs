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
