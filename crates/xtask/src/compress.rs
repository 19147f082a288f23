//! Compresses the app's files once, so that the gateway never does: `name.br` and `name.gz` beside `name`.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

const TEXTS: [&str; 8] = ["css", "html", "ico", "js", "json", "svg", "wasm", "webmanifest"];

/// Compresses every file of a folder that gets smaller by it; as small as can be, if it is for people.
pub(crate) fn folder(folder: &Path, smallest: bool) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            self::folder(&path, smallest)?;
        } else if path.extension().is_some_and(|ending| TEXTS.iter().any(|text| ending == *text)) {
            file(&path, smallest)?;
        }
    }
    Ok(())
}

fn file(path: &Path, smallest: bool) -> Result<()> {
    let content = fs::read(path)?;
    let parameters = BrotliEncoderParams {
        quality: if smallest { 11 } else { 5 },
        lgwin: 24,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut brotli = Vec::new();
    brotli::BrotliCompress(&mut content.as_slice(), &mut brotli, &parameters)?;
    let mut gzip = GzEncoder::new(Vec::new(), if smallest { Compression::best() } else { Compression::fast() });
    gzip.write_all(&content)?;
    for (ending, bytes) in [("br", brotli), ("gz", gzip.finish()?)] {
        if bytes.len() < content.len() {
            File::create(format!("{}.{ending}", path.display()))?.write_all(&bytes)?;
        }
    }
    Ok(())
}
