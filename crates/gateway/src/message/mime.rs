//! The MIME structure of a message: its header fields as they stand and the tree of its parts.
//!
//! JMAP wants the raw header fields and takes a nested `message/rfc822` as one part (RFC 8621 §4.1.4), and input is
//! hostile: so the splitting is done here, with bounds on depth and number, and without copying. What fields mean is
//! left to [`super::header`], decoding to [`super::decode`].

use memchr::memmem;

use super::header;

/// Deeper multiparts are taken as one part.
const MAX_DEPTH: usize = 32;
/// More parts than this in one message are left out.
const MAX_PARTS: usize = 2000;
/// More header fields than this in one part are left out.
const MAX_FIELDS: usize = 2000;

/// A header field as it stands in the message.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// As written.
    pub name: &'a str,
    /// From after the colon to before the line end that ends the field: with the leading space and inner line ends.
    pub value: &'a [u8],
}

/// One part of a message.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// Its header fields, in order.
    pub fields: Vec<Field<'a>>,
    /// What follows the header, not decoded.
    pub body: &'a [u8],
    /// Media type, lower case, without parameters; the implied one if the message says none.
    pub media_type: String,
    /// Of the Content-Type: the `charset`, lower case.
    pub charset: Option<String>,
    /// `None` for a multipart; else its number in the message, from 1.
    pub number: Option<u32>,
    /// Indices of its parts in [`Mime::parts`]; for a multipart only.
    pub children: Vec<usize>,
}

impl<'a> Part<'a> {
    /// The last field of this name: that is the one that counts (RFC 8621 §4.1.2).
    pub fn field(&self, name: &str) -> Option<&'a [u8]> {
        self.fields.iter().rev().find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }

    /// Is it a multipart, so that it has parts and no content of its own?
    pub fn is_multipart(&self) -> bool {
        self.number.is_none()
    }
}

/// A message taken apart. The first part is the message itself.
#[derive(Clone, Debug)]
pub struct Mime<'a> {
    /// All parts, depth first.
    pub parts: Vec<Part<'a>>,
}

impl<'a> Mime<'a> {
    /// Takes a message apart. Every input gives at least one part.
    pub fn parse(raw: &'a [u8]) -> Self {
        let mut mime = Self { parts: Vec::new() };
        let mut leaves = 0;
        mime.add(raw, 0, "text/plain", &mut leaves);
        mime
    }

    /// The message itself.
    pub fn root(&self) -> Option<&Part<'a>> {
        self.parts.first()
    }

    /// The part of this number.
    pub fn part(&self, number: u32) -> Option<&Part<'a>> {
        self.parts.iter().find(|part| part.number == Some(number))
    }

    fn add(&mut self, raw: &'a [u8], depth: usize, implied: &str, leaves: &mut u32) -> usize {
        let (fields, body) = split_header(raw);
        let content_type = fields
            .iter()
            .rev()
            .find(|field| field.name.eq_ignore_ascii_case("content-type"))
            .and_then(|field| header::content_type(field.value));
        let media_type = match &content_type {
            Some(found) => found.media_type.clone(),
            None => implied.to_owned(),
        };
        let charset = content_type.as_ref().and_then(|found| found.parameter("charset")).map(str::to_lowercase);
        let index = self.parts.len();
        self.parts.push(Part { fields, body, media_type, charset, number: None, children: Vec::new() });

        let is_multipart =
            self.parts.get(index).is_some_and(|part| part.media_type.starts_with("multipart/")) && depth < MAX_DEPTH;
        let boundary = content_type.as_ref().and_then(|found| found.parameter("boundary")).filter(|_| is_multipart);
        let bodies = boundary.map(|boundary| split_parts(body, boundary.as_bytes())).unwrap_or_default();
        if bodies.is_empty() {
            *leaves += 1;
            if let Some(part) = self.parts.get_mut(index) {
                part.number = Some(*leaves);
                // A multipart that cannot be taken apart is shown as what it is: text.
                if part.media_type.starts_with("multipart/") {
                    part.media_type = "text/plain".to_owned();
                }
            }
            return index;
        }
        let is_digest = self.parts.get(index).is_some_and(|part| part.media_type == "multipart/digest");
        let implied = if is_digest { "message/rfc822" } else { "text/plain" };
        for body in bodies {
            if self.parts.len() >= MAX_PARTS {
                break;
            }
            let child = self.add(body, depth + 1, implied, leaves);
            if let Some(part) = self.parts.get_mut(index) {
                part.children.push(child);
            }
        }
        index
    }
}

/// The line that starts at the beginning of `text`: without its end, and what comes after it.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match memchr::memchr(b'\n', text) {
        Some(end) => (text.get(..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default()),
        None => (text, &[][..]),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

/// Header fields and what follows the empty line after them.
pub(super) fn split_header(raw: &[u8]) -> (Vec<Field<'_>>, &[u8]) {
    let mut fields = Vec::new();
    let mut rest = raw;
    // The separator line of an mbox is no part of the message.
    if rest.starts_with(b"From ") || rest.starts_with(b">From ") {
        rest = line(rest).1;
    }
    while !rest.is_empty() {
        let (first, after) = line(rest);
        if first.is_empty() {
            return (fields, after);
        }
        let Some((name, value_start)) = field_name(first) else {
            // A line that is no field begins the body, if it does not continue a field that was left out.
            if first.first().is_some_and(|byte| *byte == b' ' || *byte == b'\t') {
                rest = after;
                continue;
            }
            return (fields, rest);
        };
        let start = rest;
        let mut end = first.len();
        let mut next = after;
        while next.first().is_some_and(|byte| *byte == b' ' || *byte == b'\t') {
            let (continued, after) = line(next);
            // A line of spaces only would end the header for most readers.
            end = start.len() - next.len() + continued.len();
            next = after;
        }
        if fields.len() < MAX_FIELDS {
            fields.push(Field { name, value: start.get(value_start..end).unwrap_or_default() });
        }
        rest = next;
    }
    (fields, rest)
}

/// The name of the field that a line starts, and where its value begins.
fn field_name(line: &[u8]) -> Option<(&str, usize)> {
    let colon = memchr::memchr(b':', line)?;
    let name = line.get(..colon)?.trim_ascii_end();
    let valid = !name.is_empty() && name.iter().all(|byte| (33..=126).contains(byte));
    Some((std::str::from_utf8(name).ok().filter(|_| valid)?, colon + 1))
}

/// The bodies between the delimiter lines of a multipart; none if there is no such line.
fn split_parts<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    if boundary.is_empty() {
        return Vec::new();
    }
    let mut delimiter = b"--".to_vec();
    delimiter.extend_from_slice(boundary);
    let mut parts = Vec::new();
    let mut start = None;
    for at in memmem::find_iter(body, &delimiter) {
        let before = body.get(..at).unwrap_or_default();
        if !(before.is_empty() || before.ends_with(b"\n")) {
            continue;
        }
        let (tail, after) = line(body.get(at + delimiter.len()..).unwrap_or_default());
        let (closes, tail) = match tail.strip_prefix(b"--") {
            Some(tail) => (true, tail),
            None => (false, tail),
        };
        if !tail.trim_ascii().is_empty() {
            continue;
        }
        if let Some(start) = start {
            let end = before.strip_suffix(b"\n").map_or(before, |end| end.strip_suffix(b"\r").unwrap_or(end)).len();
            parts.push(body.get(start..end.max(start)).unwrap_or_default());
        }
        start = Some(body.len() - after.len());
        if closes {
            return parts;
        }
        if parts.len() >= MAX_PARTS {
            break;
        }
    }
    // The closing delimiter is missing: the last part is what is left.
    if let Some(start) = start {
        parts.push(body.get(start..).unwrap_or_default());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(raw: &str) -> Vec<(String, Option<u32>, String)> {
        Mime::parse(raw.as_bytes())
            .parts
            .iter()
            .map(|part| (part.media_type.clone(), part.number, String::from_utf8_lossy(part.body).into_owned()))
            .collect()
    }

    #[test]
    fn a_part_ends_before_the_line_end_of_its_delimiter() {
        let parts = shape(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\none\r\n\r\n--b  \r\nContent-Type: text/html\r\n\r\ntwo\r\n--bb\r\n--b--\r\nepilogue",
        );
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[1], ("text/plain".into(), Some(1), "one\r\n".into()));
        assert_eq!(parts[2], ("text/html".into(), Some(2), "two\r\n--bb".into()));
    }

    #[test]
    fn a_missing_end_keeps_the_last_part() {
        let parts = shape("Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\n\none\n--b\n\ntwo");
        assert_eq!(parts[2].2, "two");
    }

    #[test]
    fn a_multipart_without_parts_is_text() {
        assert_eq!(shape("Content-Type: multipart/mixed\n\nhello"), [("text/plain".into(), Some(1), "hello".into())]);
    }

    #[test]
    fn a_digest_implies_messages() {
        let parts = shape("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\nhello\n--b--");
        assert_eq!(parts[1].0, "message/rfc822");
    }

    #[test]
    fn a_field_keeps_its_folding() {
        let (fields, body) = split_header(b"Subject: one\r\n two\r\nX: y\r\n\r\nbody");
        assert_eq!(fields[0].value, b" one\r\n two");
        assert_eq!(fields[1].name, "X");
        assert_eq!(body, b"body");
    }

    #[test]
    fn nesting_without_end_is_bounded() {
        let mut raw = String::new();
        for level in 0..5000 {
            raw.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
        }
        assert!(Mime::parse(raw.as_bytes()).parts.len() <= MAX_DEPTH + 1);
    }
}
