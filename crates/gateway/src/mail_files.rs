//! Mail as other programs keep it in files: mbox, Maildir (also Maildir++ and nested), `.eml`, and folders of any of
//! these. Reading only; what cannot be read is told with its reason, and the rest goes on.

pub(crate) mod flags;
mod maildir;
mod mbox;
pub(crate) mod utf7;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use jmap::UtcDate;

/// Deeper folders are not looked into.
const MAX_DEPTH: usize = 32;

/// What programs keep beside mail; not a word about it.
const BESIDE: [&str; 12] = [
    "dovecot-keywords",
    "dovecot-uidlist",
    "dovecot-uidvalidity",
    "dovecot.index",
    "dovecot.index.cache",
    "dovecot.index.log",
    "dovecot.list.index",
    "dovecot.list.index.log",
    "maildirfolder",
    "maildirsize",
    "subscriptions",
    "thumbs.db",
];

/// What a walk comes upon.
#[derive(Debug)]
pub enum Found {
    /// A message.
    Message(Message),
    /// Something that should be mail and cannot be read.
    Unreadable {
        /// The file; of an mbox, with the number of the message.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// A message and what its surroundings say about it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its octets.
    pub raw: Vec<u8>,
    /// Names from the top, below the folder that the mail goes into.
    pub folder: Vec<String>,
    /// `$seen` and the like.
    pub keywords: BTreeSet<String>,
    /// When it came in, if its surroundings know.
    pub received_at: Option<UtcDate>,
    /// When the file was last written.
    pub modified_at: Option<UtcDate>,
}

/// Takes what is found; false ends the walk.
pub type Sink<'s> = dyn FnMut(Found) -> bool + 's;

/// The octets below some paths, for a progress bar.
pub fn size(paths: &[PathBuf]) -> u64 {
    fn below(path: &Path, depth: usize) -> u64 {
        let Ok(about) = fs::metadata(path) else { return 0 };
        if !about.is_dir() || depth > MAX_DEPTH {
            return about.len();
        }
        let Ok(entries) = fs::read_dir(path) else { return 0 };
        entries.flatten().map(|entry| below(&entry.path(), depth + 1)).sum()
    }
    paths.iter().map(|path| below(path, 0)).sum()
}

/// Everything below some paths. Messages of more than `limit` octets are not read.
pub fn walk(paths: &[PathBuf], limit: u64, sink: &mut Sink<'_>) {
    let mut walk = Walk { limit, sink };
    for path in paths {
        let goes_on = match fs::metadata(path) {
            Ok(about) if about.is_dir() => walk.folder(path, &[], 0),
            Ok(_) => walk.file(path, &[], true),
            Err(error) => walk.unreadable(path, &error),
        };
        if !goes_on {
            return;
        }
    }
}

struct Walk<'w, 's> {
    limit: u64,
    sink: &'w mut Sink<'s>,
}

impl Walk<'_, '_> {
    fn unreadable(&mut self, path: &Path, reason: &dyn std::fmt::Display) -> bool {
        (self.sink)(Found::Unreadable { path: path.to_owned(), reason: reason.to_string() })
    }

    fn folder(&mut self, path: &Path, names: &[String], depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return self.unreadable(path, &"too deep");
        }
        let is_maildir = path.join("cur").is_dir();
        if is_maildir && !maildir::read(path, names, self.limit, self.sink) {
            return false;
        }
        let mut entries: Vec<PathBuf> = match fs::read_dir(path) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
            Err(error) => return self.unreadable(path, &error),
        };
        entries.sort();
        for entry in entries {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let goes_on = if entry.is_dir() {
                match () {
                    () if is_maildir && matches!(name.as_str(), "cur" | "new" | "tmp") => true,
                    () => match inner_folder(&name, is_maildir) {
                        Some(inner) => self.folder(&entry, &[names, &inner].concat(), depth + 1),
                        None => true,
                    },
                }
            } else if is_maildir || name.starts_with('.') || is_beside(&name) {
                true
            } else {
                self.file(&entry, names, false)
            };
            if !goes_on {
                return false;
            }
        }
        true
    }

    /// `is_named`: the person named the file itself, so an mbox is no folder of its own.
    fn file(&mut self, path: &Path, names: &[String], is_named: bool) -> bool {
        let mut start = [0; 512];
        let read = fs::File::open(path).and_then(|mut file| file.read(&mut start));
        let start = match read {
            Ok(length) => start.get(..length).unwrap_or_default(),
            Err(error) => return self.unreadable(path, &error),
        };
        if start.is_empty() {
            // An empty mbox is a folder without mail.
            return true;
        }
        if start.starts_with(b"From ") {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let names = if is_named { names.to_vec() } else { [names, &[stem]].concat() };
            return mbox::read(path, &names, self.limit, self.sink);
        }
        if !is_header(start) {
            return self.unreadable(path, &"neither a message nor an mbox");
        }
        match read_message(path, self.limit) {
            Ok((raw, modified_at)) => {
                (self.sink)(Found::Message(Message { raw, folder: names.to_vec(), modified_at, ..Message::default() }))
            }
            Err(reason) => self.unreadable(path, &reason),
        }
    }
}

/// The names that a folder adds to the path; none if it is not one of mail.
fn inner_folder(name: &str, in_maildir: bool) -> Option<Vec<String>> {
    if let Some(path) = name.strip_prefix('.') {
        // Maildir++: `.Archive.2019`. Elsewhere a name with a dot is hidden on purpose.
        let names: Vec<String> = path.split('.').filter(|name| !name.is_empty()).map(utf7::decode).collect();
        return (in_maildir && !names.is_empty()).then_some(names);
    }
    // Thunderbird keeps what is inside the folder X in X.sbd.
    let name = name.strip_suffix(".sbd").unwrap_or(name);
    let name = name.strip_suffix(".mbox").unwrap_or(name);
    Some(vec![utf7::decode(name)])
}

fn is_beside(name: &str) -> bool {
    let name = name.to_lowercase();
    BESIDE.contains(&name.as_str()) || name.ends_with(".msf") || name.ends_with(".dat")
}

/// Whether octets begin like a message: a field's name and a colon, or the space of a folded line.
fn is_header(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let start = start.trim_ascii_start();
    let name = start.iter().take_while(|byte| matches!(byte, 33..=57 | 59..=126)).count();
    let colon = start.get(name..).unwrap_or_default().trim_ascii_start();
    name > 0 && colon.starts_with(b":")
}

fn read_message(path: &Path, limit: u64) -> Result<(Vec<u8>, Option<UtcDate>), String> {
    let about = fs::metadata(path).map_err(|error| error.to_string())?;
    if about.len() > limit {
        return Err(too_large(limit));
    }
    let raw = fs::read(path).map_err(|error| error.to_string())?;
    let modified = about.modified().ok().map(|time| UtcDate(DateTime::<Utc>::from(time)));
    Ok((raw, modified))
}

fn too_large(limit: u64) -> String {
    format!("larger than {} MB (limits.upload_bytes)", limit / 1_000_000)
}

#[cfg(test)]
mod tests;
