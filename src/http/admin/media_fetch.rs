//! Files that have arrived, from the client or from where it said: they are looked into and put into the file store.

use std::time::Duration;

use crate::app::App;
use crate::domain::media::NewFile;
use crate::domain::media_ingest as ingest;
use crate::error::{Code, Error, Fault, FaultCode, Place, Result};
use crate::files::{self, Staged};
use crate::http::bounds::File;
use crate::http::extract::form::Sink;
use crate::model::WebUrl;
use crate::model::faults::Faults;

/// How long fetching a file may take in all.
const FETCHED_WITHIN: Duration = Duration::from_secs(60);

/// A whole file of which nothing is known yet.
pub(super) struct Arrived {
    /// The file.
    pub(super) staged: Staged,
    /// What its sender calls it.
    pub(super) name: String,
    /// What of the request its faults stand at, as a JSON Pointer.
    pub(super) place: &'static str,
}

impl Arrived {
    /// The file of a form, with what else the form says and what is wrong with it so far.
    ///
    /// # Errors
    /// 422 with all faults where there is no file.
    pub(super) fn of<T>(
        file: Option<(Staged, String)>,
        input: Result<T, Faults>,
        mut faults: Vec<Fault>,
    ) -> Result<(Self, Result<T, Faults>, Vec<Fault>)> {
        let Some((staged, name)) = file else {
            faults.push(Fault::at("/file", FaultCode::Required, "The form must have a part with the file."));
            faults.extend(input.err().map(Faults::into_list).unwrap_or_default());
            return Err(Error::invalid(faults));
        };
        Ok((Self { staged, name, place: "/file" }, input, faults))
    }

    /// Looks into the file and puts it into the store. A file that is not taken answers 413 or 415 at once; a damaged
    /// one is one fault among the others.
    ///
    /// # Errors
    /// As said; the disk's.
    pub(super) async fn kept<T>(
        self,
        app: &App,
        input: Result<T, Faults>,
        mut faults: Vec<Fault>,
    ) -> Result<(NewFile, T)> {
        let Self { staged, name, place } = self;
        let (staged, probed) = app.decode(move || (files::probe(staged.path()), staged)).await.map(|(p, s)| (s, p))?;
        let probed = match probed.map_err(Error::from) {
            Err(error) if error.code() != Code::InvalidBody => return Err(error),
            Err(error) => {
                faults.extend(error.faults().iter().cloned().map(|fault| at(fault, place)));
                None
            }
            Ok(probed) => Some(probed),
        };
        let (probed, input) = match (probed, input) {
            (Some(probed), Ok(input)) if faults.is_empty() => (probed, input),
            (_, input) => {
                faults.extend(input.err().map(Faults::into_list).unwrap_or_default());
                return Err(Error::invalid(faults));
            }
        };
        let (storage, staging) = (app.storage.clone(), app.staging.clone());
        let keeping = app.decode(move || ingest::keep(&storage, &staging, staged, probed, &name));
        Ok((keeping.await?.map_err(Error::from)?, input))
    }
}

fn at(mut fault: Fault, place: &str) -> Fault {
    fault.place = Place::Pointer(place.to_owned());
    fault
}

/// Fetches a file, and what the address calls it. It may be as large as one that is uploaded.
///
/// # Errors
/// 413; 422 at `/url` where there is none.
pub(super) async fn fetched(app: &App, url: &WebUrl) -> Result<(Staged, String)> {
    let refused = |detail: String| Error::invalid(vec![Fault::at("/url", FaultCode::Inconsistent, detail)]);
    let getting = app.outbound.get(url.as_str(), FETCHED_WITHIN).await;
    let mut download = getting.map_err(|none| refused(none.sentence()))?;
    let mut sink = Sink::new(&app.staging, File::Media.limits(&app.config.files));
    while let Some(piece) = download.next().await.map_err(|none| refused(none.sentence()))? {
        sink.push(&piece).await?;
    }
    let last = download.url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
    let name = percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned();
    Ok((sink.finish().await?, name))
}
