//! VacationResponse: the answer while one is away (RFC 8621 §8). There is one, `singleton`.

use serde::{Deserialize, Serialize};

use crate::{Id, UtcDate};

/// What is answered, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VacationResponse {
    /// Always `singleton`.
    pub id: Id,
    /// On.
    pub is_enabled: bool,
    /// From then.
    pub from_date: Option<UtcDate>,
    /// Until then.
    pub to_date: Option<UtcDate>,
    /// The server's choice, if null.
    pub subject: Option<String>,
    /// As plain text.
    pub text_body: Option<String>,
    /// As HTML.
    pub html_body: Option<String>,
}
