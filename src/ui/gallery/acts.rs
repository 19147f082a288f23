//! Examples of buttons, menus, popovers, dialogs and toasts.

use leptos::prelude::*;

use super::Example;
use crate::ui::{
    Anchor, AnchorSignal, Button, ButtonKind, ButtonLink, ButtonSize, Count, Dialog, DialogSize, Dot, Icon, IconButton,
    IconName, IconSize, Kbd, Menu, MenuButton, MenuChoice, MenuFace, MenuItem, MenuRule, MenuTitle, Popover, Spinner,
    Toast, Toasts, Toolbar, VisuallyHidden, placement::Placement,
};

/// All of them.
#[component]
pub(super) fn Acts() -> impl IntoView {
    let busy = RwSignal::new(false);
    let pressed = RwSignal::new(true);
    view! {
        <Example name="button-kinds">
            <Button kind=ButtonKind::Primary icon=IconName::Send>"Send"</Button>
            <Button>"Search older mail"</Button>
            <Button kind=ButtonKind::Quiet icon=IconName::Reply>"Reply"</Button>
            <Button kind=ButtonKind::Link>"Cc"</Button>
            <Button kind=ButtonKind::Danger>"Delete for good"</Button>
            <Button kind=ButtonKind::QuietDanger>"Leave"</Button>
            <ButtonLink href="/gallery" icon=IconName::Open>"Open in a tab"</ButtonLink>
        </Example>
        <Example name="button-states">
            <Button disabled=true>"Not now"</Button>
            <Button kind=ButtonKind::Primary busy=busy on_press=move |()| busy.set(true)>"Save"</Button>
            <Button kind=ButtonKind::Primary busy=true>"Saving"</Button>
            <Button size=ButtonSize::Compact>"Compact"</Button>
            <Button size=ButtonSize::Full kind=ButtonKind::Primary icon=IconName::Compose>"New mail"</Button>
        </Example>
        <Example name="button-long-words" stacked=true>
            <div class="group-line">
                <Button kind=ButtonKind::Primary>"Nachricht ohne Betreff trotzdem jetzt an alle Empfänger senden"</Button>
            </div>
        </Example>
        <Example name="icon-button">
            <IconButton name="Archive" icon=IconName::Archive keys="E" />
            <IconButton name="Delete" icon=IconName::Delete keys="Del" />
            <IconButton
                name="Flag"
                icon=Signal::derive(move || if pressed.get() { IconName::FlagFilled } else { IconName::Flag })
                pressed=pressed
                on_press=move |()| pressed.update(|pressed| *pressed = !*pressed)
            />
            <IconButton name="Print" icon=IconName::Print disabled=true />
            <IconButton name="Small" icon=IconName::More small=true />
            <VisuallyHidden>"Only read"</VisuallyHidden>
        </Example>
        <Example name="toolbar">
            <Toolbar label="Message">
                <Button kind=ButtonKind::Quiet icon=IconName::Reply keys="R">"Reply"</Button>
                <IconButton name="Reply all" icon=IconName::ReplyAll keys="A" />
                <IconButton name="Forward" icon=IconName::Forward keys="F" />
            </Toolbar>
        </Example>
        <Example name="icon">
            {IconName::ALL.iter().map(|&name| view! { <Icon name=name /> }).collect_view()}
        </Example>
        <Example name="icon-sizes">
            <Icon name=IconName::Attach size=IconSize::Small />
            <Icon name=IconName::Attach />
            <Icon name=IconName::Attach size=IconSize::Large />
            <span>"In " <Icon name=IconName::Calendar size=IconSize::Small inline=true /> " words"</span>
        </Example>
        <Example name="badges">
            <Count count=2_usize label="2 new" />
            <Count count=240_usize label="240 new" />
            <Count count=0_usize label="none" />
            <Dot label="Unread" />
            <Kbd keys="Ctrl K" />
            <Spinner />
        </Example>
        <Menus />
        <Popovers />
        <Dialogs />
        <Toasting />
    }
}

#[component]
fn Menus() -> impl IntoView {
    let last = RwSignal::new("nothing yet".to_owned());
    let did = move |what: &'static str| Callback::new(move |()| last.set(what.to_owned()));
    let below = RwSignal::new(true);
    let open = RwSignal::new(false);
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    view! {
        <Example name="menu">
            <MenuButton name="More" face=MenuFace::Icon(IconName::More)>
                <MenuItem words="Reply" icon=IconName::Reply keys="R" on_press=did("Reply") />
                <MenuItem words="Forward" icon=IconName::Forward keys="F" on_press=did("Forward") />
                <MenuItem words="Move to…" icon=IconName::FolderMove on_press=did("Move to…") />
                <MenuItem words="Print" icon=IconName::Print disabled=true on_press=did("Print") />
                <MenuRule />
                <MenuItem words="Delete for good" icon=IconName::Delete danger=true on_press=did("Delete for good") />
            </MenuButton>
            <MenuButton name="View" face=MenuFace::Words("View".to_owned()) placement=Placement::BelowEnd>
                <MenuTitle words="Reading pane" />
                <MenuChoice words="Below" radio=true checked=below on_press=move |()| below.set(true) />
                <MenuChoice
                    words="Off"
                    radio=true
                    checked=Signal::derive(move || !below.get())
                    on_press=move |()| below.set(false)
                />
            </MenuButton>
            <Button
                kind=ButtonKind::Quiet
                on:contextmenu=move |event: leptos::ev::MouseEvent| {
                    event.prevent_default();
                    anchor.set(Anchor::at_pointer(&event));
                    open.set(true);
                }
            >
                "Right click here"
            </Button>
            <Menu open anchor label="Row">
                <MenuItem words="Archive" icon=IconName::Archive on_press=did("Archive") />
                <MenuItem words="Delete" icon=IconName::Delete on_press=did("Delete") />
            </Menu>
            <output class="secondary">"Last: " {move || last.get()}</output>
        </Example>
    }
}

#[component]
fn Popovers() -> impl IntoView {
    let open = RwSignal::new(false);
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    let opener = NodeRef::<leptos::html::Button>::new();
    let toggle = move |()| {
        if let Some(button) = opener.get_untracked() {
            anchor.set(Anchor::Element(button.into()));
        }
        open.update(|open| *open = !*open);
    };
    view! {
        <Example name="popover">
            <IconButton
                name="Filter"
                icon=IconName::Filter
                has_popup=crate::ui::HasPopup::Dialog
                expanded=open
                on_press=toggle
                node_ref=opener
            />
            <Popover open anchor label="Filter">
                <div class="example__stage">
                    <Button kind=ButtonKind::Quiet on_press=move |()| open.set(false)>"Unread"</Button>
                    <Button kind=ButtonKind::Quiet on_press=move |()| open.set(false)>"Flagged"</Button>
                </div>
            </Popover>
        </Example>
    }
}

#[component]
fn Dialogs() -> impl IntoView {
    let asks = RwSignal::new(false);
    let edits = RwSignal::new(false);
    let name = RwSignal::new("Building".to_owned());
    view! {
        <Example name="dialog">
            <Button on_press=move |()| asks.set(true)>"Delete for good…"</Button>
            <Button on_press=move |()| edits.set(true)>"Rename…"</Button>
            <Dialog
                open=asks
                on_cancel=move |()| asks.set(false)
                title="Delete 3 for good?"
                close_label="Close"
                size=DialogSize::Small
                foot=move || {
                    view! {
                        <Button autofocus=true on_press=move |()| asks.set(false)>"Keep"</Button>
                        <Button kind=ButtonKind::Danger on_press=move |()| asks.set(false)>"Delete for good"</Button>
                    }
                }
            >
                <p>"They can’t be brought back."</p>
            </Dialog>
            <Dialog
                open=edits
                on_cancel=move |()| edits.set(false)
                title="Rename the folder"
                close_label="Close"
                foot=move || {
                    view! {
                        <Button on_press=move |()| edits.set(false)>"Cancel"</Button>
                        <Button kind=ButtonKind::Primary on_press=move |()| edits.set(false)>"Rename"</Button>
                    }
                }
            >
                <crate::ui::TextField
                    label="Name"
                    value=name
                    autofocus=true
                    on_input=move |text: String| name.set(text)
                    on_enter=move |()| edits.set(false)
                />
            </Dialog>
        </Example>
    }
}

#[component]
fn Toasting() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let undone = RwSignal::new(0_usize);
    let show = move |()| {
        let undo = Callback::new(move |()| undone.update(|undone| *undone += 1));
        toasts.show(Toast::new("Moved “Parking permit” to Archive").act("Undo", undo));
    };
    view! {
        <Example name="toast">
            <Button icon=IconName::Archive on_press=show>"Archive"</Button>
            <output class="secondary">{move || format!("Undone {}", undone.get())}</output>
        </Example>
    }
}
