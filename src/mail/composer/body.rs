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
    /// It goes out as plain text only: exactly this. `written` is then out of use.
    pub plain: Option<String>,
}

impl Body {
    /// The body of a draft.
    pub fn of(draft: &Draft) -> Self {
        match &draft.html {
            Some(markup) => {
                let mut written = html::parse(markup, Source::Own);
                let quote = html::take_marked(&mut written, QUOTE).map(|quote| quote.children);
                Self { written, quote, plain: None }
            }
            None => Self { written: Vec::new(), quote: None, plain: Some(draft.text.clone()) },
        }
    }

    /// Puts the body into a draft.
    pub fn write_to(&self, draft: &mut Draft) {
        draft.text = self.text();
        draft.html = self.plain.is_none().then(|| {
            let mut nodes = self.written.clone();
            nodes.extend(self.quote.clone().map(|quote| html::marked(QUOTE, quote)));
            format!("<!DOCTYPE html><html><body>{}</body></html>", html::to_html(&nodes))
        });
    }

    /// The plain text of all but the folded original.
    pub fn written_text(&self) -> String {
        self.plain.clone().unwrap_or_else(|| html::to_text(&self.written))
    }

    /// The plain text of all.
    pub fn text(&self) -> String {
        let mut text = self.written_text();
        if let Some(quote) = &self.quote {
            text.push_str("\n\n");
            text.push_str(&html::to_text(quote));
        }
        text
    }

    /// The same with or without formatting. What was folded stays so.
    pub fn set_plain(&mut self, plain: bool) {
        if plain && self.plain.is_none() {
            self.plain = Some(html::to_text(&self.written));
        } else if !plain && let Some(text) = self.plain.take() {
            self.written = html::from_text(&text);
        }
    }

    /// Puts the original below the text, to be changed there.
    pub fn unfold(&mut self) {
        let Some(quote) = self.quote.take() else { return };
        match &mut self.plain {
            Some(text) => {
                text.push_str("\n\n");
                text.push_str(&html::to_text(&quote));
            }
            None => self.written.push(html::marked(QUOTE, quote)),
        }
    }

    /// Puts this identity's signature in the place of the one before; none, if it has none.
    pub fn sign(&mut self, identity: &Identity) {
        if let Some(text) = &mut self.plain {
            // Letters have no mark that says where a signature begins: it is not put in twice.
            let signature = html::to_text(&signature(identity));
            if text.trim().is_empty() && !signature.is_empty() {
                *text = format!("\n\n{signature}");
            }
            return;
        }
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
            plain: None,
        };
        let mut draft = Draft::new(DraftKey("k".into()));
        body.write_to(&mut draft);
        assert_eq!(draft.text, "Dear Bob,\n\nYes.\n\n> And?");
        assert_eq!(Body::of(&draft), body);
    }

    #[test]
    fn a_plain_body_stays_plain() {
        let body = Body { plain: Some("a   b\n\n\n> c".into()), ..Body::default() };
        let mut draft = Draft::new(DraftKey("k".into()));
        body.write_to(&mut draft);
        assert_eq!((draft.html.as_deref(), draft.text.as_str()), (None, "a   b\n\n\n> c"));
        assert_eq!(Body::of(&draft), body);
    }

    #[test]
    fn the_words_survive_losing_and_getting_back_the_formatting() {
        let mut body =
            Body { written: html::parse("<p><b>Yes</b></p><ul><li>a</li></ul>", Source::Own), ..Body::default() };
        body.set_plain(true);
        assert_eq!(body.plain.as_deref(), Some("Yes\n\n- a"));
        body.set_plain(false);
        assert_eq!(html::to_html(&body.written), "<p>Yes</p><ul><li>a</li></ul>");
    }

    #[test]
    fn an_unfolded_original_is_folded_again_in_its_draft() {
        let mut body = Body { quote: Some(html::from_text("And?")), ..Body::default() };
        body.unfold();
        assert_eq!(body.text(), "And?");
        let mut draft = Draft::new(DraftKey("k".into()));
        body.write_to(&mut draft);
        assert_eq!(Body::of(&draft).quote, Some(html::from_text("And?")));
    }

    #[test]
    fn another_identity_brings_its_own_signature() {
        let mut body = Body::default();
        body.sign(&identity("Alice\nOwlery"));
        assert_eq!(body.text(), "Alice\nOwlery");
        body.sign(&identity("Front desk"));
        assert_eq!(body.text(), "Front desk");
        body.sign(&identity(""));
        assert_eq!(body.text(), "");
    }
}
