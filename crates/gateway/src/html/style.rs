//! CSS behind a fence: read by a real parser and written anew from what is known to be harmless.
//!
//! Kept: type, colour, box and table properties, `@media`. Gone: whatever leaves its box (`position`, `transform`),
//! whatever fetches (`@import`, `@font-face`, `url()` that is not a picture of the mail), whatever makes text
//! (`content`) or hides behind a name we do not know. A picture's address is asked of [`Pictures`].

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, RuleBodyParser, StyleSheetParser, ToCss as _, Token, TokenSerializationType,
};

use super::colour::{Colour, Role};
use super::{Answer, Picture, Pictures, Scheme};

/// Octets of CSS that are read of one mail's sheet.
const MAX_SHEET: usize = 512 * 1024;

const PROPERTIES: &[&str] = &[
    "align-content",
    "align-items",
    "align-self",
    "background",
    "background-clip",
    "background-color",
    "background-image",
    "background-origin",
    "background-position",
    "background-repeat",
    "background-size",
    "border",
    "border-block",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-left-radius",
    "border-bottom-right-radius",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-inline",
    "border-inline-end",
    "border-inline-start",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-left-radius",
    "border-top-right-radius",
    "border-top-style",
    "border-top-width",
    "border-width",
    "box-shadow",
    "box-sizing",
    "caption-side",
    "clear",
    "color",
    "column-count",
    "column-gap",
    "column-width",
    "columns",
    "direction",
    "display",
    "empty-cells",
    "flex",
    "flex-basis",
    "flex-direction",
    "flex-flow",
    "flex-grow",
    "flex-shrink",
    "flex-wrap",
    "float",
    "font",
    "font-family",
    "font-feature-settings",
    "font-kerning",
    "font-size",
    "font-stretch",
    "font-style",
    "font-variant",
    "font-weight",
    "gap",
    "height",
    "hyphens",
    "justify-content",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-block",
    "margin-bottom",
    "margin-inline",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "mso-hide",
    "object-fit",
    "object-position",
    "opacity",
    "order",
    "orphans",
    "outline",
    "outline-color",
    "outline-style",
    "outline-width",
    "overflow",
    "overflow-wrap",
    "overflow-x",
    "padding",
    "padding-block",
    "padding-bottom",
    "padding-inline",
    "padding-left",
    "padding-right",
    "padding-top",
    "page-break-after",
    "page-break-before",
    "page-break-inside",
    "quotes",
    "row-gap",
    "table-layout",
    "tab-size",
    "text-align",
    "text-align-last",
    "text-decoration",
    "text-decoration-color",
    "text-decoration-line",
    "text-decoration-style",
    "text-indent",
    "text-overflow",
    "text-shadow",
    "text-transform",
    "unicode-bidi",
    "vertical-align",
    "visibility",
    "white-space",
    "widows",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
    "writing-mode",
];

const FUNCTIONS: &[&str] =
    &["calc", "min", "max", "clamp", "rgb", "rgba", "hsl", "hsla", "linear-gradient", "radial-gradient"];

const PSEUDO_CLASSES: &[&str] = &[
    "active",
    "empty",
    "first-child",
    "first-of-type",
    "focus",
    "hover",
    "last-child",
    "last-of-type",
    "link",
    "not",
    "nth-child",
    "nth-last-child",
    "nth-of-type",
    "only-child",
    "root",
    "visited",
];

/// Cleans CSS, and counts the pictures that were withheld, also those of attributes.
pub(super) struct Fence {
    scheme: Scheme,
    pictures: Arc<dyn Pictures>,
    withheld: AtomicUsize,
}

/// Something is not on the list.
struct Refused;

impl Fence {
    pub(super) fn new(scheme: Scheme, pictures: Arc<dyn Pictures>) -> Self {
        Self { scheme, pictures, withheld: AtomicUsize::new(0) }
    }

    pub(super) fn withheld(&self) -> usize {
        self.withheld.load(Ordering::Relaxed)
    }

    /// Where a picture is shown from, if it is. `cid:` and http addresses, and pictures written out as `data:`.
    pub(super) fn picture(&self, address: &str) -> Option<String> {
        let address = address.trim();
        let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let answer = match scheme.as_deref() {
            Some("data") => return is_data_picture(address).then(|| address.to_owned()),
            Some("cid") => self.pictures.resolve(Picture::Inside(address.get(4..)?)),
            Some("http" | "https") => self.pictures.resolve(Picture::Remote(address)),
            None if address.starts_with("//") => self.pictures.resolve(Picture::Remote(&format!("https:{address}"))),
            // A Content-Location; anything else has no base to be relative to.
            None => self.pictures.resolve(Picture::Inside(address)),
            Some(_) => Answer::Missing,
        };
        match answer {
            Answer::Show(address) => Some(address),
            Answer::Withhold => {
                self.withheld.fetch_add(1, Ordering::Relaxed);
                None
            }
            Answer::Missing => None,
        }
    }

    /// What an attribute such as `bgcolor` says, for this page.
    pub(super) fn attribute_colour(&self, value: &str, role: Role) -> Option<String> {
        let colour = Colour::from_attribute(value)?;
        Some(self.colour(colour, role).to_css())
    }

    fn colour(&self, colour: Colour, role: Role) -> Colour {
        match self.scheme {
            Scheme::Light => colour,
            Scheme::Dark => colour.turned(role),
        }
    }

    /// A `style` attribute.
    pub(super) fn declarations(&self, css: &str) -> String {
        let mut input = Parser::new(css);
        self.read_declarations(&mut input)
    }

    fn read_declarations(&self, input: &mut Parser<'_>) -> String {
        let mut declarations = Declarations(self);
        RuleBodyParser::new(input, &mut declarations).flatten().collect::<Vec<String>>().join(";")
    }

    /// A `<style>` element. What comes out has no `<`, so it cannot end the element that it is put in.
    pub(super) fn sheet(&self, css: &str) -> String {
        let css = css.get(..css.floor_char_boundary(MAX_SHEET)).unwrap_or_default();
        // HTML comments around a sheet are from the last century and still written.
        let css = css.replace("<!--", " ").replace("-->", " ");
        let mut input = Parser::new(&css);
        let mut rules = Rules(self);
        let sheet: String = StyleSheetParser::new(&mut input, &mut rules).flatten().collect();
        sheet.replace('<', "\\3c ")
    }

    /// The value of a property, written anew.
    fn value(&self, property: &str, input: &mut Parser<'_>) -> Result<String, Refused> {
        let role = match property {
            _ if property.starts_with("background") => Role::Ground,
            _ if property.starts_with("border") || property.starts_with("outline") => Role::Edge,
            "box-shadow" | "text-shadow" => Role::Ground,
            _ => Role::Ink,
        };
        let has_colours = !matches!(property, "font" | "font-family" | "display" | "float");
        let mut out = Writer::default();
        self.tokens(property, role, has_colours, input, &mut out)?;
        Ok(out.text.trim().to_owned())
    }

    fn tokens(
        &self,
        property: &str,
        role: Role,
        has_colours: bool,
        input: &mut Parser<'_>,
        out: &mut Writer,
    ) -> Result<(), Refused> {
        while let Ok(token) = input.next_including_whitespace() {
            let token = token.clone();
            match &token {
                Token::Function(name) => {
                    let name = name.to_ascii_lowercase();
                    if name == "url" {
                        let address = input
                            .parse_nested_block(|input| input.expect_string_cloned().map_err(ParseError::<()>::from));
                        self.address(property, &address.map_err(|_| Refused)?, out)?;
                        continue;
                    }
                    if !FUNCTIONS.contains(&name.as_str()) {
                        return Err(Refused);
                    }
                    if let Some(colour) = colour_function(&name, input) {
                        out.raw(&self.colour(colour, role).to_css());
                        continue;
                    }
                    out.token(&token);
                    input
                        .parse_nested_block(|input| {
                            self.tokens(property, role, has_colours, input, out)
                                .map_err(|Refused| ParseError::<()>::unexpected_token())
                        })
                        .map_err(|_| Refused)?;
                    out.raw(")");
                }
                Token::UnquotedUrl(address) => self.address(property, address, out)?,
                Token::QuotedString(_)
                | Token::Number { .. }
                | Token::Percentage { .. }
                | Token::Dimension { .. }
                | Token::Comma
                | Token::Delim('/' | '*' | '+' | '-' | '!') => out.token(&token),
                Token::WhiteSpace(_) => out.space(),
                Token::Ident(_) | Token::Hash(_) | Token::IDHash(_) => match Colour::from_token(&token) {
                    Some(colour) if has_colours => out.raw(&self.colour(colour, role).to_css()),
                    _ if matches!(&token, Token::Ident(name) if is_harmless(property, name)) => out.token(&token),
                    _ => return Err(Refused),
                },
                _ => return Err(Refused),
            }
        }
        Ok(())
    }

    fn address(&self, property: &str, address: &str, out: &mut Writer) -> Result<(), Refused> {
        if !matches!(property, "background" | "background-image") {
            return Err(Refused);
        }
        match self.picture(address) {
            Some(address) => {
                let token = Token::UnquotedUrl(address.as_str().into());
                out.token(&token);
            }
            // The colour beside it in a `background` is still good.
            None => out.raw("none"),
        }
        Ok(())
    }
}

fn is_harmless(property: &str, ident: &str) -> bool {
    let ident = ident.to_ascii_lowercase();
    let leaves_its_box = property == "display" && ident == "contents";
    !leaves_its_box && !ident.starts_with("-moz-binding") && ident != "behavior"
}

/// `data:image/png;base64,…` and its kin; no SVG.
fn is_data_picture(address: &str) -> bool {
    let head = address.get(..address.len().min(40)).unwrap_or_default().to_ascii_lowercase();
    ["png", "jpeg", "jpg", "gif", "webp", "avif", "bmp"]
        .iter()
        .any(|kind| head.starts_with(&format!("data:image/{kind};base64,")))
        && address.bytes().skip(5).all(|byte| byte.is_ascii_alphanumeric() || b"/+=;,".contains(&byte))
}

fn colour_function(name: &str, input: &mut Parser<'_>) -> Option<Colour> {
    if !matches!(name, "rgb" | "rgba" | "hsl" | "hsla") {
        return None;
    }
    let numbers = input.parse_nested_block(|input| {
        let mut numbers: Vec<(f32, bool)> = Vec::new();
        while let Ok(token) = input.next() {
            match token {
                Token::Number { value, .. } => numbers.push((*value, false)),
                Token::Percentage { unit_value, .. } => numbers.push((*unit_value, true)),
                Token::Dimension { value, .. } => numbers.push((*value, false)),
                Token::Comma | Token::Delim('/') => {}
                _ => return Err(ParseError::<()>::unexpected_token()),
            }
        }
        Ok(numbers)
    });
    let numbers = numbers.ok()?;
    let alpha = numbers.get(3).map_or(1.0, |(alpha, _)| *alpha);
    let [(first, first_is_percent), (second, second_is_percent), (third, third_is_percent), ..] = numbers.as_slice()
    else {
        return None;
    };
    if name.starts_with("hsl") {
        return Some(Colour::from_hsl(*first, *second, *third, alpha));
    }
    let part = |value: f32, is_percent: bool| if is_percent { value } else { value / 255.0 };
    Some(Colour::new(
        part(*first, *first_is_percent),
        part(*second, *second_is_percent),
        part(*third, *third_is_percent),
        alpha,
    ))
}

/// Tokens side by side, kept apart where they would run together.
#[derive(Default)]
struct Writer {
    text: String,
    last: TokenSerializationType,
}

impl Writer {
    fn token(&mut self, token: &Token<'_>) {
        let kind = token.serialization_type();
        if self.last.needs_separator_when_before(kind) {
            self.text.push(' ');
        }
        self.last = kind;
        // Writing to a String does not fail.
        let _ = token.to_css(&mut self.text);
    }

    fn raw(&mut self, text: &str) {
        if !matches!(self.text.chars().last(), None | Some(' ' | '(' | ',')) && text != ")" {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.last = TokenSerializationType::default();
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.last = TokenSerializationType::default();
    }
}

struct Declarations<'f>(&'f Fence);

impl<'i> DeclarationParser<'i> for Declarations<'_> {
    type Declaration = String;
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
        _: &ParserState,
    ) -> Result<String, ParseError<()>> {
        let name = name.to_ascii_lowercase();
        if !PROPERTIES.contains(&name.as_str()) {
            return Err(ParseError::unexpected_token());
        }
        let value = self.0.value(&name, input).map_err(|Refused| ParseError::unexpected_token())?;
        if value.is_empty() {
            return Err(ParseError::unexpected_token());
        }
        Ok(format!("{name}:{value}"))
    }
}

impl<'i> AtRuleParser<'i> for Declarations<'_> {
    type Prelude = ();
    type AtRule = String;
    type Error = ();
}

impl<'i> QualifiedRuleParser<'i> for Declarations<'_> {
    type Prelude = ();
    type QualifiedRule = String;
    type Error = ();
}

impl<'i> RuleBodyItemParser<'i, String, ()> for Declarations<'_> {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}

struct Rules<'f>(&'f Fence);

impl<'i> QualifiedRuleParser<'i> for Rules<'_> {
    type Prelude = String;
    type QualifiedRule = String;
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<String, ParseError<()>> {
        selector(input).map_err(|Refused| ParseError::unexpected_token())
    }

    fn parse_block(
        &mut self,
        selector: String,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<String, ParseError<()>> {
        let declarations = self.0.read_declarations(input);
        Ok(if declarations.is_empty() { String::new() } else { format!("{selector}{{{declarations}}}") })
    }
}

impl<'i> AtRuleParser<'i> for Rules<'_> {
    type Prelude = String;
    type AtRule = String;
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>) -> Result<String, ParseError<()>> {
        if !name.eq_ignore_ascii_case("media") {
            return Err(ParseError::unexpected_token());
        }
        media(input).map_err(|Refused| ParseError::unexpected_token())
    }

    fn parse_block(
        &mut self,
        media: String,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<String, ParseError<()>> {
        let mut rules = Rules(self.0);
        let inner: String = StyleSheetParser::new(input, &mut rules).flatten().collect();
        Ok(if inner.is_empty() { String::new() } else { format!("@media {media}{{{inner}}}") })
    }
}

fn selector(input: &mut Parser<'_>) -> Result<String, Refused> {
    let mut out = Writer::default();
    selector_tokens(input, &mut out)?;
    let text = out.text.trim().to_owned();
    if text.is_empty() { Err(Refused) } else { Ok(text) }
}

fn selector_tokens(input: &mut Parser<'_>, out: &mut Writer) -> Result<(), Refused> {
    let mut after_colon = false;
    while let Ok(token) = input.next_including_whitespace() {
        let token = token.clone();
        match &token {
            Token::Ident(name) | Token::Function(name)
                if after_colon && !PSEUDO_CLASSES.contains(&name.to_ascii_lowercase().as_str()) =>
            {
                return Err(Refused);
            }
            Token::Function(_) if !after_colon => return Err(Refused),
            Token::Function(_) => {
                out.token(&token);
                nested_selector(input, out, ")")?;
            }
            Token::SquareBracketBlock => {
                out.text.push('[');
                out.last = TokenSerializationType::default();
                nested_selector(input, out, "]")?;
            }
            Token::WhiteSpace(_) => out.space(),
            // Two colons are a pseudo-element: it makes a box of its own.
            Token::Colon if after_colon => return Err(Refused),
            Token::Colon => {
                out.text.push(':');
                out.last = TokenSerializationType::default();
                after_colon = true;
                continue;
            }
            Token::Ident(_)
            | Token::IDHash(_)
            | Token::Comma
            | Token::QuotedString(_)
            | Token::Number { .. }
            | Token::Dimension { .. }
            | Token::IncludeMatch
            | Token::DashMatch
            | Token::PrefixMatch
            | Token::SuffixMatch
            | Token::SubstringMatch
            | Token::Delim('.' | '>' | '+' | '~' | '*' | '=' | '-') => out.token(&token),
            _ => return Err(Refused),
        }
        after_colon = false;
    }
    Ok(())
}

fn nested_selector(input: &mut Parser<'_>, out: &mut Writer, end: &str) -> Result<(), Refused> {
    input
        .parse_nested_block(|input| selector_tokens(input, out).map_err(|Refused| ParseError::<()>::unexpected_token()))
        .map_err(|_| Refused)?;
    out.text.push_str(end);
    out.last = TokenSerializationType::default();
    Ok(())
}

/// A media query; not one that asks for the scheme, since the page is made for one.
fn media(input: &mut Parser<'_>) -> Result<String, Refused> {
    let mut out = Writer::default();
    media_tokens(input, &mut out)?;
    Ok(out.text.trim().to_owned())
}

fn media_tokens(input: &mut Parser<'_>, out: &mut Writer) -> Result<(), Refused> {
    while let Ok(token) = input.next_including_whitespace() {
        let token = token.clone();
        match &token {
            Token::ParenthesisBlock => {
                out.raw("(");
                input
                    .parse_nested_block(|input| {
                        media_tokens(input, out).map_err(|Refused| ParseError::<()>::unexpected_token())
                    })
                    .map_err(|_| Refused)?;
                out.raw(")");
            }
            Token::Ident(name) if name.eq_ignore_ascii_case("prefers-color-scheme") => return Err(Refused),
            Token::WhiteSpace(_) => out.space(),
            Token::Ident(_)
            | Token::Number { .. }
            | Token::Dimension { .. }
            | Token::Comma
            | Token::Colon
            | Token::Delim('/' | '=' | '>') => out.token(&token),
            _ => return Err(Refused),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
