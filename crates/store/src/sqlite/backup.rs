//! A copy of everything while the store is in use.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Row, SqliteConnection};

use super::blobs::{Hash, hash, path};
use super::{Store, json, now};
use crate::{DataType, Result};

/// States and ids of a restored store go on this far beyond those of the backup, so that none that the store gave
/// after the backup comes again with another meaning.
const LEAP: i64 = 1_000_000;

impl Store {
    /// Writes a tar file with the database as of now and the blobs that it names; unpacked, it is a folder for
    /// [`Store::open`]. States that clients got after the backup are not taken for states of the restored store.
    pub async fn backup(&self, file: &Path) -> Result<()> {
        // No blob goes while it is to be copied.
        let _no_sweep = self.inner.files.read().await;
        let copy = beside(file, "sqlite");
        let partial = beside(file, "partial");
        let result = self.write_backup(&copy, &partial).await;
        let _ = tokio::fs::remove_file(&copy).await;
        match result {
            Ok(()) => Ok(tokio::fs::rename(&partial, file).await?),
            Err(error) => {
                let _ = tokio::fs::remove_file(&partial).await;
                Err(error)
            }
        }
    }

    async fn write_backup(&self, copy: &Path, partial: &Path) -> Result<()> {
        match tokio::fs::remove_file(copy).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        // Neither a reader, which may not write, nor the writer, who would keep everybody waiting.
        let mut connection = SqliteConnection::connect_with(&self.inner.writer.connect_options()).await?;
        sqlx::query("vacuum into ?").bind(copy.to_string_lossy().into_owned()).execute(&mut connection).await?;
        connection.close().await?;
        let hashes = leap(copy).await?;
        let (store, runtime) = (self.clone(), tokio::runtime::Handle::current());
        let (copy, partial) = (copy.to_owned(), partial.to_owned());
        let written = tokio::task::spawn_blocking(move || {
            let blob = |hash: &Hash| runtime.block_on(store.inner.blobs.get(hash));
            write_tar(&copy, &partial, &hashes, blob)
        });
        written.await.map_err(std::io::Error::other)?
    }
}

fn write_tar(copy: &Path, partial: &Path, hashes: &[Hash], blob: impl Fn(&Hash) -> Result<Bytes>) -> Result<()> {
    let mut tar = tar::Builder::new(std::fs::File::create(partial)?);
    tar.append_path_with_name(copy, "owlet.sqlite")?;
    for hash in hashes {
        let bytes = blob(hash)?;
        let mut header = tar::Header::new_gnu();
        header.set_size(u64::try_from(bytes.len()).unwrap_or_default());
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(now().millis() / 1000).unwrap_or_default());
        tar.append_data(&mut header, format!("blobs/{}", path(hash)), bytes.as_ref())?;
    }
    tar.into_inner()?.sync_all()?;
    Ok(())
}

/// Moves the copy's counters on; the hashes of its blobs.
async fn leap(copy: &Path) -> Result<Vec<Hash>> {
    let options = SqliteConnectOptions::new().filename(copy).foreign_keys(false);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("update accounts set modseq = modseq + ?1, last_number = last_number + ?1")
        .bind(LEAP)
        .execute(&mut connection)
        .await?;
    // Of every type, also of those that have not changed yet.
    sqlx::query(
        "insert into states (account, type, modseq, oldest)
         select number, value, modseq, modseq from accounts, json_each(?) where true
         on conflict (account, type) do update set modseq = excluded.modseq, oldest = excluded.oldest",
    )
    .bind(json(&DataType::ALL.map(DataType::code))?)
    .execute(&mut connection)
    .await?;
    let rows = sqlx::query("select hash from blobs order by hash").fetch_all(&mut connection).await?;
    let hashes = rows.iter().map(|row| hash(row.try_get(0)?)).collect();
    connection.close().await?;
    hashes
}

fn beside(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}
