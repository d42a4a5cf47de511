//! stand-in
use super::Cx;
use crate::error::Result;
use crate::model::{FromText, Locale};
/// s
pub struct Site {
    /// l
    pub locales: Vec<Locale>,
    /// d
    pub default_locale: Locale,
}
/// l
pub fn load(_: &mut Cx) -> Result<Site> {
    let en = Locale::from_text("en").map_err(|_| crate::error::Error::internal("x"))?;
    Ok(Site { locales: vec![en.clone()], default_locale: en })
}
