//! Slugline, the headless CMS for newsrooms.
#![recursion_limit = "256"]

pub mod app;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod error;
pub mod files;
pub mod http;
pub mod jobs;
pub mod model;
pub mod server;
pub mod store;
pub mod text;
