//! The last resort: a page that says that the app stopped, that nothing is lost, and how to go on.
//!
//! A panic ends the wasm, so it is `public/boot.js` that shows the page when a trap reaches the browser; here its words
//! are put into the reader's language beforehand.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlTemplateElement;

use crate::locale::t;

/// Makes the page ready.
pub(crate) fn prepare() {
    let Ok(Some(template)) = document().query_selector("template[data-stopped]") else { return };
    let content = template.unchecked_into::<HtmlTemplateElement>().content();
    for (place, words) in [("h1", "shell.brokeTitle"), ("p", "shell.brokeWords"), ("button", "shell.reload")] {
        if let Ok(Some(element)) = content.query_selector(place) {
            element.set_text_content(Some(&t(words)));
        }
    }
}
