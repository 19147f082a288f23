//! Names of folders as IMAP and Maildir++ write them: modified UTF-7 (RFC 3501 §5.1.3).

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;

const ENGINE: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// A name as it stands in a path. `.` and `/` are coded too, since Maildir++ parts names by dots.
pub(crate) fn encode(name: &str) -> String {
    let mut out = String::new();
    let mut held: Vec<u8> = Vec::new();
    let flush = |held: &mut Vec<u8>, out: &mut String| {
        if !held.is_empty() {
            out.push('&');
            out.push_str(&ENGINE.encode(&held));
            out.push('-');
            held.clear();
        }
    };
    for letter in name.chars() {
        if matches!(letter, ' '..='~') && !matches!(letter, '.' | '/') {
            flush(&mut held, &mut out);
            out.push(letter);
            if letter == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            held.extend(letter.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut held, &mut out);
    out
}

/// The name that a path stands for; a path that is not coded stands for itself.
pub(crate) fn decode(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((coded, then)) = after.split_once('-') else {
            out.push('&');
            rest = after;
            continue;
        };
        if coded.is_empty() {
            out.push('&');
            rest = then;
            continue;
        }
        let decoded = ENGINE.decode(coded).ok().and_then(|bytes| {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |unit, byte| (unit << 8) | u16::from(*byte)))
                .collect();
            String::from_utf16(&units).ok()
        });
        match decoded {
            Some(text) => {
                out.push_str(&text);
                rest = then;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_were() {
        for (name, path) in [
            ("Inbox", "Inbox"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("台北", "&U,BTFw-"),
            ("R&D", "R&-D"),
            ("v1.2/x", "v1&AC4-2&AC8-x"),
            ("🦉", "&2D7diQ-"),
        ] {
            assert_eq!(encode(name), path);
            assert_eq!(decode(path), name);
        }
    }

    #[test]
    fn what_is_not_coded_stands_for_itself() {
        for name in ["Tom & Jerry", "a & b-c", "&", "Entwürfe"] {
            assert_eq!(decode(name), name);
        }
    }
}
