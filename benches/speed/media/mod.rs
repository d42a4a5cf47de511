//! Pictures and films: what making variants, taking in a large file and sending files costs.

pub mod figures;
pub mod film;
pub mod makers;
pub mod picture;
pub mod report;
pub mod serving;
pub mod ssim;
pub mod uploads;
pub mod variants;
