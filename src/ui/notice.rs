//! What needs an act or should be known, said where it is. Pattern: `alert` for an error, `status` else.
//!
//! | key | does |
//! |---|---|
//! | Tab | goes to its button |
//!
//! Name: its words.

use leptos::prelude::*;

use super::{
    button::{Button, ButtonKind},
    icon::Icon,
    icon_button::IconButton,
    icon_name::IconName,
};

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoticeKind {
    /// Something went wrong.
    Error,
    /// Something to mind.
    Caution,
    /// It worked.
    Done,
}

impl NoticeKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Caution => "caution",
            Self::Done => "done",
        }
    }

    fn icon(self) -> IconName {
        match self {
            Self::Error => IconName::Warning,
            Self::Caution => IconName::Info,
            Self::Done => IconName::Check,
        }
    }
}

/// A notice in place.
#[component]
pub(crate) fn Notice(
    /// How grave it is.
    kind: NoticeKind,
    /// Another icon than the kind's own.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// What is the case.
    #[prop(into)]
    words: Signal<String>,
    /// A verb; needs `on_act`.
    #[prop(optional, into)]
    act: MaybeProp<String>,
    /// The verb was chosen.
    #[prop(optional, into)]
    on_act: Option<Callback<()>>,
    /// A second verb; needs `on_other`.
    #[prop(optional, into)]
    other: MaybeProp<String>,
    /// The second verb was chosen.
    #[prop(optional, into)]
    on_other: Option<Callback<()>>,
    /// Names the cross; needs `on_dismiss`.
    #[prop(optional, into)]
    dismiss_label: MaybeProp<String>,
    /// It was put away.
    #[prop(optional, into)]
    on_dismiss: Option<Callback<()>>,
) -> impl IntoView {
    let verb = |words: MaybeProp<String>, on_press: Option<Callback<()>>| {
        move || {
            let words = words.get()?;
            let on_press = on_press?;
            Some(view! { <Button kind=ButtonKind::Quiet on_press=on_press>{words}</Button> })
        }
    };
    view! {
        <div
            class="notice"
            data-kind=kind.as_str()
            role=if kind == NoticeKind::Error { "alert" } else { "status" }
        >
            <Icon name=icon.unwrap_or(kind.icon()) />
            <span class="notice__words">{move || words.get()}</span>
            <span class="notice__acts">{verb(act, on_act)} {verb(other, on_other)}</span>
            {move || {
                let name = dismiss_label.get()?;
                let on_dismiss = on_dismiss?;
                Some(view! { <IconButton name=name icon=IconName::Dismiss on_press=on_dismiss /> })
            }}
        </div>
    }
}
