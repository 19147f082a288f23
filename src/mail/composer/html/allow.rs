//! The allow-list: which elements, attributes, addresses and style declarations may be in a mail that is written.

/// Where markup comes from; what of its look is kept depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The editor, or a draft of our own.
    Own,
    /// A mail that is answered or forwarded: its look is kept, as far as it is harmless.
    Quoted,
    /// The clipboard: what is said and how it is stressed is kept, the other program's look is not.
    Pasted,
}

#[rustfmt::skip]
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
];

/// Elements whose content goes with them. Every other unknown element leaves its content.
#[rustfmt::skip]
const DROPPED_WHOLE: &[&str] = &[
    "applet", "audio", "canvas", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "title", "video", "xml",
];

/// Elements whose content is not markup, up to their end tag.
const RAW: &[&str] = &["iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xml"];

const VOID: &[&str] = &["br", "col", "hr", "img"];

#[rustfmt::skip]
const STYLES: &[&str] = &[
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "direction",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-decoration-line",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
];

pub(super) fn tag(name: &str) -> Option<&'static str> {
    find(TAGS, name)
}

pub(super) fn is_dropped_whole(name: &str) -> bool {
    find(DROPPED_WHOLE, name).is_some()
}

pub(super) fn is_raw(name: &str) -> bool {
    find(RAW, name).is_some()
}

pub(super) fn is_void(name: &str) -> bool {
    find(VOID, name).is_some()
}

fn find(list: &'static [&'static str], name: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
}

/// The attribute with its cleaned value, if this element may have it.
pub(super) fn attribute(tag: &'static str, name: &str, value: &str, source: Source) -> Option<(&'static str, String)> {
    const ANY: &[&str] = &["class", "dir", "lang", "style", "title"];
    const CELL: &[&str] = &["align", "bgcolor", "colspan", "height", "rowspan", "valign", "width"];
    let own: &[&str] = match tag {
        "a" => &["href"],
        "img" => &["alt", "height", "src", "width"],
        "td" | "th" => CELL,
        "table" => &["align", "bgcolor", "border", "cellpadding", "cellspacing", "width"],
        "tr" | "tbody" | "thead" => &["align", "bgcolor", "valign"],
        "col" | "colgroup" => &["span", "width"],
        "ol" => &["start", "type"],
        "li" => &["value"],
        "font" => &["color", "face", "size"],
        "blockquote" => &["type"],
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr" => &["align"],
        _ => &[],
    };
    let name = find(ANY, name).or_else(|| find(own, name))?;
    let value = value.trim();
    let allowed = match (name, source) {
        ("href", _) => is_link(value),
        ("src", _) => is_picture(value),
        ("dir", _) => matches!(value, "ltr" | "rtl" | "auto"),
        ("class", Source::Own) => value == super::QUOTE || value == super::SIGNATURE,
        ("class", Source::Quoted | Source::Pasted) => false,
        ("style", Source::Own | Source::Quoted) => {
            let style = style(value);
            return (!style.is_empty()).then_some((name, style));
        }
        ("style" | "bgcolor" | "face" | "color" | "size" | "align" | "valign", Source::Pasted) => false,
        ("title" | "alt", _) => !value.is_empty() || name == "alt",
        _ => value.len() <= 64 && !value.contains(['<', '>', '(', ';', '\\']),
    };
    allowed.then(|| (name, value.to_owned()))
}

/// Where a link may lead.
fn is_link(value: &str) -> bool {
    ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| starts_with(value, scheme))
        && !value.contains(char::is_control)
}

/// Where a picture may come from. A remote one is kept for those who read, and not loaded in the editor.
fn is_picture(value: &str) -> bool {
    const DATA: &[&str] =
        &["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"];
    ["cid:", "http://", "https://"].iter().chain(DATA).any(|scheme| starts_with(value, scheme))
        && !value.contains(char::is_control)
}

fn starts_with(value: &str, start: &str) -> bool {
    value.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start))
}

/// The allowed declarations of a style, joined again.
fn style(value: &str) -> String {
    let mut kept = String::new();
    for declaration in value.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let Some(name) = find(STYLES, name.trim()) else {
            continue;
        };
        let value = value.trim();
        let value = value.strip_suffix("!important").unwrap_or(value).trim();
        let lower = value.to_ascii_lowercase();
        let calls = |function: &&str| lower.contains(&format!("{function}("));
        let reaches_out = value.contains(['\\', '<', '>', '@', '{', '}', '"'])
            || lower.contains("/*")
            || ["url", "expression", "image", "var", "attr", "env", "paint", "element"].iter().any(calls);
        let leaves_its_place = match name {
            "display" => !matches!(lower.as_str(), "block" | "inline" | "inline-block"),
            _ => name.starts_with("margin") && lower.contains('-'),
        };
        if (1..=200).contains(&value.len()) && !reaches_out && !leaves_its_place {
            if !kept.is_empty() {
                kept.push(';');
            }
            kept.push_str(name);
            kept.push(':');
            kept.push_str(value);
        }
    }
    kept
}

/// What a style says besides its look: what pasted text keeps of it.
pub(super) fn stress_of(style: &str) -> Stress {
    let mut stress = Stress::default();
    for declaration in style.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value.trim().to_ascii_lowercase();
        match name.trim().to_ascii_lowercase().as_str() {
            "font-weight" => {
                stress.bold =
                    Some(value == "bold" || value == "bolder" || value.parse::<u16>().is_ok_and(|w| w >= 600));
            }
            "font-style" => stress.italic = Some(value == "italic" || value == "oblique"),
            "text-decoration" | "text-decoration-line" => {
                stress.underlined |= value.contains("underline");
                stress.struck |= value.contains("line-through");
            }
            "display" if value == "none" => stress.hidden = true,
            "mso-hide" if value == "all" => stress.hidden = true,
            "white-space" if value.starts_with("pre") => stress.preformatted = true,
            _ => {}
        }
    }
    stress
}

/// See [`stress_of`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stress {
    /// Said to be so or not so.
    pub(super) bold: Option<bool>,
    /// Said to be so or not so.
    pub(super) italic: Option<bool>,
    /// A line below.
    pub(super) underlined: bool,
    /// A line through.
    pub(super) struck: bool,
    /// Not to be seen, such as the preview line of a newsletter.
    pub(super) hidden: bool,
    /// Spaces and line ends count.
    pub(super) preformatted: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_keeps_only_harmless_declarations() {
        for (given, kept) in [
            ("color: red; position: fixed; top:0", "color:red"),
            ("background: url(https://spy.example/x.png)", ""),
            ("background-image: none", ""),
            ("width: expression(alert(1))", ""),
            ("margin-left: -400px; margin-top: 1em", "margin-top:1em"),
            ("FONT-WEIGHT: Bold !important", "font-weight:Bold"),
            ("display:none", ""),
            ("color: r\\65 d", ""),
        ] {
            assert_eq!(style(given), kept, "{given}");
        }
    }

    #[test]
    fn a_link_leads_only_where_a_person_would_go() {
        for (address, allowed) in [
            ("https://owlery.example", true),
            ("MAILTO:bob@owlery.example", true),
            ("javascript:alert(1)", false),
            ("java\nscript:alert(1)", false),
            ("data:text/html,x", false),
            ("//owlery.example", false),
            ("https://a\u{0}b", false),
        ] {
            assert_eq!(is_link(address), allowed, "{address:?}");
        }
    }

    #[test]
    fn a_picture_is_inline_remote_or_data_of_a_known_kind() {
        for (address, allowed) in [
            ("cid:a@b", true),
            ("https://a.example/x.png", true),
            ("data:image/png;base64,AA==", true),
            ("data:image/svg+xml;base64,AA==", false),
            ("blob:http://x", false),
            ("file:///C:/x.png", false),
        ] {
            assert_eq!(is_picture(address), allowed, "{address}");
        }
    }
}
