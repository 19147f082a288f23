//! What is done with the mail, in one line below the text: send, later, attach, picture, letters, more, throw away.

use leptos::{ev, html, prelude::*};

use super::super::composers::Composers;
use super::super::editor::Editor;
use super::super::later::SendLater;
use super::super::outcome::When;
use super::super::writing::Writing;
use crate::locale::{dates, t, t_with};
use crate::records::DraftStatus;
use crate::ui::{Button, ButtonKind, IconButton, IconName, MenuButton, MenuChoice, MenuFace, MenuItem, MenuRule};

#[component]
pub(super) fn Tools(writing: Writing, editor: Editor, formats: RwSignal<bool>, send: Callback<When>) -> impl IntoView {
    let composers = expect_context::<Composers>();
    let files = NodeRef::<html::Input>::new();
    let pictures = NodeRef::<html::Input>::new();
    let choose = |input: NodeRef<html::Input>| {
        Callback::new(move |()| {
            if let Some(input) = input.get_untracked() {
                input.click();
            }
        })
    };
    let chosen = move |event: ev::Event, inline: bool| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        let list = input.files();
        for file in list.iter().flat_map(|list| (0..list.length()).filter_map(|index| list.get(index))) {
            let is_plain = writing.body.with_untracked(|body| body.plain.is_some());
            if inline && !is_plain { editor.insert_picture(&file) } else { writing.attach(&file, None) }
        }
        // So that the same file can be chosen again after it was taken away.
        input.set_value("");
    };
    let is_plain = Signal::derive(move || writing.body.with(|body| body.plain.is_some()));
    let toggle_plain = Callback::new(move |()| {
        editor.read();
        let mut body = writing.body.get_untracked();
        let plain = body.plain.is_none();
        body.set_plain(plain);
        writing.set_body(body);
        writing.touch();
    });
    let flip = move |signal: RwSignal<bool>| {
        Callback::new(move |()| {
            signal.update(|on| *on = !*on);
            writing.touch();
        })
    };
    let show = |signal: RwSignal<bool>| Callback::new(move |()| signal.set(true));
    let discard = Callback::new(move |()| {
        editor.read();
        composers.discard(writing);
    });
    let waits = Signal::derive(move || writing.sends_soon.get().is_some());
    let status = writing.status();
    let state = move || match status.get() {
        DraftStatus::Empty => String::new(),
        DraftStatus::Saving => t("composer.saving"),
        DraftStatus::Kept { at } => t_with("composer.kept", &[("time", &dates::time(at.millis() as f64))]),
        DraftStatus::KeptHere { at } => t_with("composer.keptHere", &[("time", &dates::time(at.millis() as f64))]),
        DraftStatus::Failed(_) => t("composer.notKept"),
    };
    view! {
        <div class="composer__tools">
            <span class="composer__send">
                <Button
                    kind=ButtonKind::Primary
                    icon=IconName::Send
                    keys="Ctrl Enter".to_owned()
                    busy=waits
                    on_press=Callback::new(move |()| send.run(When::Now))
                >
                    {t("composer.send")}
                </Button>
                <SendLater on_time=send />
            </span>
            <IconButton name=t("composer.attach") icon=IconName::Attach on_press=choose(files) />
            <Show when=move || !is_plain.get()>
                <IconButton name=t("composer.picture") icon=IconName::Image on_press=choose(pictures) />
                <IconButton
                    name=t("composer.letters")
                    icon=IconName::TextStyle
                    expanded=Signal::derive(move || Some(formats.get()))
                    on_press=Callback::new(move |()| formats.update(|on| *on = !*on))
                />
            </Show>
            <MenuButton name=t("composer.more") face=MenuFace::Icon(IconName::More)>
                <MenuChoice words=t("composer.important") checked=writing.important on_press=flip(writing.important) />
                <MenuChoice
                    words=t("composer.askReceipt")
                    checked=writing.wants_receipt
                    on_press=flip(writing.wants_receipt)
                />
                <MenuChoice words=t("composer.plainText") checked=is_plain on_press=toggle_plain />
                <Show when=move || !writing.shows_subject.get()>
                    <MenuRule />
                    <MenuItem words=t("composer.editSubject") icon=IconName::Edit on_press=show(writing.shows_subject) />
                </Show>
            </MenuButton>
            <span class="composer__state">
                <span role="status" class="truncate">{state}</span>
            </span>
            <IconButton name=t("composer.discard") icon=IconName::Delete on_press=discard />
            <input
                type="file"
                multiple
                hidden
                tabindex="-1"
                aria-hidden="true"
                data-picks="files"
                on:change=move |event| chosen(event, false)
                node_ref=files
            />
            <input
                type="file"
                multiple
                hidden
                accept="image/png,image/jpeg,image/gif,image/webp"
                tabindex="-1"
                aria-hidden="true"
                data-picks="pictures"
                on:change=move |event| chosen(event, true)
                node_ref=pictures
            />
        </div>
    }
}
