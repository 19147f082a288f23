//! A `mailto:` address as the beginning of a mail (RFC 6068). Fields that a stranger's link has no business to set
//! (attachments, From, arbitrary headers) are passed over.

use jmap::email::EmailAddress;

use super::recipients;

/// What a link asks to begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailto {
    /// To whom.
    pub to: Vec<EmailAddress>,
    /// Copies.
    pub cc: Vec<EmailAddress>,
    /// Hidden copies.
    pub bcc: Vec<EmailAddress>,
    /// May be empty.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Message-IDs without angle brackets.
    pub in_reply_to: Vec<String>,
}

/// Reads a `mailto:` address; `None` if it is none.
pub fn parse(address: &str) -> Option<Mailto> {
    let (scheme, rest) = address.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("mailto") {
        return None;
    }
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let mut mailto = Mailto { to: addresses(to), ..Mailto::default() };
    for field in fields.split('&') {
        let Some((name, value)) = field.split_once('=') else { continue };
        match decode(name).to_ascii_lowercase().as_str() {
            "to" => mailto.to.extend(addresses(value)),
            "cc" => mailto.cc.extend(addresses(value)),
            "bcc" => mailto.bcc.extend(addresses(value)),
            "subject" => mailto.subject = decode(value).replace(['\r', '\n'], " "),
            "body" => mailto.body = decode(value).replace("\r\n", "\n"),
            "in-reply-to" => {
                let id = decode(value);
                mailto.in_reply_to = vec![id.trim().trim_matches(['<', '>']).to_owned()];
            }
            _ => {}
        }
    }
    Some(mailto)
}

/// Split before decoding: a comma within an address is `%2C`.
fn addresses(list: &str) -> Vec<EmailAddress> {
    list.split(',').map(decode).flat_map(|address| recipients::parse(&address)).collect()
}

fn decode(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = (first == b'%').then(|| after.get(..2)).flatten().and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(octet) => {
                octets.push(octet);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                octets.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_begins_a_mail() {
        let mailto = parse("mailto:bob@a.example,%22Olsen%2C%20Greta%22%20%3Cgreta@a.example%3E?cc=c@a.example&subject=Caf%C3%A9+1&body=a%0D%0Ab&attach=/etc/passwd").unwrap();
        assert_eq!(
            mailto.to.iter().map(recipients::written).collect::<Vec<_>>(),
            ["bob@a.example", "\"Olsen, Greta\" <greta@a.example>"]
        );
        assert_eq!(mailto.cc.len(), 1);
        assert_eq!(mailto.subject, "Café+1");
        assert_eq!(mailto.body, "a\nb");
        assert_eq!(parse("MAILTO:").unwrap(), Mailto::default());
        assert_eq!(parse("https://a.example"), None);
        assert_eq!(parse("mailto:?subject=100%").unwrap().subject, "100%");
    }
}
