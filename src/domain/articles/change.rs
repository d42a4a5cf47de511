//! Changing a working copy.

use super::save::{self, Change};
use super::{ArticleView, Loaded, check_rules, input, load_for, view};
use crate::domain::tags::merged;
use crate::domain::{Actor, Cx, Precondition};
use crate::error::Result;
use crate::model::{ArticleAction, ArticleInput, Field, Id, Many};

/// Changes the working copy. A change that changes nothing leaves the version as it is. `autosave` says that nobody
/// pressed a button.
///
/// # Errors
/// 422 shape, 404, 403, 412, 409, 422 rules.
pub fn update(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    wanted: &Precondition,
    input: ArticleInput,
    autosave: bool,
) -> Result<ArticleView> {
    let sound = input::sound(input, false)?;
    let article = load_for(cx, actor, id, wanted, ArticleAction::Edit)?;
    change(cx, actor, article, sound, autosave)
}

/// The same for a working copy that was loaded for it.
fn change(cx: &mut Cx, actor: &Actor, mut article: Loaded, sound: input::Sound, autosave: bool) -> Result<ArticleView> {
    let mut content = article.content.clone();
    sound.apply(&mut content);
    merged::follow(cx, [&mut content])?;
    let translated_version = sound.translated_version();
    let body = sound.body.unwrap_or_else(|| article.body.clone());
    let in_step = translated_version.filter(|version| article.row.translated_version != Some(*version));
    check_rules(cx, actor, &article, &content, &body, in_step)?;
    let says_else = content != article.content || body != article.body;
    if says_else || in_step.is_some() {
        (article.content, article.body) = (content, body);
        article.row.translated_version = in_step.or(article.row.translated_version);
        let (action, event) = ("update_article", "article.updated");
        let change = if says_else { Change::of_content(action, event) } else { Change::new(action, event) };
        save::store(cx, actor, &mut article, &change.autosaved(autosave))?;
    }
    view::of(cx, actor, article)
}

/// Changes the list of tags to what `tags` makes of the present one.
///
/// # Errors
/// 404, 403, 412, 409, 422 rules; what `tags` answers.
pub fn retag(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    wanted: &Precondition,
    tags: impl FnOnce(&mut Cx, Vec<Id>) -> Result<Vec<Id>>,
) -> Result<ArticleView> {
    let article = load_for(cx, actor, id, wanted, ArticleAction::Edit)?;
    let tags = tags(cx, article.content.tags.clone())?;
    let input = ArticleInput { tags: Field::Set(Many(tags)), ..ArticleInput::default() };
    change(cx, actor, article, input::sound(input, false)?, false)
}
