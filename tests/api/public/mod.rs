//! The public door as frontend developers meet it.

mod addresses;
mod caching;
mod kept;
mod lists;
mod named;
mod page;
mod remembered;
mod statements;
mod walking;

use serde_json::Value;

use crate::support::Answer;

/// Without answers from memory, every answer is made of what is remembered.
const UNCACHED: &[&str] = &["--cache-mib", "0"];

/// One member of every entry of a list.
#[track_caller]
pub fn members(answer: &Answer, name: &str) -> Vec<String> {
    let data = answer.data();
    data.as_array().unwrap().iter().map(|entry| entry[name].as_str().unwrap().to_owned()).collect()
}

/// The path of a resource's editorial record.
fn admin(kind: &str, resource: &Value) -> String {
    format!("/v1/admin/{kind}/{}", resource["id"].as_str().unwrap())
}
