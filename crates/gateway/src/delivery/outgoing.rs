//! What of a message goes out: all but its Bcc fields (RFC 8621 §7.5).

use bytes::Bytes;

/// The message without its Bcc fields; as it is, where there are none.
pub fn without_bcc(raw: &Bytes) -> Bytes {
    let mut kept: Option<Vec<u8>> = None;
    let mut rest = raw.as_ref();
    let mut is_left_out = false;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (line, after) = rest.split_at(end);
        if line.trim_ascii().is_empty() {
            break;
        }
        let continues = line.first().is_some_and(|byte| *byte == b' ' || *byte == b'\t');
        if !continues {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii_end();
            is_left_out = name.eq_ignore_ascii_case(b"bcc");
        }
        if is_left_out && kept.is_none() {
            kept = raw.get(..raw.len() - rest.len()).map(<[u8]>::to_vec);
        } else if let Some(kept) = kept.as_mut().filter(|_| !is_left_out) {
            kept.extend_from_slice(line);
        }
        rest = after;
    }
    let Some(mut kept) = kept else { return raw.clone() };
    kept.extend_from_slice(rest);
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bcc_is_taken_out_with_its_folded_lines() {
        let raw = Bytes::from_static(b"From: a\r\nBcc: b,\r\n c\r\nbcc: d\r\nTo: e\r\n\r\nBcc: stays");
        assert_eq!(without_bcc(&raw), "From: a\r\nTo: e\r\n\r\nBcc: stays");
        assert_eq!(without_bcc(&Bytes::from_static(b"To: e\r\n\r\n")), "To: e\r\n\r\n");
    }
}
