//! Blobs: the answer to an upload (RFC 8620 §6.1). Their methods (RFC 9404) travel as JSON.

use serde::{Deserialize, Serialize};

use crate::{AccountId, BlobId};

/// What became of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadResponse {
    /// As asked.
    pub account_id: AccountId,
    /// Its id.
    pub blob_id: BlobId,
    /// As said in the upload.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Octets.
    pub size: u64,
}
