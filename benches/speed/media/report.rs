//! The tables about pictures and films.

use super::figures::{File, Media, Set, Upload};
use super::makers::Maker;
use crate::report::{Table, mib};

/// All of them; those without a row are left out.
pub fn tables(media: &Media) -> Vec<Table> {
    let all = [sets(media), files(media), uploads(media)];
    all.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

fn sets(media: &Media) -> Table {
    let head = vec![
        "Variants of 24 MP",
        "Made by",
        "CPU s",
        "least–most",
        "peak MiB",
        "WebP kB",
        "WebP SSIM",
        "JPEG kB",
        "JPEG SSIM",
        "× libvips",
    ];
    let row = |set: &Set| {
        let ((webp, webp_ssim), (jpeg, jpeg_ssim)) = (set.of("webp"), set.of("jpg"));
        vec![
            format!("{} files", set.files.len()),
            format!("{} {}", set.maker.name(), set.version),
            format!("{:.2}", set.cpu),
            format!("{:.2}–{:.2}", set.spread.0, set.spread.1),
            mib(set.peak),
            kb(webp),
            format!("{webp_ssim:.4}"),
            kb(jpeg),
            format!("{jpeg_ssim:.4}"),
            media.ratio(set, Maker::Vips).map_or_else(String::new, |times| format!("{times:.2}")),
        ]
    };
    Table { head, rows: media.sets.iter().map(row).collect() }
}

/// A row a file, and two columns a maker.
fn files(media: &Media) -> Table {
    let mut head = vec!["Variant", "Format"];
    for set in &media.sets {
        head.extend(match set.maker {
            Maker::Slugline => ["Slugline kB", "SSIM"],
            Maker::Vips => ["libvips kB", "SSIM"],
            Maker::Sharp => ["sharp kB", "SSIM"],
        });
    }
    let row = |(at, file): (usize, &File)| {
        let mut cells = vec![file.name.to_owned(), file.format.to_owned()];
        for file in media.sets.iter().filter_map(|set| set.files.get(at)) {
            cells.extend([kb(file.bytes), format!("{:.4}", file.ssim)]);
        }
        cells
    };
    let rows = media.sets.first().map(|set| set.files.iter().enumerate().map(row).collect());
    Table { head, rows: rows.unwrap_or_default() }
}

fn uploads(media: &Media) -> Table {
    let head = vec!["Upload", "Server", "MB/s", "seconds", "CPU s", "idle MiB", "peak MiB"];
    let row = |upload: &Upload| {
        vec![
            format!("a film of {} MB", upload.bytes / 1_000_000),
            "Slugline, SQLite".to_owned(),
            format!("{:.0}", upload.speed()),
            format!("{:.2}", upload.seconds),
            format!("{:.2}", upload.cpu),
            mib(upload.idle),
            mib(upload.peak),
        ]
    };
    Table { head, rows: media.uploads.iter().map(row).collect() }
}

fn kb(bytes: usize) -> String {
    format!("{:.1}", bytes as f64 / 1e3)
}
