//! The API as its users meet it: stories over the real application, on both databases. One binary, modules inside.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

mod articles;
mod auth;
mod bad_input;
mod evolving;
mod examples;
mod layers;
mod leaks;
mod live_updates;
mod media;
mod migrations;
mod openapi;
mod order;
mod permissions;
mod public;
mod publishing;
mod service;
mod tags_tree;
mod taxonomy;
mod translations;
