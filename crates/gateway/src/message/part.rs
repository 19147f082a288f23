//! Blob ids of the parts of a message: `p2-…` is the content of part 2 of the blob `…`.
//!
//! So a part needs no storage of its own, and the right to read it is the right to read its message.

use bytes::Bytes;
use jmap::BlobId;

use super::decode;
use super::mime::Mime;

/// A message in a message in a message…: no deeper than this.
const MAX_NESTING: usize = 8;

/// The id of the content of a part.
pub fn blob_id(message: &BlobId, number: u32) -> BlobId {
    BlobId::from(format!("p{number}-{message}"))
}

/// The stored blob that an id is about, and the way to the part in it, outermost message first.
pub fn locate(id: &BlobId) -> Option<(BlobId, Vec<u32>)> {
    let mut rest = id.as_str();
    let mut numbers = Vec::new();
    while let Some((number, inner)) = rest.strip_prefix('p').and_then(|rest| rest.split_once('-')) {
        let Ok(number) = number.parse() else { break };
        if numbers.len() == MAX_NESTING {
            return None;
        }
        numbers.push(number);
        rest = inner;
    }
    numbers.reverse();
    Some((BlobId::from(rest), numbers))
}

/// The content at the end of that way, with its media type.
pub fn content(raw: &Bytes, numbers: &[u32]) -> Option<(Bytes, Option<String>)> {
    let mut content = (raw.clone(), None);
    for number in numbers {
        let mime = Mime::parse(&content.0);
        let part = mime.part(*number)?;
        let media_type = part.media_type.clone();
        let decoded = Bytes::from(decode::content(part).0.into_owned());
        content = (decoded, Some(media_type));
    }
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_part_is_found() {
        let raw = Bytes::from_static(
            b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a\nContent-Type: message/rfc822\n\nSubject: inner\n\nhello\n--a--",
        );
        let id = blob_id(&blob_id(&BlobId::from("B1"), 2), 1);
        assert_eq!(id.as_str(), "p1-p2-B1");
        let (blob, numbers) = locate(&id).unwrap();
        assert_eq!((blob.as_str(), numbers.as_slice()), ("B1", &[2, 1][..]));
        let (content, media_type) = content(&raw, &numbers).unwrap();
        assert_eq!(content, "hello");
        assert_eq!(media_type.as_deref(), Some("text/plain"));
    }

    #[test]
    fn a_stored_blob_has_no_way() {
        assert_eq!(locate(&BlobId::from("B1")), Some((BlobId::from("B1"), vec![])));
        assert_eq!(locate(&BlobId::from("p1-".repeat(9) + "B1")), None);
    }
}
