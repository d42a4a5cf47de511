//! The API as its users meet it: stories over the real application, on both databases. One binary, modules inside.

mod support;

mod layers;
mod migrations;
mod openapi;
mod publishing;
