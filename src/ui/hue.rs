//! The eight hues of categories, calendars and initials. Their values are tokens in `style/tokens.css`.

/// A hue by name; `data-hue` in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Hue {
    /// Red leaning to wine.
    Berry,
    /// Orange brown.
    Rust,
    /// Yellow.
    Straw,
    /// Green.
    Fern,
    /// Teal.
    Lake,
    /// Blue.
    Sky,
    /// Violet.
    Plum,
    /// Grey.
    Slate,
}

impl Hue {
    /// All, in the order people see them.
    pub(crate) const ALL: [Self; 8] =
        [Self::Berry, Self::Rust, Self::Straw, Self::Fern, Self::Lake, Self::Sky, Self::Plum, Self::Slate];

    /// The hue that a seed (an address) always gets, whatever its case.
    pub(crate) fn of(seed: &str) -> Self {
        // FNV-1a: the same on every machine and in every release, which the standard hasher does not promise.
        let hash = seed
            .trim()
            .to_lowercase()
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let index = usize::try_from((hash ^ (hash >> 15)) % 8).unwrap_or_default();
        Self::ALL.get(index).copied().unwrap_or(Self::Slate)
    }

    /// The value of `data-hue`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Berry => "berry",
            Self::Rust => "rust",
            Self::Straw => "straw",
            Self::Fern => "fern",
            Self::Lake => "lake",
            Self::Sky => "sky",
            Self::Plum => "plum",
            Self::Slate => "slate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hue;

    #[test]
    fn an_address_keeps_its_hue_whatever_its_case() {
        assert_eq!(Hue::of("bob@owlery.example"), Hue::of(" Bob@Owlery.Example "));
    }

    #[test]
    fn twelve_people_share_more_than_four_hues() {
        let people = ["alice", "bob", "carol", "dan", "emi", "farid", "greta", "hugo", "ines", "jan", "kira", "lena"];
        let hues: std::collections::HashSet<_> =
            people.iter().map(|name| Hue::of(&format!("{name}@owlery.example"))).collect();
        assert!(hues.len() > 4, "{hues:?}");
    }
}
