//! The site: its name, its languages, its labels, and where its readers share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

use super::labels::{self, Labels, OwnLabels};
use super::precondition::{changed_members, stale};
use super::{Actor, Cx, Op, Precondition, events, memory, policy};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::entitlement::EntitlementKey;
use crate::model::gate::PublishGate;
use crate::model::site::{LabelsInput, Principle, SiteInput};
use crate::model::{Field, FromText, Id, Key, Locale, MediaKind, Role, ShareNetwork, Time};
use crate::store::media::{self, MediaRow};
use crate::store::site::{self, SiteRow};

/// What the audit log calls the one record that has no id of its own.
const SUBJECT: uuid::Uuid = uuid::Uuid::nil();

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Counts the changes, from 1.
    pub version: i64,
    /// The name of the publication.
    pub name: String,
    /// What it is; may be empty.
    pub description: String,
    /// The locales that articles can be in, in the order in which an article is looked for.
    pub locales: Vec<Locale>,
    /// The locale whose addresses carry no locale.
    pub default_locale: Locale,
    /// The newsroom's own labels by locale.
    pub own_labels: BTreeMap<String, OwnLabels>,
    /// Where readers can share, in order.
    pub share_networks: Vec<ShareNetwork>,
    /// Links to how the newsroom works, in order.
    pub principles: Vec<Principle>,
    /// The picture that stands for the publication.
    pub logo: Option<Id>,
    /// When it was changed last.
    pub updated_at: Time,
    /// What must be there before an article is published; never public.
    pub publish_gate: PublishGate,
    /// The keys whose tokens let readers read whole bodies; never public.
    pub entitlement_keys: Vec<EntitlementKey>,
    /// The roles that need a second factor; never public.
    pub require_totp: Vec<Role>,
}

impl Site {
    /// The labels of a locale: the newsroom's own, else the built-in ones of the locale, its language, or English.
    #[must_use]
    pub fn labels(&self, locale: &str) -> Labels {
        match self.own_labels.get(locale) {
            Some(own) => labels::of(locale, own),
            None => labels::of(locale, &OwnLabels::default()),
        }
    }

    /// Whether articles can be in this locale.
    #[must_use]
    pub fn has_locale(&self, locale: &str) -> bool {
        self.locales.iter().any(|known| known.as_str() == locale)
    }

    fn from_row(row: SiteRow) -> Result<Self> {
        Ok(Self {
            version: row.version,
            name: row.name,
            description: row.description,
            locales: serde_json::from_str(&row.locales).map_err(Error::internal)?,
            default_locale: Locale::from_text(&row.default_locale).map_err(|(_, detail)| Error::internal(detail))?,
            own_labels: serde_json::from_str(&row.labels).map_err(Error::internal)?,
            share_networks: serde_json::from_str(&row.share_networks).map_err(Error::internal)?,
            principles: serde_json::from_str(&row.principles).map_err(Error::internal)?,
            logo: row.logo_id,
            updated_at: row.updated_at,
            publish_gate: serde_json::from_str(&row.publish_gate).map_err(Error::internal)?,
            entitlement_keys: serde_json::from_str(&row.entitlement_keys).map_err(Error::internal)?,
            require_totp: serde_json::from_str(&row.require_totp).map_err(Error::internal)?,
        })
    }

    fn to_row(&self) -> SiteRow {
        SiteRow {
            id: 1,
            version: self.version,
            name: self.name.clone(),
            description: self.description.clone(),
            locales: json!(self.locales).to_string(),
            default_locale: self.default_locale.to_string(),
            labels: json!(self.own_labels).to_string(),
            share_networks: json!(self.share_networks).to_string(),
            principles: json!(self.principles).to_string(),
            logo_id: self.logo,
            updated_at: self.updated_at,
            publish_gate: json!(self.publish_gate).to_string(),
            entitlement_keys: json!(self.entitlement_keys).to_string(),
            require_totp: json!(self.require_totp).to_string(),
        }
    }
}

/// The settings, for whoever needs them; what readers see of them is for the caller to choose.
///
/// # Errors
/// The database's.
pub fn load(cx: &mut Cx) -> Result<Site> {
    Site::from_row(site::load(cx.conn)?)
}

/// The settings as they were read last.
#[derive(Debug, Default)]
pub struct Sites(Mutex<Option<Arc<Site>>>);

/// The settings at a time, and when the clock changes next what is public: every answer to readers needs both.
#[derive(Debug)]
pub struct Edition {
    /// The settings.
    pub site: Arc<Site>,
    /// The first copy appears then, or ends by itself.
    pub due: Option<Time>,
}

impl Edition {
    /// Reads it; the settings themselves only where they have changed.
    ///
    /// # Errors
    /// The database's.
    pub fn read(cx: &mut Cx) -> Result<Self> {
        let (version, updated_at, due) = site::edition(cx.conn, cx.now)?;
        let known = cx.memory.sites.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(site) = known.filter(|known| (known.version, known.updated_at) == (version, updated_at)) {
            return Ok(Self { site, due });
        }
        let site = Arc::new(load(cx)?);
        *cx.memory.sites.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&site));
        Ok(Self { site, due })
    }
}

/// The settings, for whoever only reads. Notes also when the clock changes next what is public.
///
/// # Errors
/// The database's.
pub fn current(cx: &mut Cx) -> Result<Arc<Site>> {
    let edition = memory::edition(cx)?;
    cx.shows.due(edition.due);
    Ok(Arc::clone(&edition.site))
}

/// The record of the logo.
///
/// # Errors
/// The database's.
pub fn logo(cx: &mut Cx, site: &Site) -> Result<Option<MediaRow>> {
    site.logo.map_or(Ok(None), |id| media::find(cx.conn, id))
}

/// The same as the public may see it now.
///
/// # Errors
/// The database's.
pub fn public_logo(cx: &mut Cx, site: &Site) -> Result<Option<MediaRow>> {
    cx.shows.note_all(Key::Media, &site.logo);
    Ok(logo(cx, site)?.filter(|row| !row.is_over(cx.now)))
}

/// The settings as editors see them.
///
/// # Errors
/// 403.
pub fn get(cx: &mut Cx, actor: &Actor) -> Result<Site> {
    policy::check(actor, Op::GetAdminSite)?;
    load(cx)
}

/// Changes the settings.
///
/// # Errors
/// 422 for the shape, 403, 412, and 422 for a locale in use that would go, a default locale that is not among the
/// locales, and a logo that is no picture.
pub fn update(cx: &mut Cx, actor: &Actor, precondition: &Precondition, input: SiteInput) -> Result<Site> {
    input.check()?;
    policy::check(actor, Op::UpdateSite)?;
    if !(input.require_totp.is_absent() && input.entitlement_keys.is_absent()) {
        policy::check_in_person(actor)?;
    }
    let before = load(cx)?;
    let subject = Id::from(SUBJECT);
    precondition.check(cx, subject, before.version, before.updated_at)?;
    let mut after = before.clone();
    apply(&mut after, input);
    check_rules(cx, actor, &before, &after)?;
    if after == before {
        return Ok(before);
    }
    let fields = changed_members!(before, after, {
        "name": name, "description": description, "locales": locales, "default_locale": default_locale,
        "labels": own_labels, "share_networks": share_networks, "principles": principles, "logo": logo,
        "publish_gate": publish_gate, "entitlement_keys": entitlement_keys, "require_totp": require_totp,
    });
    after.version += 1;
    after.updated_at = cx.now;
    if !site::replace(cx.conn, &after.to_row(), before.version)? {
        let present = load(cx)?;
        return Err(stale(cx, precondition, subject, present.version, present.updated_at)?);
    }
    let detail = json!({ "version": after.version, "fields": fields });
    events::emit(cx, "site.updated", subject, &json!({ "id": subject, "version": after.version }))?;
    events::audit(cx, actor, "update_site", "site", subject, &detail)?;
    Ok(after)
}

fn apply(site: &mut Site, input: SiteInput) {
    if let Some(principles) = input.principles() {
        site.principles = principles;
    }
    if let Some(keys) = input.entitlement_keys() {
        site.entitlement_keys = keys;
    }
    if let Field::Set(name) = input.name {
        site.name = name.into();
    }
    if let Some(description) = input.description.given() {
        site.description = description.map_or_else(String::new, String::from);
    }
    if let Field::Set(locales) = input.locales {
        site.locales = locales.0;
    }
    if let Field::Set(locale) = input.default_locale {
        site.default_locale = locale;
    }
    if let Field::Set(networks) = input.share_networks {
        site.share_networks = networks.0;
    }
    if let Field::Set(roles) = input.require_totp {
        site.require_totp = roles.0;
    }
    input.logo.apply(&mut site.logo);
    if let Field::Set(gate) = input.publish_gate {
        gate.apply(&mut site.publish_gate);
    }
    for (locale, change) in input.labels.set().map(|by_locale| by_locale.0).unwrap_or_default() {
        let mut own = site.own_labels.remove(&locale).unwrap_or_default();
        match change {
            Some(change) => merge(&mut own, change),
            None => own = OwnLabels::default(),
        }
        if !own.is_empty() {
            site.own_labels.insert(locale, own);
        }
    }
}

fn merge(own: &mut OwnLabels, change: LabelsInput) {
    change.skip_to_content.map(String::from).apply(&mut own.skip_to_content);
    change.recommended_video.map(String::from).apply(&mut own.recommended_video);
    change.related.map(String::from).apply(&mut own.related);
    change.share.map(String::from).apply(&mut own.share);
    change.popular.map(String::from).apply(&mut own.popular);
}

fn check_rules(cx: &mut Cx, actor: &Actor, before: &Site, after: &Site) -> Result<()> {
    let mut faults = Vec::new();
    let own = actor.user.is_some() && !actor.totp;
    if own && after.require_totp.contains(&actor.role) && !before.require_totp.contains(&actor.role) {
        let detail = "Set up your own second factor first, or you could not go on.";
        faults.push(Fault::at("/require_totp", FaultCode::Inconsistent, detail));
    }
    if !after.locales.contains(&after.default_locale) {
        let detail = "The default locale must be one of the site's locales.";
        faults.push(Fault::at("/default_locale", FaultCode::Inconsistent, detail));
    }
    let leaving = before.locales.iter().filter(|locale| !after.locales.contains(locale));
    let leaving: Vec<&str> = leaving.map(Locale::as_str).collect();
    if !leaving.is_empty() && site::uses_any(cx.conn, &leaving)? {
        let detail = "Articles are in a locale that would go; every locale in use must stay.";
        faults.push(Fault::at("/locales", FaultCode::Inconsistent, detail));
    }
    if after.logo != before.logo
        && let Some(id) = after.logo
    {
        faults.extend(logo_fault(media::find(cx.conn, id)?.as_ref()));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

fn logo_fault(row: Option<&MediaRow>) -> Option<Fault> {
    match row {
        None => Some(Fault::at("/logo", FaultCode::UnknownId, "No media record has this id.")),
        Some(row) if row.kind != MediaKind::Image => {
            Some(Fault::at("/logo", FaultCode::WrongKind, "The logo must be a picture."))
        }
        Some(_) => None,
    }
}
