//! What is to be done to a file on the way to its public copy: a list of places, found first and applied in one go.

use std::io::{self, Read, Seek};

use crate::files::source::{Source, damaged};

/// Enough for a film of many hours that blinks with metadata; more is made to tire us.
const MOST_PATCHES: usize = 200_000;

/// What stands in the copy instead of a stretch of the original.
#[derive(Debug, PartialEq)]
pub(super) enum What {
    /// As many zeros.
    Zeros,
    /// These bytes, which are as many.
    Bytes(Vec<u8>),
    /// Nothing: the copy is shorter.
    Nothing,
}

/// One stretch of the original that the copy does not repeat, from `at` to just before `end`.
#[derive(Debug, PartialEq)]
pub(super) struct Patch {
    pub(super) at: u64,
    pub(super) end: u64,
    pub(super) what: What,
}

/// The stretches that were found so far, in any order.
#[derive(Debug, Default)]
pub(super) struct Patches(Vec<Patch>);

impl Patches {
    /// Overwrites with zeros. The error of these methods is that there are too many patches.
    pub(super) fn zeros(&mut self, at: u64, end: u64) -> io::Result<()> {
        match self.0.last_mut() {
            Some(Patch { end: last, what: What::Zeros, .. }) if *last == at && at < end => {
                *last = end;
                Ok(())
            }
            _ => self.push(at, end, What::Zeros),
        }
    }

    /// Overwrites with zeros where there is anything else, so that a clean file stays as it is.
    pub(super) fn clear<R: Read + Seek>(&mut self, source: &mut Source<R>, at: u64, end: u64) -> io::Result<()> {
        if source.only_zeros(at, end)? { Ok(()) } else { self.zeros(at, end) }
    }

    /// Overwrites with other bytes.
    pub(super) fn bytes(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.push(at, at.saturating_add(bytes.len() as u64), What::Bytes(bytes.to_vec()))
    }

    /// Leaves out.
    pub(super) fn leave_out(&mut self, at: u64, end: u64) -> io::Result<()> {
        self.push(at, end, What::Nothing)
    }

    fn push(&mut self, at: u64, end: u64, what: What) -> io::Result<()> {
        if at >= end {
            return Ok(());
        }
        if self.0.len() >= MOST_PATCHES {
            return Err(damaged());
        }
        self.0.push(Patch { at, end, what });
        Ok(())
    }

    /// The patches from the front of the file to its end, none over another.
    ///
    /// # Errors
    /// `InvalidData` where a file says of the same bytes that they are two different things.
    pub(super) fn in_order(self) -> io::Result<Vec<Patch>> {
        let mut list = self.0;
        list.sort_by_key(|patch| patch.at);
        let mut ordered: Vec<Patch> = Vec::with_capacity(list.len());
        for patch in list {
            match ordered.last_mut() {
                Some(last) if patch.at < last.end => {
                    if last.what != What::Zeros || patch.what != What::Zeros {
                        return Err(damaged());
                    }
                    last.end = last.end.max(patch.end);
                }
                _ => ordered.push(patch),
            }
        }
        Ok(ordered)
    }
}
