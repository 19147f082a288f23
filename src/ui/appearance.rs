//! The reader's own choice of look: scheme and density, kept in this browser. No component lives here.
//! `public/boot.js` reads the same keys before the app is there; the tokens do the rest.

use leptos::prelude::*;

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
