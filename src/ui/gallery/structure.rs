//! Examples of splitters, trees, sheets and the owl.

use leptos::prelude::*;

use super::Example;
use crate::ui::{Count, Icon, IconName, Owl, Sheet, Splitter, Tree, TreeRow};

/// All of them.
#[component]
pub(super) fn Structure() -> impl IntoView {
    let width = RwSignal::new(8.0_f64);
    view! {
        <Example name="splitter" stacked=true>
            <div class="example__panes" style:--pane=move || format!("{}rem", width.get())>
                <div id="gallery-pane">"Folders"</div>
                <Splitter
                    label="Folders"
                    controls="gallery-pane"
                    value=width
                    min=6.0
                    max=14.0
                    initial=8.0
                    on_change=move |to| width.set(to)
                />
                <div>"Messages"</div>
            </div>
        </Example>
        <Trees />
        <Example name="sheet" stacked=true>
            <div class="example__frame">
                <Sheet>
                    <p class="dialog__body">"White paper on the frame."</p>
                </Sheet>
            </div>
        </Example>
        <Example name="owl">
            <Owl />
        </Example>
    }
}

#[component]
fn Trees() -> impl IntoView {
    let open = RwSignal::new(true);
    let selected = RwSignal::new(Some("inbox".to_owned()));
    let row = |id: &str, name: &str, section: &str, level, expanded| TreeRow {
        id: id.to_owned(),
        name: name.to_owned(),
        section: Some(section.to_owned()),
        level,
        expanded,
    };
    let rows = Memo::new(move |_| {
        let mut rows = vec![
            row("inbox", "Inbox", "Favourites", 0, None),
            row("sent", "Sent", "Favourites", 0, None),
            row("drafts", "Drafts", "Alice Moreau", 0, None),
            row("opening", "Opening week", "Alice Moreau", 0, Some(open.get())),
        ];
        if open.get() {
            rows.push(row("building", "Building", "Alice Moreau", 1, None));
            rows.push(row("press", "Press", "Alice Moreau", 1, None));
        }
        rows.push(row("deleted", "Deleted", "Alice Moreau", 0, None));
        rows
    });
    let icon = |id: &str| match id {
        "inbox" => IconName::Inbox,
        "sent" => IconName::Send,
        "drafts" => IconName::Drafts,
        "deleted" => IconName::Delete,
        _ => IconName::Folder,
    };
    let shown = move |row: Signal<TreeRow>| {
        view! {
            <Icon name=Signal::derive(move || row.with(|row| icon(&row.id))) />
            <span class="tree__words">{move || row.with(|row| row.name.clone())}</span>
            <Count
                count=Signal::derive(move || if row.with(|row| row.id == "inbox") { 6 } else { 0 })
                label="6 unread"
            />
        }
    };
    view! {
        <Example name="tree" stacked=true>
            <div class="example__frame">
                <Tree
                    label="Folders"
                    rows=rows
                    selected=selected
                    row=shown
                    on_select=move |id: String| selected.set(Some(id))
                    on_toggle=move |_: String| open.update(|open| *open = !*open)
                />
            </div>
        </Example>
    }
}
