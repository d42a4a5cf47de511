//! Values that hold a secret: what is wrong with one is told, and the value itself is not repeated.

use std::ffi::OsStr;

use clap::builder::TypedValueParser;
use clap::error::{Error, ErrorKind};
use clap::{Arg, Command};

/// Reads a value with this function. clap's own errors repeat what was given, a password in an address with it.
#[derive(Clone, Copy)]
pub(super) struct Unrepeated<T>(pub(super) fn(&str) -> Result<T, String>);

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Unrepeated<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        let read = value.to_str().ok_or_else(|| "this is not UTF-8".to_owned()).and_then(self.0);
        read.map_err(|why| {
            let name = argument.map_or_else(String::new, |argument| format!("invalid value for '{argument}': "));
            command.clone().error(ErrorKind::ValueValidation, format!("{name}{why}"))
        })
    }
}
