//! A new file under an old media record.

use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::ToSchema;

use super::media::{Media, MediaAnswer, answer_with, parse, remove_unused};
use super::media_fetch::Arrived;
use super::media_upload::{only_form, room};
use crate::app::App;
use crate::domain::media;
use crate::http::extract::form::{Form, Texts};
use crate::http::extract::{Caller, IfMatch, NoParams, Query};
use crate::http::problem::Problem;
use crate::model::actions::Nothing;
use crate::model::faults::Faults;

/// The new file, and nothing else.
#[derive(ToSchema)]
pub struct FileReplacement {
    /// The file, of the same kind as the old one. Its content decides, not its name.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// Replace the file of a media record
///
/// Everything that shows the record shows the new file at once, bodies of published articles too: what is said of it,
/// its use and its address stay, and the address gets another `v`. The file must be of the same kind; its name stays,
/// but for the ending. Variants are made anew; until then there are none. The same bytes again change nothing. Limits
/// are those of uploads. Contributors and authors replace the files of their own records as long as these are not
/// public; editors replace all. Takes no `Idempotency-Key`. Needs the scope `media:write`.
#[utoipa::path(post, path = "/v1/admin/media/{id}/replace-file", tag = "media", params(("id" = String, Path,
    format = Uuid, description = "The record.")), security(("bearer" = [])),
    request_body(content = FileReplacement, content_type = "multipart/form-data", description = "The new file."),
    responses((status = 200, description = "The record as it is now.", body = MediaAnswer)))]
pub async fn replace_media_file(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    id: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    only_form(&request, "Send the file as multipart/form-data.")?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = parse(&id)?;
    // Before the file is received: nobody sends a large file in vain.
    let (may, asked) = (actor.clone(), wanted.clone());
    app.read(move |cx| media::check_replace(cx, &may, id, &asked)).await?;
    let form =
        Form::receive(request.headers(), payload.into_inner(), &app.staging, room(&app, &request), Texts::default())
            .await?;
    let input = deserr::deserialize::<Nothing, _, Faults>(serde_json::Value::Object(form.texts));
    let (arrived, input, faults) = Arrived::of(form.file, input, form.faults)?;
    let (file, _) = arrived.kept(&app, input, faults).await?;
    let new = vec![file.original_key.clone(), file.public_key.clone()];
    let storage = app.storage.clone();
    let done = app
        .write(move |cx| {
            let (view, old) = media::replace_file(cx, &actor, &storage, id, &wanted, file)?;
            Ok((Media::of(&view, cx), old))
        })
        .await;
    let (outcome, unused) = match done {
        Ok((data, old)) => (Ok(data), old),
        Err(error) => (Err(error), new),
    };
    remove_unused(&app, unused).await;
    answer_with(outcome?)
}
