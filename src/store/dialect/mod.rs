//! Where the two databases truly differ: both sides of each difference in one file.

pub mod document;
pub mod full_text;
mod in_list;
mod lock;
pub mod views;
mod watch;

pub use in_list::{InList, in_list};
pub use lock::{lock, locked_attempts, locked_head};
pub use watch::{Watcher, wake_others};
