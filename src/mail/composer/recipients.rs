//! Addresses as people type and paste them, and what is wrong with one that can't be used.
//!
//! It reads what RFC 5322 calls an address list, and what people make of it: semicolons, line ends and tabs between
//! addresses, names with dots and brackets, `mailto:`. Suggestions are left to `records`, drawing to `token_field`.

use jmap::email::EmailAddress;

/// What keeps an address from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Words, but no `@`.
    NoAt,
    /// More than one `@`.
    SeveralAts,
    /// Nothing before the `@`.
    NoLocalPart,
    /// A space or another character that may not stand before the `@`, or a dot in a wrong place.
    LocalPart,
    /// Nothing after the `@`.
    NoDomain,
    /// What stands after the `@` is no domain.
    Domain,
    /// Over 254 octets, or 64 before the `@` (RFC 5321 §4.5.3.1).
    TooLong,
}

impl Fault {
    /// The key of the sentence that says it.
    pub fn key(self) -> &'static str {
        match self {
            Self::NoAt => "composer.faultNoAt",
            Self::SeveralAts => "composer.faultSeveralAts",
            Self::NoLocalPart => "composer.faultNoLocalPart",
            Self::LocalPart => "composer.faultLocalPart",
            Self::NoDomain => "composer.faultNoDomain",
            Self::Domain => "composer.faultDomain",
            Self::TooLong => "composer.faultTooLong",
        }
    }
}

/// All addresses in a text. What is none comes as an address too, to be shown in red and mended: see [`fault`].
pub fn parse(text: &str) -> Vec<EmailAddress> {
    let mut found = Vec::new();
    for piece in split(text) {
        for address in one(piece.trim()) {
            found.push(address);
        }
    }
    found
}

/// Whether a typed text is complete enough to become a token by a space: an address and nothing else.
pub fn is_address(text: &str) -> bool {
    let text = text.trim();
    !text.contains(char::is_whitespace) && fault(&EmailAddress { name: None, email: text.to_owned() }).is_none()
}

/// Why an address can't be used.
pub fn fault(address: &EmailAddress) -> Option<Fault> {
    let email = address.email.trim();
    let Some((local, domain)) = email.rsplit_once('@') else { return Some(Fault::NoAt) };
    if local.is_empty() {
        return Some(Fault::NoLocalPart);
    }
    if domain.is_empty() {
        return Some(Fault::NoDomain);
    }
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    if !quoted {
        if local.contains('@') {
            return Some(Fault::SeveralAts);
        }
        let allowed = |c: char| c.is_alphanumeric() || !c.is_ascii() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
        if !local.chars().all(|c| allowed(c) && !c.is_whitespace())
            || local.starts_with('.')
            || local.ends_with('.')
            || local.contains("..")
        {
            return Some(Fault::LocalPart);
        }
    }
    if !is_domain(domain) {
        return Some(Fault::Domain);
    }
    (local.len() > 64 || email.len() > 254).then_some(Fault::TooLong)
}

fn is_domain(domain: &str) -> bool {
    if let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let literal = literal.strip_prefix("IPv6:").unwrap_or(literal);
        return literal.parse::<std::net::IpAddr>().is_ok();
    }
    domain.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= 63 * 4
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    })
}

/// Whether two addresses are one person's, as far as letters tell.
pub fn is_same(a: &EmailAddress, b: &EmailAddress) -> bool {
    a.email.trim().to_lowercase() == b.email.trim().to_lowercase()
}

/// An address as it is copied: `Bob Okafor <bob@owlery.example>`.
pub fn written(address: &EmailAddress) -> String {
    match address.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        None => address.email.clone(),
        Some(name) if name.contains(|c: char| "()<>[]:;@\\,.\"".contains(c)) => {
            format!("\"{}\" <{}>", name.replace('\\', "\\\\").replace('"', "\\\""), address.email)
        }
        Some(name) => format!("{name} <{}>", address.email),
    }
}

/// What a token says: the name, or the address.
pub fn short(address: &EmailAddress) -> String {
    address
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map_or_else(|| address.email.clone(), str::to_owned)
}

/// The address with its domain as it goes over the wire: letters beyond ASCII as `xn--…` (RFC 3492).
pub fn for_wire(address: &EmailAddress) -> EmailAddress {
    let email = address.email.trim();
    let email = match email.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => {
            let labels: Vec<String> = domain.split('.').map(ascii_label).collect();
            format!("{local}@{}", labels.join("."))
        }
        _ => email.to_owned(),
    };
    EmailAddress { name: address.name.clone(), email }
}

fn ascii_label(label: &str) -> String {
    if label.is_ascii() { label.to_owned() } else { format!("xn--{}", punycode(&label.to_lowercase())) }
}

/// RFC 3492 §6.3.
fn punycode(label: &str) -> String {
    const BASE: u32 = 36;
    // `a` to `z`, then `0` to `9`.
    let digit = |value: u32| {
        let value = u8::try_from(value).unwrap_or_default();
        char::from(if value < 26 { b'a' + value } else { b'0' + (value - 26) })
    };
    let points: Vec<u32> = label.chars().map(u32::from).collect();
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).unwrap_or(u32::MAX);
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (128u32, 0u32, 72u32, basic);
    let total = u32::try_from(points.len()).unwrap_or(u32::MAX);
    while handled < total {
        let Some(next) = points.iter().copied().filter(|&point| point >= n).min() else { break };
        delta = delta.saturating_add((next - n).saturating_mul(handled + 1));
        n = next;
        for &point in &points {
            if point < n {
                delta = delta.saturating_add(1);
            }
            if point == n {
                let mut q = delta;
                let mut k = BASE;
                loop {
                    let t = if k <= bias { 1 } else { (k - bias).min(26) };
                    if q < t {
                        break;
                    }
                    out.push(digit(t + (q - t) % (BASE - t)));
                    q = (q - t) / (BASE - t);
                    k += BASE;
                }
                out.push(digit(q));
                let mut d = if handled == basic { delta / 700 } else { delta / 2 };
                d += d / (handled + 1);
                let mut k = 0;
                while d > 455 {
                    d /= 35;
                    k += BASE;
                }
                bias = k + 36 * d / (d + 38);
                delta = 0;
                handled += 1;
            }
        }
        delta += 1;
        n += 1;
    }
    out
}

/// Splits at `,` `;` line ends and tabs outside of quotes, angle brackets and comments.
fn split(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut quoted, mut angle, mut comment, mut escaped) = (false, false, 0usize, false);
    // A quote that never ends (an inch sign, a typo) must not swallow the rest.
    let mut quotes_left = text.matches('"').count();
    let mut start = 0;
    for (at, character) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match character {
            '\\' if quoted => escaped = true,
            '"' => {
                quotes_left -= 1;
                quoted = !quoted && quotes_left > 0;
            }
            '<' if !quoted => angle = true,
            '>' if !quoted => angle = false,
            '(' if !quoted => comment += 1,
            ')' if !quoted => comment = comment.saturating_sub(1),
            '\n' | '\r' | '\t' => {
                pieces.extend(text.get(start..at));
                start = at + 1;
                (quoted, angle, comment) = (false, false, 0);
            }
            ',' | ';' if !quoted && !angle && comment == 0 => {
                pieces.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.extend(text.get(start..));
    pieces
}

/// One piece between separators; several addresses if only spaces stand between them.
fn one(piece: &str) -> Vec<EmailAddress> {
    let piece = piece.strip_prefix("mailto:").unwrap_or(piece);
    // `Team: a@b, c@d;`: the group's name goes, its members stay.
    let piece = match piece.split_once(':') {
        Some((group, member)) if !group.contains(['"', '<', '@', '[']) && member.trim().is_empty() => {
            return Vec::new();
        }
        Some((group, member)) if !group.contains(['"', '<', '@', '[']) && member.contains('@') => member.trim(),
        _ => piece,
    };
    if piece.is_empty() {
        return Vec::new();
    }
    if let Some(open) = piece.rfind('<') {
        let name = piece.get(..open).unwrap_or_default();
        let rest = piece.get(open + 1..).unwrap_or_default();
        let email = rest.split('>').next().unwrap_or_default().trim();
        let email = email.strip_prefix("mailto:").unwrap_or(email);
        return vec![EmailAddress { name: clean_name(name), email: email.to_owned() }];
    }
    // `bob@owlery.example (Bob Okafor)`
    if let Some((email, name)) = piece.strip_suffix(')').and_then(|piece| piece.split_once('('))
        && email.contains('@')
    {
        return vec![EmailAddress { name: clean_name(name), email: email.trim().to_owned() }];
    }
    let words: Vec<&str> = piece.split_whitespace().collect();
    if words.len() > 1 && !piece.starts_with('"') {
        if words.iter().all(|word| word.contains('@')) {
            return words.into_iter().map(|email| EmailAddress { name: None, email: email.to_owned() }).collect();
        }
        // `Bob Okafor bob@owlery.example`, as a table or a signature has it.
        if let Some((last, name)) = words.split_last()
            && last.contains('@')
            && !name.iter().any(|word| word.contains('@'))
        {
            return vec![EmailAddress { name: clean_name(&name.join(" ")), email: (*last).to_owned() }];
        }
    }
    vec![EmailAddress { name: None, email: piece.to_owned() }]
}

fn clean_name(name: &str) -> Option<String> {
    let name = name.trim();
    let inner = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    let name = match inner {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => name.trim_matches(['"', '\'']).to_owned(),
    };
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, &str)]) {
        let found: Vec<(String, String)> =
            parse(text).into_iter().map(|a| (a.name.unwrap_or_default(), a.email)).collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(name, email)| (name.as_str(), email.as_str())).collect();
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn what_people_type_and_paste_is_read() {
        check("bob@a.example", &[("", "bob@a.example")]);
        check(" Bob <bob@a.example>, c@d.example ; ", &[("Bob", "bob@a.example"), ("", "c@d.example")]);
        check("\"Okafor, Bob\" <bob@a.example>", &[("Okafor, Bob", "bob@a.example")]);
        check("\"Bob \\\"B\\\" O\" <bob@a.example>", &[("Bob \"B\" O", "bob@a.example")]);
        check(
            "Team: a@x.example, b@x.example; c@x.example",
            &[("", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")],
        );
        check("undisclosed-recipients:;", &[]);
        check("bob@a.example (Bob Okafor)", &[("Bob Okafor", "bob@a.example")]);
        check("a@x.example b@x.example\nc@x.example", &[("", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")]);
        check("Bob Okafor bob@a.example", &[("Bob Okafor", "bob@a.example")]);
        check("Bob Okafor\tbob@a.example", &[("", "Bob Okafor"), ("", "bob@a.example")]);
        check("mailto:bob@a.example", &[("", "bob@a.example")]);
        check("12\" frames <bob@a.example>, c@d.example", &[("12\" frames", "bob@a.example"), ("", "c@d.example")]);
        check("'Bob' <bob@a.example>", &[("Bob", "bob@a.example")]);
        check("bob", &[("", "bob")]);
        check(", ;\n", &[]);
    }

    #[test]
    fn a_wrong_address_says_why() {
        let long = "x".repeat(65) + "@a.example";
        for (email, expect) in [
            ("bob@a.example", None),
            ("bob+lamps@a.example", None),
            ("bob@localhost", None),
            ("bob@bücher.example", None),
            ("böb@a.example", None),
            ("\"b b\"@a.example", None),
            ("bob@[127.0.0.1]", None),
            ("bob", Some(Fault::NoAt)),
            ("@a.example", Some(Fault::NoLocalPart)),
            ("bob@", Some(Fault::NoDomain)),
            ("a@b@c.example", Some(Fault::SeveralAts)),
            ("b b@a.example", Some(Fault::LocalPart)),
            (".b@a.example", Some(Fault::LocalPart)),
            ("bob@a..example", Some(Fault::Domain)),
            ("bob@-a.example", Some(Fault::Domain)),
            ("bob@a_b.example", Some(Fault::Domain)),
            (long.as_str(), Some(Fault::TooLong)),
        ] {
            assert_eq!(fault(&EmailAddress { name: None, email: email.into() }), expect, "{email}");
        }
    }

    #[test]
    fn an_address_that_is_copied_reads_the_same() {
        for (name, email) in [(None, "a@b.example"), (Some("Okafor, Bob"), "a@b.example"), (Some("B \"x\" \\"), "a@b")]
        {
            let address = EmailAddress { name: name.map(str::to_owned), email: email.into() };
            assert_eq!(parse(&written(&address)), vec![address]);
        }
    }

    #[test]
    fn an_international_domain_goes_out_in_ascii() {
        for (domain, expect) in [
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("пример.example", "xn--e1afmkfd.example"),
            ("owlery.example", "owlery.example"),
        ] {
            let address = EmailAddress { name: None, email: format!("bob@{domain}") };
            assert_eq!(for_wire(&address).email, format!("bob@{expect}"));
        }
    }
}
