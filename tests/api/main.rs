//! The API, as its users meet it.
