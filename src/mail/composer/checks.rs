//! What to mind before a mail goes out: said as a hint, not asked in a dialog, but for what can't be sent at all.

use crate::records::Attachment;

/// Words that speak of an attachment, lower case, in the languages that a European office reads. A hint may be
/// wrong at times; so each is a whole word or a phrase that hardly means anything else.
#[rustfmt::skip]
const MENTIONS: &[&str] = &[
    "attached", "attachment", "attachments", "attaching", "enclosed", "enclosing", // English
    "anhang", "anhänge", "angehängt", "angehängte", "beigefügt", "anbei", "im anhang", // German
    "pièce jointe", "pièces jointes", "ci-joint", "ci-jointe", "ci-joints", "en annexe", // French
    "adjunto", "adjunta", "adjuntos", "anexo", "em anexo", "segue anexo", // Spanish, Portuguese
    "allegato", "allegati", "in allegato", // Italian
    "bijlage", "bijlagen", "bijgevoegd", // Dutch
    "bifogad", "bifogat", "bifogar", "vedlagt", "vedhæftet", "vedlegg", "liitteenä", "liite", // Nordic
    "załącznik", "załączniku", "w załączeniu", "příloha", "příloze", // Polish, Czech
    "во вложении", "вложение", // Russian
    "添付", "附件", "첨부", // Japanese, Chinese, Korean
];

/// Whether the words that a person wrote themselves (not the quotation) speak of an attachment.
pub fn mentions_attachment(text: &str) -> bool {
    let own: String = text
        .lines()
        .filter(|line| !line.starts_with('>'))
        .flat_map(|line| line.chars().flat_map(char::to_lowercase).chain(Some('\n')))
        .collect();
    MENTIONS.iter().any(|mention| {
        own.match_indices(mention).any(|(at, _)| {
            let before = own.get(..at).and_then(|text| text.chars().next_back());
            let after = own.get(at + mention.len()..).and_then(|text| text.chars().next());
            let cjk = mention.chars().any(|c| c >= '\u{3000}');
            cjk || !before.into_iter().chain(after).any(char::is_alphanumeric)
        })
    })
}

/// Octets that the message will have with these files and this much text: files grow by a third in base64, and each
/// line of it ends with two octets more.
pub fn message_size(attachments: &[Attachment], text: usize) -> u64 {
    let files: u64 = attachments.iter().map(|attachment| attachment.size.div_ceil(57).saturating_mul(78)).sum();
    files.saturating_add(u64::try_from(text).unwrap_or(u64::MAX)).saturating_add(2_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ones_own_words_speak_of_an_attachment() {
        for (text, expect) in [
            ("The plan is attached.", true),
            ("Please see attachment", true),
            ("Anbei der Plan", true),
            ("Voir la pièce jointe.", true),
            ("資料を添付します", true),
            ("The plan is done.", false),
            ("> The plan is attached.\nThanks", false),
            ("I am unattached", false),
            ("", false),
        ] {
            assert_eq!(mentions_attachment(text), expect, "{text}");
        }
    }

    #[test]
    fn a_message_is_larger_than_its_files() {
        let file = |size| Attachment {
            blob_id: "b".into(),
            name: String::new(),
            media_type: String::new(),
            size,
            cid: None,
            inline: false,
        };
        assert_eq!(message_size(&[], 0), 2_000);
        assert_eq!(message_size(&[file(57), file(58)], 10), 2_010 + 78 + 156);
    }
}
