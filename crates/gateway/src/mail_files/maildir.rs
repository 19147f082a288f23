//! One folder of a Maildir: `cur` and `new`, with flags in the names.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Found, Message, Sink, flags, read_message};

/// Every message of a folder; false if the sink has enough.
pub(super) fn read(path: &Path, names: &[String], limit: u64, sink: &mut Sink<'_>) -> bool {
    let own = fs::read_to_string(path.join("dovecot-keywords")).unwrap_or_default();
    let own = flags::own_letters(&own);
    for part in ["cur", "new"] {
        let folder = path.join(part);
        let mut files: Vec<PathBuf> = match fs::read_dir(&folder) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect(),
            Err(error) if part == "new" && error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                if !sink(Found::Unreadable { path: folder, reason: error.to_string() }) {
                    return false;
                }
                continue;
            }
        };
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            // Some programs cannot write a colon and use one of these.
            let flags = name.rsplit_once([':', ';', '!']).and_then(|(_, info)| info.strip_prefix("2,")).unwrap_or("");
            let found = match read_message(&file, limit) {
                Ok((raw, modified_at)) => {
                    let mut folder = names.to_vec();
                    if flags.contains('T') {
                        folder = vec!["Trash".to_owned()];
                    }
                    let received_at = modified_at.filter(|time| is_plausible(&name, time.millis()));
                    let keywords =
                        flags::from_maildir(flags, &own).into_iter().filter(|word| !word.is_empty()).collect();
                    Found::Message(Message { raw, folder, keywords, received_at, modified_at })
                }
                Err(reason) => Found::Unreadable { path: file, reason },
            };
            if !sink(found) {
                return false;
            }
        }
    }
    true
}

/// A file is written when its mail comes in, or later with that time put on it. A file much younger than its own
/// name, which starts with the seconds of its making, was copied and has lost the time.
fn is_plausible(name: &str, modified: i64) -> bool {
    let made = name.split('.').next().and_then(|seconds| seconds.parse::<i64>().ok());
    made.is_none_or(|seconds| seconds < 100_000_000 || modified / 1000 <= seconds + 172_800)
}
