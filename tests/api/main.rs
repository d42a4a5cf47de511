//! The API as its users meet it: stories over the real application, on both databases. One binary, modules inside.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod hostile;
mod support;

mod accounts;
mod articles;
mod audit;
mod auth;
mod bad_input;
mod batch;
mod collections;
mod comments;
mod desk;
mod doctor;
mod entitlements;
mod events;
mod evolving;
mod examples;
mod gate;
mod idempotency;
mod layers;
mod leaks;
mod library;
mod limits;
mod live_updates;
mod locks;
mod media;
mod migrations;
mod naming;
mod openapi;
mod order;
mod outputs;
mod permissions;
mod popular;
mod previews;
mod public;
mod publishing;
mod purging;
mod related;
mod review;
mod revisions;
mod rights;
mod search;
mod service;
mod stores;
mod streams;
mod tags_tree;
mod taxonomy;
mod tracks;
mod translations;
mod two_factor;
mod upcoming;
mod variants;
mod webhooks;
mod working_list;
