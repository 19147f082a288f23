//! Which thread an email belongs to (RFC 8621 §3): one with which it has a message id in common, in its Message-ID,
//! In-Reply-To or References, and whose base subject (RFC 5256 §2.1) is the same.

use jmap::subject::is_prefix;
use sha2::{Digest, Sha256};

use crate::Envelope;
use crate::ids::AccountNumber;

/// Of a long line of references the first and the last count: the rest lies between them.
const MAX_REFERENCES: usize = 40;

/// What an email is found by: one number for each message id that it has in common with others of its subject.
pub(super) fn references(account: AccountNumber, envelope: &Envelope) -> Vec<i64> {
    let subject = base_subject(envelope.subject.as_deref().unwrap_or_default());
    let of = |ids: &Option<Vec<String>>| ids.clone().unwrap_or_default();
    let mut ids = of(&envelope.references);
    if ids.len() > MAX_REFERENCES {
        ids.drain(1..=ids.len() - MAX_REFERENCES);
    }
    ids.extend(of(&envelope.in_reply_to).into_iter().take(MAX_REFERENCES));
    ids.extend(of(&envelope.message_id).into_iter().take(1));
    let mut references: Vec<i64> = ids
        .iter()
        .filter(|id| !id.trim().is_empty())
        .map(|id| {
            let mut hash = Sha256::new();
            hash.update(account.0.to_le_bytes());
            hash.update(id.trim());
            hash.update([0]);
            hash.update(&subject);
            let hash = hash.finalize();
            hash.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
        })
        .collect();
    references.sort_unstable();
    references.dedup();
    references
}

/// The subject without what answers and forwards put before and after it; in lower case.
pub(super) fn base_subject(subject: &str) -> String {
    let subject = subject.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = subject.as_str();
    loop {
        while let Some(shorter) = rest.strip_suffix("(fwd)") {
            rest = shorter.trim_end();
        }
        while let Some(shorter) = without_leader(rest).or_else(|| without_blob(rest).filter(|left| !left.is_empty())) {
            rest = shorter;
        }
        match rest.strip_prefix("[fwd:").and_then(|inner| inner.strip_suffix(']')) {
            Some(inner) => rest = inner.trim(),
            None => return rest.to_owned(),
        }
    }
}

/// Takes away `[list] Re[2]:`.
fn without_leader(subject: &str) -> Option<&str> {
    let mut rest = subject.trim_start();
    while let Some(shorter) = without_blob(rest) {
        rest = shorter;
    }
    let word = rest.split(|c: char| !c.is_alphabetic()).next().filter(|word| is_prefix(word))?;
    let mut rest = rest.strip_prefix(word)?.trim_start();
    rest = without_blob(rest).unwrap_or(rest);
    rest.strip_prefix(':').or_else(|| rest.strip_prefix('：')).map(str::trim_start)
}

/// Takes away `[list]`; not `[Fwd: …]`, which is another thing.
fn without_blob(subject: &str) -> Option<&str> {
    let inner = subject.strip_prefix('[')?;
    let (blob, rest) = inner.split_once(']')?;
    (!blob.contains('[') && !blob.starts_with("fwd:")).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_forwards_have_the_same_base_subject() {
        for subject in [
            "Lunch  on Friday",
            "Re: Lunch on Friday",
            "RE[2]: re: Lunch on\tFriday",
            "[team] Lunch on Friday",
            "Re: [team] Fwd: Lunch on Friday (fwd)",
            "AW: Lunch on Friday",
            "Antwort: SV: R: Lunch on Friday",
            "[Fwd: Re: Lunch on Friday]",
            "回复：Lunch on Friday",
            "fw: [a] [b] re : lunch on friday",
        ] {
            assert_eq!(base_subject(subject), "lunch on friday", "{subject}");
        }
    }

    #[test]
    fn what_only_looks_like_an_answer_stays() {
        for subject in ["reply: x", "regarding x", "[urgent]", "x re: y", "restore: x", ""] {
            assert_eq!(base_subject(subject), subject);
        }
    }

    #[test]
    fn emails_with_an_id_in_common_have_a_reference_in_common() {
        let of = |subject: &str, id: &str, answers: &[&str]| {
            references(
                AccountNumber(1),
                &Envelope {
                    subject: Some(subject.to_owned()),
                    message_id: Some(vec![id.to_owned()]),
                    references: Some(answers.iter().map(|id| (*id).to_owned()).collect()),
                    ..Envelope::default()
                },
            )
        };
        let first = of("Lunch", "a@x", &[]);
        assert!(of("Re: Lunch", "b@x", &["a@x"]).contains(&first[0]));
        assert!(!of("Dinner", "c@x", &["a@x"]).contains(&first[0]));
    }

    #[test]
    fn a_thousand_references_are_forty() {
        let ids = (0..1000).map(|n| n.to_string()).collect();
        let envelope = Envelope { references: Some(ids), ..Envelope::default() };
        assert_eq!(references(AccountNumber(1), &envelope).len(), MAX_REFERENCES);
    }
}
