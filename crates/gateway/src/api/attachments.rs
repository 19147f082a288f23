//! `/owlet/messages/{emailId}/attachments.zip`: all attachments of a message at once, written while it is sent.

use std::collections::HashSet;
use std::io::{self, Write};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use tokio::sync::mpsc;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::message::{self, InAccount, Message};
use crate::message::mime::Mime;
use crate::message::{body, decode};
use crate::problem::Problem;

/// A zip file with the attachments under their own names.
#[utoipa::path(get, path = "/owlet/messages/{emailId}/attachments.zip", params(("emailId" = String, Path), InAccount),
    responses((status = 200, content_type = "application/zip"), (status = 404, body = Problem)))]
pub async fn all(Message { email, raw, .. }: Message) -> Result<Response, Problem> {
    if body::bodies(&Mime::parse(&raw)).attachments.is_empty() {
        return Err(Problem::not_found());
    }
    let name = format!("{}.zip", email.envelope.subject.as_deref().unwrap_or("attachments"));
    let (chunks, mut received) = mpsc::channel::<io::Result<Bytes>>(4);
    tokio::task::spawn_blocking(move || {
        // Whoever stopped listening has cancelled the download.
        if let Err(error) = write(&raw, Chunks(chunks.clone())) {
            let _ = chunks.blocking_send(Err(error));
        }
    });
    // A receiver may be polled past its end, as compression does; an `unfold` may not.
    let stream = futures::stream::poll_fn(move |context| received.poll_recv(context));
    Ok(message::attachment(Body::from_stream(stream), "application/zip", &name))
}

struct Chunks(mpsc::Sender<io::Result<Bytes>>);

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(raw: &[u8], out: impl Write) -> io::Result<()> {
    let mime = Mime::parse(raw);
    let mut zip = ZipWriter::new_stream(io::BufWriter::with_capacity(64 * 1024, out));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut taken = HashSet::new();
    for part in body::bodies(&mime).attachments.into_iter().filter_map(|index| mime.parts.get(index)) {
        let name = body::name(part).unwrap_or_else(|| match part.media_type.as_str() {
            "message/rfc822" => "message.eml".to_owned(),
            _ => "unnamed".to_owned(),
        });
        zip.start_file(unique(&message::file_name(&name), &mut taken), options)?;
        zip.write_all(&decode::content(part).0)?;
    }
    zip.finish()?.into_inner().flush()
}

/// `plan.pdf`, `plan (2).pdf`.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.to_lowercase()) {
        candidate = format!("{stem} ({number}){ending}");
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_attachments_of_one_name_are_both_there() {
        let part =
            "--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=\"a.csv\"\r\n\r\n1,2\r\n";
        let raw = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n{part}{part}--b--\r\n");
        let mut file = Vec::new();
        write(raw.as_bytes(), &mut file).unwrap();
        let archive = zip::ZipArchive::new(io::Cursor::new(file)).unwrap();
        let mut names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        names.sort_unstable();
        assert_eq!(names, ["a (2).csv", "a.csv"]);
    }
}
