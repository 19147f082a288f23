//! ParticipantIdentity: an address as which a person takes part in events (draft-ietf-jmap-calendars §3).

use serde::{Deserialize, Serialize};

use crate::ParticipantIdentityId;

/// An address of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantIdentity {
    /// Its id.
    pub id: ParticipantIdentityId,
    /// For people.
    #[serde(default)]
    pub name: String,
    /// `mailto:alice@owlery.example`.
    pub calendar_address: String,
    /// Taken if nothing else is known.
    #[serde(default)]
    pub is_default: bool,
}
