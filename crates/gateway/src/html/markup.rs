//! HTML by allow-list: ammonia's parser and cleaner, with our list and our say about every attribute that has an
//! address, a colour or a style.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ammonia::{Builder, UrlRelative};

use super::colour::Role;
use super::style::Fence;

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
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
    "details",
    "dfn",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Dropped with what is in them.
const SWALLOWED: &[&str] = &[
    "applet", "audio", "canvas", "embed", "frame", "frameset", "iframe", "math", "noembed", "noframes", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
];

const EVERYWHERE: &[&str] = &["align", "class", "dir", "id", "lang", "role", "style", "title", "valign"];

const BY_TAG: &[(&str, &[&str])] = &[
    ("a", &["href", "name"]),
    ("blockquote", &["type"]),
    ("col", &["span", "width"]),
    ("colgroup", &["span", "width"]),
    ("details", &["open"]),
    ("font", &["color", "face", "size"]),
    ("hr", &["color", "noshade", "size", "width"]),
    ("img", &["alt", "border", "height", "hspace", "src", "vspace", "width"]),
    ("li", &["type", "value"]),
    ("ol", &["reversed", "start", "type"]),
    (
        "table",
        &[
            "background",
            "bgcolor",
            "border",
            "bordercolor",
            "cellpadding",
            "cellspacing",
            "frame",
            "height",
            "rules",
            "summary",
            "width",
        ],
    ),
    ("tbody", &["bgcolor"]),
    ("td", &["abbr", "background", "bgcolor", "colspan", "headers", "height", "nowrap", "rowspan", "scope", "width"]),
    ("th", &["abbr", "background", "bgcolor", "colspan", "headers", "height", "nowrap", "rowspan", "scope", "width"]),
    ("time", &["datetime"]),
    ("tr", &["background", "bgcolor", "height"]),
    ("ul", &["type"]),
];

/// The inside of a page's body, with nothing in it but what is on the list.
pub(super) fn clean(html: &str, fence: &Arc<Fence>) -> String {
    let fence = Arc::clone(fence);
    Builder::empty()
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(SWALLOWED.iter().copied().collect())
        .generic_attributes(EVERYWHERE.iter().copied().collect())
        .tag_attributes(by_tag())
        .url_schemes(["http", "https", "mailto", "tel", "cid", "data"].into())
        // Only a picture by its Content-Location is relative to anything; see `attribute`.
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(move |element, attribute, value| self::attribute(&fence, element, attribute, value))
        .strip_comments(true)
        .clean(html)
        .to_string()
}

fn by_tag() -> HashMap<&'static str, HashSet<&'static str>> {
    BY_TAG.iter().map(|(tag, attributes)| (*tag, attributes.iter().copied().collect())).collect()
}

fn attribute<'v>(fence: &Fence, element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match (element, attribute) {
        (_, "style") => Some(fence.declarations(value).into()).filter(|style: &Cow<'_, str>| !style.is_empty()),
        ("img", "src") | (_, "background") => fence.picture(value).map(Cow::Owned),
        (_, "bgcolor") => fence.attribute_colour(value, Role::Ground).map(Cow::Owned),
        ("font", "color") => fence.attribute_colour(value, Role::Ink).map(Cow::Owned),
        (_, "color" | "bordercolor") => fence.attribute_colour(value, Role::Edge).map(Cow::Owned),
        ("a", "href") => is_link(value).then_some(Cow::Borrowed(value)),
        // Our own names are ours: a mail does not dress up as the page around it.
        (_, "class" | "id") => Some(value.replace("owlet-", "x-").into()),
        _ => Some(Cow::Borrowed(value)),
    }
}

/// Where a link may lead: elsewhere. Within the page it would open the page again in a tab of its own.
fn is_link(value: &str) -> bool {
    url::Url::parse(value.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}
