//! Blobs by the hash of what they hold.

use std::ops::Range;

use bytes::Bytes;
use jmap::{AccountId, BlobId};

use super::{Store, unfinished};
use crate::{BlobHolders, BlobInfo, Result};

impl Store {
    /// Keeps an upload of this account: at least a day, and as long as an email uses it.
    pub async fn put_blob(&self, account: &AccountId, bytes: Bytes, media_type: Option<&str>) -> Result<BlobId> {
        let _ = (account, bytes, media_type);
        unfinished()
    }

    /// Keeps a blob that the caller is about to give to [`Writer::insert_email`](crate::Writer::insert_email), within
    /// the hour. It belongs to nobody until then, and takes no write of the database: stage many at once, also while
    /// another transaction is written.
    pub async fn stage_blob(&self, bytes: Bytes) -> Result<BlobId> {
        let _ = bytes;
        unfinished()
    }

    /// A blob, if it is an upload of this account or the whole message of one of its emails.
    pub async fn blob(&self, account: &AccountId, id: &BlobId) -> Result<Option<Bytes>> {
        let _ = (account, id);
        unfinished()
    }

    /// A part of a blob, as much of it as there is; else as [`Store::blob`].
    pub async fn blob_range(&self, account: &AccountId, id: &BlobId, range: Range<u64>) -> Result<Option<Bytes>> {
        let _ = (account, id, range);
        unfinished()
    }

    /// A blob's size and type, if the account may read it.
    pub async fn blob_info(&self, account: &AccountId, id: &BlobId) -> Result<Option<BlobInfo>> {
        let _ = (account, id);
        unfinished()
    }

    /// Who in the account uses a blob; empty if nobody does.
    pub async fn blob_holders(&self, account: &AccountId, id: &BlobId) -> Result<BlobHolders> {
        let _ = (account, id);
        unfinished()
    }
}
