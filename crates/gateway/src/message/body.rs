//! Which parts of a message are shown as text, which as HTML, and which are attachments (RFC 8621 §4.1.4).

use super::mime::{Mime, Part};
use super::{decode, header};

/// Indices of parts in [`Mime::parts`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bodies {
    /// `textBody`.
    pub text: Vec<usize>,
    /// `htmlBody`.
    pub html: Vec<usize>,
    /// `attachments`.
    pub attachments: Vec<usize>,
}

/// The three lists of a message.
pub fn bodies(mime: &Mime<'_>) -> Bodies {
    let mut bodies = Bodies::default();
    let wanted = Wanted { text: true, html: true, in_alternative: false };
    sort_parts(mime, &[0], "mixed", wanted, &mut bodies);
    bodies
}

/// Is there something to download? Pictures of an HTML text do not count.
pub fn has_attachment(mime: &Mime<'_>, bodies: &Bodies) -> bool {
    bodies.attachments.iter().filter_map(|index| mime.parts.get(*index)).any(|part| {
        let is_inline = disposition(part).as_deref() == Some("inline");
        let is_picture_of_html = part.field("content-id").is_some() && is_inline_media(&part.media_type);
        part.media_type == "message/rfc822" || !(is_inline || is_picture_of_html)
    })
}

/// `attachment`, `inline` or what else the part says of itself.
pub fn disposition(part: &Part<'_>) -> Option<String> {
    part.field("content-disposition").and_then(header::disposition).map(|found| found.media_type)
}

/// The file name of a part.
pub fn name(part: &Part<'_>) -> Option<String> {
    let found = part.field("content-disposition").and_then(header::disposition);
    let found = found.as_ref().and_then(|found| found.parameter("filename").map(str::to_owned));
    let name = found
        .or_else(|| part.field("content-type").and_then(header::content_type)?.parameter("name").map(str::to_owned))?;
    // Many writers put an encoded word there, against the standard.
    Some(if name.contains("=?") { header::as_text(name.as_bytes()) } else { name.replace('\0', "") })
}

/// The text to read, with HTML turned into text; for preview and search. At most about `limit` octets.
pub fn plain_text(mime: &Mime<'_>, bodies: &Bodies, limit: usize) -> String {
    let mut text = String::new();
    for part in bodies.text.iter().filter_map(|index| mime.parts.get(*index)) {
        if !part.media_type.starts_with("text/") {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let (content, _) = decode::text(part);
        if part.media_type == "text/html" {
            text.push_str(&mail_parser::decoders::html::html_to_text(&content));
        } else {
            text.push_str(&content);
        }
        if text.len() > limit {
            text.truncate(text.floor_char_boundary(limit));
            break;
        }
    }
    text
}

/// The first 256 characters of a text on one line.
pub fn preview(text: &str) -> String {
    let mut preview = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        for character in (count > 0).then_some(' ').into_iter().chain(word.chars()) {
            if count == 256 {
                return preview;
            }
            preview.push(character);
            count += 1;
        }
    }
    preview
}

fn is_inline_media(media_type: &str) -> bool {
    ["image/", "audio/", "video/"].iter().any(|prefix| media_type.starts_with(prefix))
}

/// Which of the two lists still take parts: null in the algorithm of the RFC once the other has been found.
#[derive(Clone, Copy)]
struct Wanted {
    text: bool,
    html: bool,
    in_alternative: bool,
}

fn sort_parts(mime: &Mime<'_>, parts: &[usize], kind: &str, mut wanted: Wanted, bodies: &mut Bodies) {
    let text_start = bodies.text.len();
    let html_start = bodies.html.len();
    for (place, index) in parts.iter().enumerate() {
        let Some(part) = mime.parts.get(*index) else { continue };
        if part.is_multipart() {
            let kind = part.media_type.strip_prefix("multipart/").unwrap_or_default();
            let in_alternative = wanted.in_alternative || kind == "alternative";
            sort_parts(mime, &part.children, kind, Wanted { in_alternative, ..wanted }, bodies);
            continue;
        }
        let is_media = is_inline_media(&part.media_type);
        let is_shown = disposition(part).as_deref() != Some("attachment")
            && (is_media || part.media_type == "text/plain" || part.media_type == "text/html")
            && (place == 0 || kind != "related" && (is_media || name(part).is_none()));
        if !is_shown {
            bodies.attachments.push(*index);
        } else if kind == "alternative" {
            match part.media_type.as_str() {
                "text/plain" if wanted.text => bodies.text.push(*index),
                "text/html" if wanted.html => bodies.html.push(*index),
                "text/plain" | "text/html" => {}
                _ => bodies.attachments.push(*index),
            }
        } else {
            if wanted.in_alternative {
                wanted.html &= part.media_type != "text/plain";
                wanted.text &= part.media_type != "text/html";
            }
            if wanted.text {
                bodies.text.push(*index);
            }
            if wanted.html {
                bodies.html.push(*index);
            }
            if is_media && !(wanted.text && wanted.html) {
                bodies.attachments.push(*index);
            }
        }
    }
    if kind == "alternative" && wanted.text && wanted.html {
        let found_text = bodies.text.get(text_start..).unwrap_or_default().to_vec();
        let found_html = bodies.html.get(html_start..).unwrap_or_default().to_vec();
        if found_text.is_empty() {
            bodies.text.extend(found_html);
        } else if found_html.is_empty() {
            bodies.html.extend(found_text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 8621 §4.1.4, its parts named A to K.
    const EXAMPLE: &str = "Content-Type: multipart/mixed; boundary=1

--1
Content-Type: text/plain
Content-Disposition: inline

A
--1
Content-Type: multipart/mixed; boundary=2

--2
Content-Type: multipart/alternative; boundary=3

--3
Content-Type: multipart/mixed; boundary=4

--4
Content-Type: text/plain
Content-Disposition: inline

B
--4
Content-Type: image/jpeg
Content-Disposition: inline

C
--4
Content-Type: text/plain
Content-Disposition: inline

D
--4--
--3
Content-Type: multipart/related; boundary=5

--5
Content-Type: text/html

E
--5
Content-Type: image/jpeg

F
--5--
--3--
--2
Content-Type: image/jpeg
Content-Disposition: attachment

G
--2
Content-Type: application/x-excel

H
--2
Content-Type: message/rfc822

J
--2--
--1
Content-Type: text/plain
Content-Disposition: inline

K
--1--
";

    #[test]
    fn the_example_of_the_rfc_comes_out_as_it_says() {
        let mime = Mime::parse(EXAMPLE.as_bytes());
        let bodies = bodies(&mime);
        let names =
            |list: &[usize]| -> String { list.iter().map(|index| char::from(mime.parts[*index].body[0])).collect() };
        assert_eq!(names(&bodies.text), "ABCDK");
        assert_eq!(names(&bodies.html), "AEK");
        assert_eq!(names(&bodies.attachments), "CFGHJ");
        assert!(has_attachment(&mime, &bodies));
    }

    #[test]
    fn html_alone_is_the_text_too() {
        let mime = Mime::parse(b"Content-Type: text/html\n\n<style>p{}</style><p>one</p><p>two &amp; three</p>");
        let bodies = bodies(&mime);
        assert_eq!(bodies.text, [0]);
        assert_eq!(bodies.html, [0]);
        assert_eq!(preview(&plain_text(&mime, &bodies, 1000)), "one two & three");
        assert!(!has_attachment(&mime, &bodies));
    }

    #[test]
    fn a_preview_is_cut_at_256_characters() {
        assert_eq!(preview(&"é ".repeat(300)).chars().count(), 256);
    }
}
