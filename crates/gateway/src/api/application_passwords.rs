//! `/owlet/application-passwords`: a password of its own for each other program, so that one can be taken away
//! without changing the account's. Made by us, shown once.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Principal, password};
use crate::problem::Problem;
use crate::state::AppState;

/// Nobody needs more; each is one argon2 for a wrong password.
const MAX: usize = 20;

/// A program that may sign in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationPassword {
    /// To remove it.
    id: i64,
    /// What the person calls the program.
    label: String,
    /// When it was made.
    created: String,
    /// When it was last used, if ever.
    last_used: Option<String>,
    /// The password; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

/// What to call it.
#[derive(Deserialize, ToSchema)]
pub struct NewApplicationPassword {
    /// 1 to 80 characters.
    label: String,
}

impl From<store::AppPassword> for ApplicationPassword {
    fn from(kept: store::AppPassword) -> Self {
        let text = |date: jmap::UtcDate| date.0.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        Self {
            id: kept.id,
            label: kept.label,
            created: text(kept.created_at),
            last_used: kept.last_used_at.map(text),
            password: None,
        }
    }
}

/// The programs that may sign in.
#[utoipa::path(get, path = "/owlet/application-passwords", responses((status = 200, body = [ApplicationPassword])))]
pub async fn list(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<Json<Vec<ApplicationPassword>>, Problem> {
    let kept = state.store.app_passwords(&principal.account_id).await?;
    Ok(Json(kept.into_iter().map(Into::into).collect()))
}

/// Makes one more.
#[utoipa::path(post, path = "/owlet/application-passwords", request_body = NewApplicationPassword,
    responses((status = 201, body = ApplicationPassword)))]
pub async fn create(
    State(state): State<AppState>,
    principal: Principal,
    Json(new): Json<NewApplicationPassword>,
) -> Result<(StatusCode, Json<ApplicationPassword>), Problem> {
    let label = new.label.trim();
    if label.is_empty() || label.chars().count() > 80 {
        return Err(Problem::invalid("The name has 1 to 80 characters."));
    }
    if state.store.app_passwords(&principal.account_id).await?.len() >= MAX {
        return Err(Problem::new(StatusCode::CONFLICT, "tooMany", "Remove one first: there are enough."));
    }
    let password = password::generate().map_err(|error| Problem::internal(&error))?;
    let hash = password::hash(password.clone()).await.map_err(|refusal| Problem::from(&refusal))?;
    let kept = state.store.add_app_password(&principal.account_id, label, &hash).await?;
    let shown = ApplicationPassword { password: Some(password), ..kept.into() };
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Takes one away; the program is out at once.
#[utoipa::path(delete, path = "/owlet/application-passwords/{id}",
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn remove(
    State(state): State<AppState>,
    principal: Principal,
    Path(id): Path<i64>,
) -> Result<StatusCode, Problem> {
    let removed = state.store.remove_app_password(&principal.account_id, id).await?;
    state.credentials.forget(&principal.account_id);
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}
