//! What the demo newsroom consists of.
pub mod pictures;
mod canvas;
mod landscapes;
mod townscapes;
