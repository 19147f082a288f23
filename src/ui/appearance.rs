//! The reader's own choice of look: scheme and density, kept in this browser. No component lives here.
//! `public/boot.js` reads the same keys before the app is there; the tokens do the rest.

use leptos::prelude::*;

use super::dom;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How close rows stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Density {
    /// Room for a preview.
    #[default]
    Comfortable,
    /// More rows. A finger keeps its size.
    Compact,
}

impl Scheme {
    const KEY: &str = "owlet.scheme";

    /// The choice that was kept.
    pub(crate) fn kept() -> Self {
        match kept(Self::KEY).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            Some(_) | None => Self::System,
        }
    }

    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// Holds from now on, and after a reload.
    pub(crate) fn choose(self) {
        choose(Self::KEY, "data-scheme", self.as_str());
        self.colour_the_window();
    }

    /// Tells the browser which colour its own bars take: each `theme-color` is for one scheme.
    fn colour_the_window(self) {
        let Some(head) = document().head() else { return };
        for meta in dom::all(&head, "meta[name='theme-color']") {
            let own = meta.get_attribute("data-for").unwrap_or_default();
            let media = match self.as_str() {
                None => format!("(prefers-color-scheme: {own})"),
                Some(scheme) if scheme == own => "all".to_owned(),
                Some(_) => "not all".to_owned(),
            };
            let _ = meta.set_attribute("media", &media);
        }
    }
}

impl Density {
    const KEY: &str = "owlet.density";

    /// The choice that was kept.
    pub(crate) fn kept() -> Self {
        match kept(Self::KEY).as_deref() {
            Some("compact") => Self::Compact,
            Some(_) | None => Self::Comfortable,
        }
    }

    /// Holds from now on, and after a reload.
    pub(crate) fn choose(self) {
        let value = match self {
            Self::Comfortable => None,
            Self::Compact => Some("compact"),
        };
        choose(Self::KEY, "data-density", value);
    }
}

fn kept(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Where storage is off the choice holds until the page is left.
fn choose(key: &str, attribute: &str, value: Option<&str>) {
    let storage = window().local_storage().ok().flatten();
    let root = document().document_element();
    let (Some(root), storage) = (root, storage) else { return };
    match value {
        Some(value) => {
            let _ = root.set_attribute(attribute, value);
            let _ = storage.map(|storage| storage.set_item(key, value));
        }
        None => {
            let _ = root.remove_attribute(attribute);
            let _ = storage.map(|storage| storage.remove_item(key));
        }
    }
}
