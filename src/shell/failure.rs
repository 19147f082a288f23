//! The last resort: when the app itself breaks, a page that says so, that nothing is lost, and how to go on.
//!
//! A panic in wasm cannot be caught, but its hook still runs. It uses the page that `index.html` keeps for an
//! app that does not start.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlElement;

use crate::locale::t;

/// Shows the page when the app panics, after the console has been told.
pub(crate) fn watch() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        show(&place);
    }));
}

fn show(reference: &str) -> Option<()> {
    let page = document();
    if page.query_selector("[data-broken]").ok()?.is_some() {
        return None;
    }
    let template = page.query_selector("template[data-start-failed]").ok()??;
    let content = js_sys::Reflect::get(&template, &"content".into()).ok()?.dyn_into::<web_sys::Node>().ok()?;
    let copy = content.clone_node_with_deep(true).ok()?;
    page.body()?.append_child(&copy).ok()?;
    let shown: HtmlElement = page.query_selector("body > .start-page:last-of-type").ok()??.dyn_into().ok()?;
    shown.set_attribute("data-broken", "").ok()?;
    let say = |selector: &str, words: &str| {
        if let Ok(Some(element)) = shown.query_selector(selector) {
            element.set_text_content(Some(words));
        }
    };
    say(".empty-state__title", &t("shell.brokeTitle"));
    say(".empty-state__words", &t("shell.brokeWords"));
    say(".empty-state__reference", reference);
    let button: HtmlElement = shown.query_selector("button").ok()??.dyn_into().ok()?;
    button.set_text_content(Some(&t("shell.reload")));
    let reload = Closure::once_into_js(|| {
        let _ = leptos::prelude::window().location().reload();
    });
    button.set_onclick(Some(reload.unchecked_ref()));
    // The focus must not stay in a page that no longer answers.
    button.focus().ok()
}
