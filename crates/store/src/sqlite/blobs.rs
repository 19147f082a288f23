//! Blobs by the hash of what they hold: in a folder (or later a bucket), with a row for each that is used.
//!
//! A blob is written and synced before the transaction that names it commits, so a row never names what is not
//! there. A killed process alone would need no sync, since what was written is the system's already; it is for the
//! loss of power, after which a mail that was answered for must still be whole. So it is waited for, but many that
//! come together wait once (`stage_blobs`). The other way round (a file that no row names) is what a crash may leave, and [`Store::sweep`] takes away
//! after a day.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use jmap::{AccountId, BlobId};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use sqlx::Row;

use super::{Store, Writer, json, now};
use crate::ids::{self, AccountNumber};
use crate::{BlobHolders, BlobInfo, DataType, Error, Result};

/// SHA-256.
pub(super) type Hash = [u8; 32];

/// From so many blobs on it is cheaper to sync the whole file system than each file and its folder: a file and its
/// folder are two waits for the disk, whatever else is on it.
const GROUP: usize = 4;

/// Blobs written at the same time.
const AT_ONCE: usize = 4;

/// Where the bytes are.
pub(super) struct Blobs {
    /// Each is synced when it is put.
    each: Arc<dyn ObjectStore>,
    /// The same folder, where nothing is synced, and what syncs it as a whole.
    group: Option<(LocalFileSystem, PathBuf)>,
}

impl Blobs {
    pub(super) async fn open(dir: &Path) -> Result<Self> {
        tokio::fs::create_dir_all(dir).await?;
        let each = Arc::new(LocalFileSystem::new_with_prefix(dir)?.with_fsync(true));
        let group = cfg!(target_os = "linux").then(|| LocalFileSystem::new_with_prefix(dir)).transpose()?;
        Ok(Self { each, group: group.map(|group| (group, dir.to_owned())) })
    }

    /// Writes a blob; anew if it is there already, so that a sweep sees that it is young.
    async fn put(&self, hash: &Hash, bytes: Bytes) -> Result<()> {
        self.each.put(&path(hash), bytes.into()).await?;
        Ok(())
    }

    /// Writes many, and syncs them together: one wait for the disk in the place of two for each.
    async fn put_all(&self, blobs: Vec<(Hash, Bytes)>) -> Result<()> {
        let grouped = self.group.as_ref().filter(|_| blobs.len() >= GROUP);
        let target: &dyn ObjectStore = grouped.map_or(self.each.as_ref(), |(group, _)| group);
        futures::stream::iter(blobs)
            .map(|(hash, bytes)| async move { target.put(&path(&hash), bytes.into()).await })
            .buffer_unordered(AT_ONCE)
            .try_for_each(|_| std::future::ready(Ok(())))
            .await?;
        if let Some((_, dir)) = grouped {
            let dir = dir.clone();
            tokio::task::spawn_blocking(move || sync_file_system(&dir)).await.map_err(std::io::Error::other)??;
        }
        Ok(())
    }

    pub(super) async fn size(&self, hash: &Hash) -> Result<Option<u64>> {
        match self.each.head(&path(hash)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn get(&self, hash: &Hash) -> Result<Bytes> {
        Ok(self.each.get(&path(hash)).await?.bytes().await?)
    }

    pub(super) async fn delete(&self, hash: &Hash) -> Result<()> {
        match self.each.delete(&path(hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What is in the folder of the hashes that begin with an octet, and when it was written (milliseconds since
    /// 1970).
    pub(super) async fn list(&self, folder: u8) -> Result<Vec<(Hash, i64)>> {
        let mut found = Vec::new();
        let folder = object_store::path::Path::from(format!("{folder:02x}"));
        let mut list = self.each.list(Some(&folder));
        while let Some(meta) = list.try_next().await? {
            if let Some(hash) = meta.location.filename().and_then(parse_hex) {
                found.push((hash, meta.last_modified.timestamp_millis()));
            }
        }
        Ok(found)
    }
}

/// Everything that was written to the file system that a folder is on.
#[cfg(target_os = "linux")]
fn sync_file_system(dir: &Path) -> std::io::Result<()> {
    Ok(rustix::fs::syncfs(std::fs::File::open(dir)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(_: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Two hundred and fifty-six folders, since some file systems are slow with many files in one.
pub(super) fn path(hash: &Hash) -> object_store::path::Path {
    let hex = hex(hash);
    object_store::path::Path::from(format!("{}/{hex}", hex.get(..2).unwrap_or_default()))
}

pub(super) fn hex(hash: &Hash) -> String {
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
        self.synced().await?;
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

    /// Stages many: their ids, in their order. Sooner done than one by one, since they are synced together.
    pub async fn stage_blobs(&self, blobs: Vec<Bytes>) -> Result<Vec<BlobId>> {
        let hashed = tokio::task::spawn_blocking(move || {
            blobs.into_iter().map(|bytes| (digest(&bytes), bytes)).collect::<Vec<_>>()
        });
        let hashed = hashed.await.map_err(std::io::Error::other)?;
        let ids = hashed.iter().map(|(hash, _)| id(hash)).collect();
        // The same message twice at the same time would write one file twice.
        let unique: HashMap<Hash, Bytes> = hashed.into_iter().collect();
        self.inner.blobs.put_all(unique.into_iter().collect()).await?;
        Ok(ids)
    }

    /// A blob, if it is an upload of this account, the whole message of one of its emails or attached to one of its
    /// events.
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
        Ok(Some(self.inner.blobs.each.get_range(&path(&hash), range).await?))
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
                 union all
                 select '' from calendar_event_blob where blob = ?1 and event between ?3 and ?4
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
    /// Keeps a blob that the account may read for a day from now, as if it had been uploaded anew, whatever becomes of
    /// the email that it belongs to. False if there is no such blob.
    pub async fn keep_blob(&mut self, id: &BlobId, media_type: Option<&str>) -> Result<bool> {
        let Some(hash) = parse(id) else { return Ok(false) };
        // It may be of an email that this transaction has inserted.
        self.flush().await?;
        let (first, last) = self.account.keys();
        let kept = sqlx::query(
            "insert into uploads (account, hash, media_type, created_at)
             select ?1, hash, ?3, ?4 from blobs where hash = ?2
                 and (exists (select 1 from uploads where uploads.account = ?1 and uploads.hash = ?2)
                     or exists (select 1 from emails where blob = ?2 and email between ?5 and ?6))
             on conflict (account, hash) do update set media_type = excluded.media_type, created_at = excluded.created_at",
        )
        .bind(self.account.0)
        .bind(hash.to_vec())
        .bind(media_type.unwrap_or_default())
        .bind(now().millis())
        .bind(first)
        .bind(last)
        .execute(&mut *self.tx)
        .await?;
        Ok(kept.rows_affected() > 0)
    }

    /// Makes sure that a blob is there before an email names it, and that the database knows it.
    pub(super) async fn require_blob(&mut self, hash: &Hash, size: u64) -> Result<()> {
        self.require_blobs(std::slice::from_ref(hash)).await?;
        match self.pending.blobs.get(hash) {
            Some(there) => debug_assert_eq!(there.unsigned_abs(), size, "the email's size is its blob's"),
            None if self.pending.known_blobs.contains(hash) => {}
            None => return Err(Error::NoBlob),
        }
        Ok(())
    }

    /// Looks for blobs, first in the database.
    pub(super) async fn require_blobs(&mut self, hashes: &[Hash]) -> Result<()> {
        let pending = &self.pending;
        let is_unknown = |hash: &&Hash| !pending.blobs.contains_key(*hash) && !pending.known_blobs.contains(*hash);
        let unknown: BTreeSet<Hash> = hashes.iter().filter(is_unknown).copied().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = unknown.iter().map(hex).collect();
        let rows = sqlx::query("select hash from json_each(?) cross join blobs on hash = unhex(value)")
            .bind(json(&names)?)
            .fetch_all(&mut *self.tx)
            .await?;
        for row in rows {
            self.pending.known_blobs.insert(hash(row.try_get(0)?)?);
        }
        for hash in unknown {
            if !self.pending.known_blobs.contains(&hash)
                && let Some(size) = self.store.inner.blobs.size(&hash).await?
            {
                self.pending.blobs.insert(hash, i64::try_from(size).unwrap_or(i64::MAX));
            }
        }
        Ok(())
    }

    pub(super) async fn write_blobs(&mut self) -> Result<()> {
        let new = std::mem::take(&mut self.pending.blobs);
        self.pending.known_blobs = new.keys().copied().collect();
        let blobs: Vec<(String, i64)> = new.iter().map(|(hash, size)| (hex(hash), *size)).collect();
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
