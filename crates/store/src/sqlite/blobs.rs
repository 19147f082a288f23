//! Blobs by the hash of what they hold: in a folder (or later a bucket), with a row for each that is used.
//!
//! A blob is written and synced before the transaction that names it commits, so a row never names what is not
//! there. The other way round (a file that no row names) is what a crash may leave, and [`Store::sweep`] takes away
//! after a day.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use jmap::{AccountId, BlobId};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};

use super::{Store, Writer, json, now};
use crate::ids::{self, AccountNumber};
use crate::{BlobHolders, BlobInfo, DataType, Error, Result};

/// SHA-256.
pub(super) type Hash = [u8; 32];

/// Where the bytes are.
pub(super) struct Blobs(Arc<dyn ObjectStore>);

impl Blobs {
    pub(super) async fn open(dir: &Path) -> Result<Self> {
        tokio::fs::create_dir_all(dir).await?;
        Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(dir)?.with_fsync(true))))
    }

    /// Writes what is not there yet; anew, if `is_certain` is false, so that a sweep sees that it is young.
    async fn put(&self, hash: &Hash, bytes: Bytes) -> Result<()> {
        self.0.put(&path(hash), bytes.into()).await?;
        Ok(())
    }

    pub(super) async fn size(&self, hash: &Hash) -> Result<Option<u64>> {
        match self.0.head(&path(hash)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn get(&self, hash: &Hash) -> Result<Bytes> {
        Ok(self.0.get(&path(hash)).await?.bytes().await?)
    }

    pub(super) async fn delete(&self, hash: &Hash) -> Result<()> {
        match self.0.delete(&path(hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Everything that is there, and when it was written (milliseconds since 1970).
    pub(super) async fn list(&self) -> Result<Vec<(Hash, i64)>> {
        let mut found = Vec::new();
        let mut list = self.0.list(None);
        while let Some(meta) = list.try_next().await? {
            if let Some(hash) = meta.location.filename().and_then(parse_hex) {
                found.push((hash, meta.last_modified.timestamp_millis()));
            }
        }
        Ok(found)
    }
}

/// Two hundred and fifty-six folders, since some file systems are slow with many files in one.
pub(super) fn path(hash: &Hash) -> object_store::path::Path {
    let hex = hex(hash);
    object_store::path::Path::from(format!("{}/{hex}", hex.get(..2).unwrap_or_default()))
}

fn hex(hash: &Hash) -> String {
    hash.iter().fold(String::with_capacity(64), |mut hex, byte| {
        hex.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
        hex
    })
}

fn parse_hex(hex: &str) -> Option<Hash> {
    let bytes = hex.as_bytes();
    let is_ours = bytes.len() == 64 && bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let digits: Vec<u8> =
        if is_ours { hex.chars().filter_map(|c| u8::try_from(c.to_digit(16)?).ok()).collect() } else { return None };
    let pairs: Vec<u8> = digits.chunks_exact(2).filter_map(|pair| Some(pair.first()? << 4 | pair.last()?)).collect();
    pairs.try_into().ok()
}

/// The id of a blob: `b` and its hash.
pub(super) fn id(hash: &Hash) -> BlobId {
    BlobId::from(format!("b{}", hex(hash)))
}

/// The hash that an id says, if it can be one of ours.
pub(super) fn parse(id: &BlobId) -> Option<Hash> {
    parse_hex(id.as_str().strip_prefix('b')?)
}

/// A column that holds a hash.
pub(super) fn hash(column: &[u8]) -> Result<Hash> {
    column.try_into().map_err(|_| Error::Damaged("a blob's hash is not one".to_owned()))
}

fn digest(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

impl Store {
    /// Keeps an upload of this account: at least a day, and as long as an email uses it. [`Error::NoAccount`].
    pub async fn put_blob(&self, account: &AccountId, bytes: Bytes, media_type: Option<&str>) -> Result<BlobId> {
        let number = AccountNumber::of(account)?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let hash = digest(&bytes);
        self.inner.blobs.put(&hash, bytes).await?;
        let now = now().millis();
        let mut tx = self.write().await?;
        let inserted = sqlx::query(
            "insert into uploads (account, hash, media_type, created_at)
             select number, ?2, ?3, ?4 from accounts where number = ?1
             on conflict (account, hash) do update set media_type = excluded.media_type, created_at = excluded.created_at",
        )
        .bind(number.0)
        .bind(hash.to_vec())
        .bind(media_type.unwrap_or_default())
        .bind(now)
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() == 0 {
            return Err(Error::NoAccount(account.clone()));
        }
        sqlx::query("insert or ignore into blobs (hash, size, created_at) values (?, ?, ?)")
            .bind(hash.to_vec())
            .bind(size)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(id(&hash))
    }

    /// Keeps a blob that the caller is about to give to [`Writer::insert_email`], within the hour. It belongs to
    /// nobody until then, and takes no write of the database: stage many at once, also while another transaction is
    /// written.
    pub async fn stage_blob(&self, bytes: Bytes) -> Result<BlobId> {
        let hash = digest(&bytes);
        self.inner.blobs.put(&hash, bytes).await?;
        Ok(id(&hash))
    }

    /// A blob, if it is an upload of this account or the whole message of one of its emails.
    pub async fn blob(&self, account: &AccountId, id: &BlobId) -> Result<Option<Bytes>> {
        match self.may_read(account, id).await? {
            Some((hash, _)) => Ok(Some(self.inner.blobs.get(&hash).await?)),
            None => Ok(None),
        }
    }

    /// A part of a blob, as much of it as there is; else as [`Store::blob`].
    pub async fn blob_range(&self, account: &AccountId, id: &BlobId, range: Range<u64>) -> Result<Option<Bytes>> {
        let Some((hash, info)) = self.may_read(account, id).await? else { return Ok(None) };
        let range = range.start.min(info.size)..range.end.min(info.size);
        if range.is_empty() {
            return Ok(Some(Bytes::new()));
        }
        Ok(Some(self.inner.blobs.0.get_range(&path(&hash), range).await?))
    }

    /// A blob's size and type, if the account may read it.
    pub async fn blob_info(&self, account: &AccountId, id: &BlobId) -> Result<Option<BlobInfo>> {
        Ok(self.may_read(account, id).await?.map(|(_, info)| info))
    }

    /// Who in the account uses a blob; empty if nobody does.
    pub async fn blob_holders(&self, account: &AccountId, id: &BlobId) -> Result<BlobHolders> {
        let (first, last) = AccountNumber::of(account)?.keys();
        let Some(hash) = parse(id) else { return Ok(BlobHolders::default()) };
        let rows = sqlx::query(
            "select email, thread, mailboxes from emails where blob = ? and email between ? and ? order by email",
        )
        .bind(hash.to_vec())
        .bind(first)
        .bind(last)
        .fetch_all(&self.inner.readers)
        .await?;
        let mut holders = BlobHolders::default();
        for row in rows {
            holders.emails.push(ids::id(DataType::Email, row.try_get(0)?));
            holders.threads.push(ids::id(DataType::Thread, row.try_get(1)?));
            let mailboxes: Vec<i64> = serde_json::from_str(row.try_get(2)?)?;
            holders.mailboxes.extend(mailboxes.into_iter().map(|key| ids::id(DataType::Mailbox, key)));
        }
        holders.threads.sort();
        holders.threads.dedup();
        holders.mailboxes.sort();
        holders.mailboxes.dedup();
        Ok(holders)
    }

    async fn may_read(&self, account: &AccountId, id: &BlobId) -> Result<Option<(Hash, BlobInfo)>> {
        let number = AccountNumber::of(account)?;
        let Some(hash) = parse(id) else { return Ok(None) };
        let (first, last) = number.keys();
        let row = sqlx::query(
            "select size, media_type from blobs join (
                 select media_type from uploads where account = ?2 and hash = ?1
                 union all
                 select 'message/rfc822' from emails where blob = ?1 and email between ?3 and ?4
                 limit 1)
             where hash = ?1",
        )
        .bind(hash.to_vec())
        .bind(number.0)
        .bind(first)
        .bind(last)
        .fetch_optional(&self.inner.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let media_type: String = row.try_get(1)?;
        let info = BlobInfo {
            size: super::records::count(&row, 0)?,
            media_type: Some(media_type).filter(|media_type| !media_type.is_empty()),
        };
        Ok(Some((hash, info)))
    }
}

impl Writer {
    /// Makes sure that a blob is there before an email names it, and that the database knows it.
    pub(super) async fn require_blob(&mut self, hash: &Hash, size: u64) -> Result<()> {
        if self.pending.blobs.contains_key(hash) || is_known(&mut self.tx, hash).await? {
            return Ok(());
        }
        let there = self.store.inner.blobs.size(hash).await?.ok_or(Error::NoBlob)?;
        debug_assert_eq!(there, size, "the email's size is its blob's");
        self.pending.blobs.insert(*hash, i64::try_from(there).unwrap_or(i64::MAX));
        Ok(())
    }

    pub(super) async fn write_blobs(&mut self) -> Result<()> {
        let blobs: Vec<(String, i64)> =
            std::mem::take(&mut self.pending.blobs).iter().map(|(hash, size)| (hex(hash), *size)).collect();
        if !blobs.is_empty() {
            sqlx::query(
                "insert or ignore into blobs (hash, size, created_at)
                 select unhex(value ->> 0), value ->> 1, ?2 from json_each(?1)",
            )
            .bind(json(&blobs)?)
            .bind(now().millis())
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }
}

async fn is_known(connection: &mut SqliteConnection, hash: &Hash) -> Result<bool> {
    let row = sqlx::query("select 1 from blobs where hash = ?").bind(hash.to_vec()).fetch_optional(connection).await?;
    Ok(row.is_some())
}
