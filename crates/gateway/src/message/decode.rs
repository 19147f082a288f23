//! From the octets of a part to its content: transfer encodings and charsets. Lenient, and says when it had to be.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::header;
use super::mime::Part;

const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The content of a part, and whether its encoding was broken.
pub fn content<'a>(part: &Part<'a>) -> (Cow<'a, [u8]>, bool) {
    let encoding = part.field("content-transfer-encoding").map(header::as_text).unwrap_or_default().to_lowercase();
    match encoding.as_str() {
        "base64" => {
            let (bytes, is_broken) = base64(part.body);
            (Cow::Owned(bytes), is_broken)
        }
        "quoted-printable" => match quoted_printable::decode(part.body, quoted_printable::ParseMode::Robust) {
            Ok(bytes) => (Cow::Owned(bytes), false),
            Err(_) => (Cow::Borrowed(part.body), true),
        },
        "" | "7bit" | "8bit" | "binary" => (Cow::Borrowed(part.body), false),
        _ => (Cow::Borrowed(part.body), true),
    }
}

fn base64(body: &[u8]) -> (Vec<u8>, bool) {
    let mut is_broken = false;
    let mut symbols = Vec::with_capacity(body.len());
    let mut decoded = Vec::with_capacity(body.len() / 4 * 3);
    let mut flush = |symbols: &mut Vec<u8>, is_broken: &mut bool| {
        if symbols.len() % 4 == 1 {
            symbols.pop();
            *is_broken = true;
        }
        match FORGIVING.decode(&symbols) {
            Ok(bytes) => decoded.extend_from_slice(&bytes),
            Err(_) => *is_broken = true,
        }
        symbols.clear();
    };
    for byte in body {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => symbols.push(*byte),
            // Some writers encode in pieces, each with its padding.
            b'=' => flush(&mut symbols, &mut is_broken),
            b'\r' | b'\n' | b' ' | b'\t' => {}
            _ => is_broken = true,
        }
    }
    flush(&mut symbols, &mut is_broken);
    (decoded, is_broken)
}

/// The text of a part with `\n` line ends, and whether something in it could not be decoded.
pub fn text(part: &Part<'_>) -> (String, bool) {
    let (bytes, mut is_problem) = content(part);
    let charset = part.charset.as_deref().unwrap_or("us-ascii");
    let text = match charset {
        "us-ascii" | "ascii" | "utf-8" | "utf8" => match std::str::from_utf8(&bytes) {
            Ok(text) => {
                is_problem |= charset.ends_with("ascii") && !text.is_ascii() && part.charset.is_some();
                text.to_owned()
            }
            Err(_) => {
                is_problem = true;
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned()
            }
        },
        _ => match encoding_rs::Encoding::for_label(charset.as_bytes()) {
            Some(encoding) => {
                let (text, _, had_errors) = encoding.decode(&bytes);
                is_problem |= had_errors;
                text.into_owned()
            }
            None => match mail_parser::decoders::charsets::map::charset_decoder(charset.as_bytes()) {
                Some(decoder) => decoder(&bytes),
                None => {
                    is_problem = true;
                    String::from_utf8_lossy(&bytes).into_owned()
                }
            },
        },
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    (text.replace("\r\n", "\n").replace('\0', ""), is_problem)
}

#[cfg(test)]
mod tests {
    use super::super::mime::Mime;
    use super::*;

    fn check(raw: &[u8], expect: &str, problem: bool) {
        let mime = Mime::parse(raw);
        assert_eq!(text(&mime.parts[0]), (expect.to_owned(), problem), "{}", String::from_utf8_lossy(raw));
    }

    #[test]
    fn encodings_are_undone() {
        check(b"Content-Transfer-Encoding: base64\n\naGVs\nbG8=\n", "hello", false);
        check(b"Content-Transfer-Encoding: base64\n\naGVsbG8=aGVsbG8=", "hellohello", false);
        check(b"Content-Transfer-Encoding: base64\n\naGVs!bG8", "hello", true);
        check(
            b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9=\n!\n",
            "café!\n",
            false,
        );
        check(b"Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9", "café", false);
        check(b"Content-Type: text/plain; charset=EUC-KR\n\n\xc5\xd7\xbd\xba\xc6\xae", "테스트", false);
    }

    #[test]
    fn what_cannot_be_decoded_is_told() {
        check(b"Content-Type: text/plain; charset=us-ascii\n\ncaf\xe9", "café", true);
        check(b"Content-Type: text/plain; charset=x-nonsense\n\nhello", "hello", true);
        check(b"Content-Transfer-Encoding: x-uuencode\n\nhello", "hello", true);
    }
}
