//! The body of a mail being written: what is written, and the original below it; and how both go into a draft's two
//! texts and come back from them.

use super::html::{self, Node, QUOTE, SIGNATURE, Source};
use crate::records::{Draft, Identity};

/// What is written, in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Text, with the signature in it; with the original too, once that was unfolded.
    pub written: Vec<Node>,
    /// The original, folded.
    pub quote: Option<Vec<Node>>,
    /// It goes out as plain text only.
    pub plain: bool,
}

impl Body {
    /// The body of a draft.
    pub fn of(draft: &Draft) -> Self {
        match &draft.html {
            Some(markup) => {
                let mut written = html::parse(markup, Source::Own);
                let quote = html::take_marked(&mut written, QUOTE).map(|quote| quote.children);
                Self { written, quote, plain: false }
            }
            None => Self { written: html::from_text(&draft.text), quote: None, plain: true },
        }
    }

    /// Puts the body into a draft.
    pub fn write_to(&self, draft: &mut Draft) {
        draft.text = self.text();
        draft.html = (!self.plain).then(|| {
            let mut nodes = self.written.clone();
            nodes.extend(self.quote.clone().map(|quote| html::marked(QUOTE, quote)));
            format!("<!DOCTYPE html><html><body>{}</body></html>", html::to_html(&nodes))
        });
    }

    /// The plain text of all.
    pub fn text(&self) -> String {
        let mut text = html::to_text(&self.written);
        if let Some(quote) = &self.quote {
            text.push_str("\n\n");
            text.push_str(&html::to_text(quote));
        }
        text
    }

    /// Whether the person wrote nothing themselves: neither text nor a picture beside signature and original.
    pub fn is_untouched(&self) -> bool {
        let mut own = self.written.clone();
        while html::take_marked(&mut own, SIGNATURE).is_some() || html::take_marked(&mut own, QUOTE).is_some() {}
        html::is_empty(&own)
    }

    /// Puts this identity's signature in the place of the one before; none, if it has none.
    pub fn sign(&mut self, identity: &Identity) {
        let at = self.written.iter().position(is_signature).unwrap_or(self.written.len());
        let had = html::take_marked(&mut self.written, SIGNATURE).is_some();
        let signature = signature(identity);
        if signature.is_empty() {
            return;
        }
        if !had && self.written.is_empty() {
            self.written.push(html::paragraph(Vec::new()));
        }
        let at = if had { at } else { self.written.len() };
        self.written.insert(at.min(self.written.len()), html::marked(SIGNATURE, signature));
    }
}

fn is_signature(node: &Node) -> bool {
    matches!(node, Node::Element(element) if element.attribute("class") == Some(SIGNATURE))
}

fn signature(identity: &Identity) -> Vec<Node> {
    let rich = html::parse(&identity.html_signature, Source::Own);
    if html::is_empty(&rich) { html::from_text(&identity.text_signature) } else { rich }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::DraftKey;

    fn identity(signature: &str) -> Identity {
        Identity {
            id: "i1".into(),
            name: "Alice".into(),
            email: "alice@owlery.example".into(),
            reply_to: None,
            bcc: None,
            text_signature: signature.into(),
            html_signature: String::new(),
            may_delete: false,
        }
    }

    #[test]
    fn a_body_comes_back_from_its_draft() {
        let body = Body {
            written: html::from_text("Dear Bob,\n\nYes."),
            quote: Some(vec![html::quotation(html::from_text("And?"))]),
            plain: false,
        };
        let mut draft = Draft::new(DraftKey("k".into()));
        body.write_to(&mut draft);
        assert_eq!(draft.text, "Dear Bob,\n\nYes.\n\n> And?");
        assert_eq!(Body::of(&draft), body);
    }

    #[test]
    fn a_plain_body_stays_plain() {
        let body = Body { written: html::from_text("a\n\n> b"), quote: None, plain: true };
        let mut draft = Draft::new(DraftKey("k".into()));
        body.write_to(&mut draft);
        assert_eq!((draft.html.as_deref(), draft.text.as_str()), (None, "a\n\n> b"));
        assert_eq!(Body::of(&draft), body);
    }

    #[test]
    fn another_identity_brings_its_own_signature() {
        let mut body = Body::default();
        body.sign(&identity("Alice\nOwlery"));
        assert_eq!(body.text(), "Alice\nOwlery");
        assert!(body.is_untouched());
        body.sign(&identity("Front desk"));
        assert_eq!(body.text(), "Front desk");
        body.sign(&identity(""));
        assert_eq!(body.text(), "");
    }
}
