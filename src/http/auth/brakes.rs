//! The brakes on passwords, links and codes, around what is tried.

use std::sync::atomic::Ordering;

use crate::app::App;
use crate::domain::logins::{self, Try};
use crate::error::{Code, Result};
use crate::model::{Email, Id};

/// Begins a try: it counts as a failure until [`settle`] says otherwise.
///
/// # Errors
/// [`Code::TooManyRequests`] with the seconds to wait; the database's.
pub(super) async fn begin(app: &App, tried: Try) -> Result<Try> {
    app.logins.check(&tried)?;
    let begun = tried.clone();
    match app.write(move |cx| logins::begin(cx, &begun)).await? {
        Some(held) => Err(app.logins.hold(held, app.clock.now())),
        None => Ok(tried),
    }
}

/// Ends a try. Only what the caller got wrong counts as a failure.
pub(super) async fn settle<T>(app: &App, tried: Try, outcome: &Result<T>) {
    let went_well = match outcome {
        Ok(_) => true,
        Err(error) if is_failure(error.code()) => {
            app.refused.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(target: "auth", code = error.code().as_str(), network = tried.network(), "a try failed");
            return;
        }
        Err(_) => false,
    };
    if let Err(error) = app.write(move |cx| logins::end(cx, &tried, went_well)).await {
        tracing::warn!(%error, "a try that was no failure counts as one");
    }
}

/// Runs `work`, which looks at a code of a user's second factor; too many wrong ones have to wait, wherever they come
/// from.
pub(super) async fn guarded<T>(app: &App, user: Option<Id>, work: impl Future<Output = Result<T>>) -> Result<T> {
    let Some(user) = user else { return work.await };
    let tried = begin(app, Try::code(&user.to_string(), app.clock.now())).await?;
    let outcome = work.await;
    settle(app, tried, &outcome).await;
    outcome
}

/// Whether a letter with a link may go to `account`, which somebody in `network` asks for.
///
/// # Errors
/// [`Code::TooManyRequests`] where the network asks too often; the database's.
pub(super) async fn may_send(app: &App, account: Email, network: &str) -> Result<bool> {
    begin(app, Try::letter(network, app.clock.now())).await?;
    app.write(move |cx| logins::may_send(cx, &account)).await
}

const fn is_failure(code: Code) -> bool {
    matches!(code, Code::InvalidCredentials | Code::InvalidLink | Code::InvalidTotpCode)
}
