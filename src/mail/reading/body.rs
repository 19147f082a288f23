//! The body of a mail: plain text as text, HTML as the gateway's document in a frame.
//!
//! The frame's sandbox has no `allow-scripts` and the document's own policy allows none either, so nothing in
//! it runs; it shares our origin only so that this page can measure it and take its keys and `mailto:` links.

use std::sync::Arc;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlIFrameElement, KeyboardEvent, ResizeObserver};

use super::fold::{Piece, pieces};
use crate::locale::{t, t_count};
use crate::mail::desk::Desk;
use crate::mail::said;
use crate::mail::summary::full_name;
use crate::records::{EmailDetails, RemoteImages};
use crate::shell::{FrameState, system_is_dark};
use crate::ui::{IconName, Notice, NoticeKind, Scheme, Toast, all};

/// What the frame may do: links open elsewhere. No scripts, ever.
const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox allow-same-origin";

/// How high a document stands that cannot be measured, in pixels.
const UNMEASURED: f64 = 480.0;

/// The body.
#[component]
pub(super) fn Body(
    /// Of which mail.
    details: Arc<EmailDetails>,
    /// In its own colours although the page is dark.
    original: RwSignal<bool>,
) -> impl IntoView {
    if details.is_html {
        view! { <HtmlBody details original /> }.into_any()
    } else {
        view! { <PlainBody text=details.text.clone() /> }.into_any()
    }
}

/// Words as they were typed, quoted lines quiet, addresses of the web as links.
#[component]
fn PlainBody(text: String) -> impl IntoView {
    let lines = text.trim_end().split_inclusive('\n');
    let mut blocks: Vec<(bool, String)> = Vec::new();
    for line in lines {
        let quoted = line.starts_with('>');
        match blocks.last_mut() {
            Some((was, block)) if *was == quoted => block.push_str(line),
            Some(_) | None => blocks.push((quoted, line.to_owned())),
        }
    }
    let block = |(quoted, text): (bool, String)| {
        let parts = pieces(&text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned().into_any(),
                Piece::Link(link) => {
                    view! { <a href=link.to_owned() target="_blank" rel="noopener noreferrer">{link.to_owned()}</a> }
                        .into_any()
                }
            })
            .collect_view();
        view! { <div class="email__text" data-quoted=quoted.then_some("")>{parts}</div> }
    };
    view! { <div class="email__body">{blocks.into_iter().map(block).collect_view()}</div> }
}

#[component]
fn HtmlBody(details: Arc<EmailDetails>, original: RwSignal<bool>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let frame_state = expect_context::<FrameState>();
    let frame = NodeRef::<html::Iframe>::new();
    let images = RwSignal::new(RemoteImages::BySender);
    let withheld = RwSignal::new(0_u64);
    let height = RwSignal::new(None::<f64>);
    let watched = StoredValue::new_local(None::<Watched>);
    let dark = is_dark(desk);
    let id = details.email.id.clone();
    let src = Memo::new(move |_| {
        desk.records.body_url(&id, images.get(), dark.get() && !original.get() && !desk.printing.get())
    });
    let loaded = move |_: ev::Event| {
        let Some(frame) = frame.get_untracked() else { return };
        let listens = Watched::new(&frame, height, desk, frame_state.press);
        if listens.is_none() {
            // A page of an error, or a browser that keeps the document to itself: it scrolls within its frame.
            height.set(Some(UNMEASURED));
        }
        watched.set_value(listens);
        let count = body_of(&frame).and_then(|body| body.get_attribute("data-withheld-images"));
        withheld.set(count.and_then(|count| count.parse().ok()).unwrap_or_default());
    };
    on_cleanup(move || {
        watched.try_set_value(None);
    });
    let sender = details.email.from.first().cloned();
    let name = sender.as_ref().map(|sender| full_name(sender).to_owned()).unwrap_or_default();
    let title = crate::locale::t_with("mail.bodyOf", &[("name", &name)]);
    let always = Callback::new(move |()| {
        images.set(RemoteImages::Shown);
        if let Some(sender) = sender.clone() {
            leptos::task::spawn_local(async move {
                if let Err(failure) = desk.records.trust_sender(sender.email, true).await {
                    desk.toasts.show(Toast::new(said::failure(&failure)));
                }
            });
        }
    });
    view! {
        {move || {
            let count = withheld.get();
            (count > 0)
                .then(|| {
                    view! {
                        <div class="email__notice">
                            <Notice
                                kind=NoticeKind::Caution
                                icon=IconName::Image
                                words=t_count("mail.imagesWithheld", count, &[])
                                act=t("mail.showOnce")
                                on_act=move |()| images.set(RemoteImages::Shown)
                                other=t("mail.showAlways")
                                on_other=always
                            />
                        </div>
                    }
                })
        }}
        <iframe
            class="email__frame"
            title=title
            sandbox=SANDBOX
            referrerpolicy="no-referrer"
            src=move || src.get()
            style:block-size=move || height.get().map(|height| format!("{height}px"))
            data-waiting=move || height.get().is_none().then_some("")
            on:load=loaded
            node_ref=frame
        ></iframe>
    }
}

/// The page is dark, by choice or by the system.
pub(super) fn is_dark(desk: Desk) -> Memo<bool> {
    let system = system_is_dark();
    Memo::new(move |_| match desk.preferences.scheme.get() {
        Scheme::System => system.get(),
        Scheme::Light => false,
        Scheme::Dark => true,
    })
}

/// A document in a frame has colours made for the dark, or is being loaded.
pub(crate) fn is_dark_anywhere() -> bool {
    let Some(page) = document().body() else { return false };
    all(&page, ".email__frame").into_iter().filter_map(|frame| frame.dyn_into::<HtmlIFrameElement>().ok()).any(
        |frame| {
            let wanted = frame.src().contains("scheme=dark");
            let root = frame.content_document().and_then(|document| document.document_element());
            wanted || root.is_some_and(|root| root.get_attribute("data-scheme").as_deref() == Some("dark"))
        },
    )
}

fn body_of(frame: &HtmlIFrameElement) -> Option<Element> {
    frame.content_document()?.query_selector("body").ok().flatten()
}

/// What listens in a frame's document, for as long as that document is shown.
struct Watched {
    root: Element,
    observer: ResizeObserver,
    _resized: Closure<dyn Fn()>,
    pressed: Closure<dyn Fn(KeyboardEvent)>,
    clicked: Closure<dyn Fn(web_sys::MouseEvent)>,
}

impl Watched {
    fn new(
        frame: &HtmlIFrameElement,
        height: RwSignal<Option<f64>>,
        desk: Desk,
        press: Callback<KeyboardEvent>,
    ) -> Option<Self> {
        let document = frame.content_document()?;
        let body = body_of(frame)?;
        let root = document.document_element()?;
        let measure = {
            let body = body.clone();
            move || {
                // The body's own box: the root is as high as the frame, which would never shrink.
                let tall = f64::from(body.scroll_height()).max(body.get_bounding_client_rect().height());
                height.try_set(Some(tall.ceil() + 2.0));
            }
        };
        measure();
        let resized = Closure::<dyn Fn()>::new(measure);
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
        observer.observe(&body);
        let pressed = Closure::<dyn Fn(KeyboardEvent)>::new(move |event| press.run(event));
        let _ = root.add_event_listener_with_callback("keydown", pressed.as_ref().unchecked_ref());
        let clicked = Closure::<dyn Fn(web_sys::MouseEvent)>::new(move |event: web_sys::MouseEvent| {
            // The frame has a realm of its own, so what was pressed is no `Element` of ours to `instanceof`.
            let target = event.target().map(|target| target.unchecked_into::<Element>());
            let link = target.and_then(|target| target.closest("a[href^='mailto:']").ok().flatten());
            if let Some(address) = link.and_then(|link| link.get_attribute("href")) {
                event.prevent_default();
                desk.composers.mailto(&address);
            }
        });
        let _ = root.add_event_listener_with_callback("click", clicked.as_ref().unchecked_ref());
        Some(Self { root, observer, _resized: resized, pressed, clicked })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.observer.disconnect();
        // The document may outlive this by a moment, and must not call what is gone.
        let _ = self.root.remove_event_listener_with_callback("keydown", self.pressed.as_ref().unchecked_ref());
        let _ = self.root.remove_event_listener_with_callback("click", self.clicked.as_ref().unchecked_ref());
    }
}
