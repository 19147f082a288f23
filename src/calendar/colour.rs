//! Which of our eight hues a calendar's own colour is nearest to. Pure.

use crate::ui::Hue;

/// The hues' bars in the light.
const BARS: [(Hue, [u8; 3]); 8] = [
    (Hue::Berry, [0xc5, 0x58, 0x6a]),
    (Hue::Rust, [0xc1, 0x62, 0x29]),
    (Hue::Straw, [0x9b, 0x7d, 0x00]),
    (Hue::Fern, [0x38, 0x96, 0x4d]),
    (Hue::Lake, [0x03, 0x91, 0x9d]),
    (Hue::Sky, [0x38, 0x83, 0xd1]),
    (Hue::Plum, [0x9c, 0x65, 0xbc]),
    (Hue::Slate, [0x75, 0x82, 0x8a]),
];

/// CSS names that calendars are seen with.
const NAMES: [(&str, Hue); 22] = [
    ("red", Hue::Berry),
    ("crimson", Hue::Berry),
    ("pink", Hue::Berry),
    ("maroon", Hue::Berry),
    ("orange", Hue::Rust),
    ("coral", Hue::Rust),
    ("tomato", Hue::Rust),
    ("brown", Hue::Rust),
    ("yellow", Hue::Straw),
    ("gold", Hue::Straw),
    ("olive", Hue::Straw),
    ("green", Hue::Fern),
    ("lime", Hue::Fern),
    ("teal", Hue::Lake),
    ("cyan", Hue::Lake),
    ("aqua", Hue::Lake),
    ("turquoise", Hue::Lake),
    ("blue", Hue::Sky),
    ("navy", Hue::Sky),
    ("purple", Hue::Plum),
    ("violet", Hue::Plum),
    ("magenta", Hue::Plum),
];

/// The hue of a CSS colour; `None` if it is none that we know.
pub(super) fn hue_of(colour: &str) -> Option<Hue> {
    let colour = colour.trim().to_ascii_lowercase();
    if let Some(hue) = Hue::ALL.into_iter().find(|hue| hue.as_str() == colour) {
        return Some(hue);
    }
    if let Some(rgb) = colour.strip_prefix('#').and_then(parse) {
        let distance =
            |bar: [u8; 3]| -> i32 { bar.iter().zip(rgb).map(|(a, b)| (i32::from(*a) - i32::from(b)).pow(2)).sum() };
        return BARS.into_iter().min_by_key(|(_, bar)| distance(*bar)).map(|(hue, _)| hue);
    }
    // "darkgreen", "royalblue", "mediumorchid": by the part that says it; the longest first.
    let mut known: Vec<_> = NAMES.iter().filter(|(name, _)| colour.contains(name)).collect();
    known.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    known.first().map(|(_, hue)| *hue)
}

fn parse(hex: &str) -> Option<[u8; 3]> {
    let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    let nibble = |at: usize| u8::from_str_radix(hex.get(at..=at)?, 16).ok().map(|it| it * 17);
    match hex.len() {
        3 | 4 => Some([nibble(0)?, nibble(1)?, nibble(2)?]),
        6 | 8 => Some([byte(0)?, byte(2)?, byte(4)?]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hue_is_told_from_its_name_and_its_bar() {
        for (hue, [red, green, blue]) in BARS {
            assert_eq!(hue_of(hue.as_str()), Some(hue));
            assert_eq!(hue_of(&format!("#{red:02x}{green:02x}{blue:02X}")), Some(hue));
        }
    }

    #[test]
    fn colours_of_other_clients_get_the_nearest() {
        let cases = [("#0000ff", Hue::Sky), ("#c36", Hue::Berry), ("DarkGreen", Hue::Fern), ("#808080ff", Hue::Slate)];
        for (colour, hue) in cases {
            assert_eq!(hue_of(colour), Some(hue), "{colour}");
        }
        for colour in ["", "#12", "#zzzzzz", "é", "#éé"] {
            assert_eq!(hue_of(colour), None, "{colour}");
        }
    }
}
