//! Attacks, a theme a file. Each is a table that every route of the document is held against, so that a new route is
//! attacked by itself.

mod bombs;
mod columns;
mod headers;
mod ids;
mod members;
mod origins;
mod paths;
mod queries;
mod scripts;
mod secrets;
mod smuggling;
mod targets;
mod tokens;
mod wire;
mod work;
