//! Turning a colour for a dark page: hue and saturation are kept as far as they go, lightness is turned (OKLab).
//!
//! What is written on becomes dark if it was light; what is written becomes light if it was dark. The other half
//! is left as it is: white letters on a blue button stay white on blue.

use cssparser::Token;
use cssparser::color::{parse_hash_color, parse_named_color};

/// What a colour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Letters, and lines through or under them.
    Ink,
    /// What they stand on.
    Ground,
    /// Borders.
    Edge,
}

/// Red, green, blue from 0 to 1, and how opaque.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colour([f32; 3], f32);

impl Colour {
    pub(super) fn new(red: f32, green: f32, blue: f32, alpha: f32) -> Self {
        Self([red, green, blue].map(|part| part.clamp(0.0, 1.0)), alpha.clamp(0.0, 1.0))
    }

    /// Hue in degrees, the others from 0 to 1 (CSS Color 4 §7.1).
    pub(super) fn from_hsl(hue: f32, saturation: f32, lightness: f32, alpha: f32) -> Self {
        let part = |n: f32| {
            let k = (n + hue / 30.0).rem_euclid(12.0);
            let a = saturation * lightness.min(1.0 - lightness);
            lightness - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
        };
        Self::new(part(0.0), part(8.0), part(4.0), alpha)
    }

    /// `#123`, `red`; not functions.
    pub(super) fn from_token(token: &Token<'_>) -> Option<Self> {
        let (red, green, blue, alpha) = match token {
            Token::Hash(digits) | Token::IDHash(digits) => parse_hash_color(digits.as_bytes()).ok()?,
            Token::Ident(name) => {
                let (red, green, blue) = parse_named_color(name).ok()?;
                (red, green, blue, 1.0)
            }
            _ => return None,
        };
        Some(Self::new(f32::from(red) / 255.0, f32::from(green) / 255.0, f32::from(blue) / 255.0, alpha))
    }

    /// What an attribute such as `bgcolor` says.
    pub(super) fn from_attribute(value: &str) -> Option<Self> {
        let value = value.trim();
        let digits = value.strip_prefix('#').unwrap_or(value);
        if let Ok((red, green, blue)) = parse_named_color(value) {
            return Some(Self::new(f32::from(red) / 255.0, f32::from(green) / 255.0, f32::from(blue) / 255.0, 1.0));
        }
        let (red, green, blue, alpha) = parse_hash_color(digits.as_bytes()).ok()?;
        Some(Self::new(f32::from(red) / 255.0, f32::from(green) / 255.0, f32::from(blue) / 255.0, alpha))
    }

    /// As CSS writes it, and also an attribute if it is opaque.
    pub(super) fn to_css(self) -> String {
        let [red, green, blue] = self.0.map(|part| (part * 255.0).round() as u8);
        if self.1 >= 1.0 {
            format!("#{red:02x}{green:02x}{blue:02x}")
        } else {
            format!("rgba({red},{green},{blue},{:.3})", self.1)
        }
    }

    /// The same on a dark page.
    pub(super) fn turned(self, role: Role) -> Self {
        let [lightness, a, b] = to_oklab(self.0);
        let new = match role {
            // White becomes the page's own ground (0.23), middle grey stays where it is.
            Role::Ground if lightness > 0.5 => 0.48 - (lightness - 0.5) * 0.5,
            Role::Ink if lightness < 0.68 => 0.93 - lightness * 0.3,
            Role::Edge => 0.68 - lightness * 0.3,
            Role::Ground | Role::Ink => return self,
        };
        // As saturated as that lightness can be on a screen.
        for step in 0..20_u8 {
            let chroma = 1.0 - f32::from(step) / 20.0;
            let rgb = to_rgb([new, a * chroma, b * chroma]);
            if rgb.iter().all(|part| (-0.002..=1.002).contains(part)) {
                let [red, green, blue] = rgb;
                return Self::new(red, green, blue, self.1);
            }
        }
        let [red, green, blue] = to_rgb([new, 0.0, 0.0]);
        Self::new(red, green, blue, self.1)
    }
}

fn to_oklab(rgb: [f32; 3]) -> [f32; 3] {
    let linear = |part: f32| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
    let [r, g, b] = rgb.map(linear);
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn to_rgb(lab: [f32; 3]) -> [f32; 3] {
    let [lightness, a, b] = lab;
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    let gamma = |part: f32| {
        if part <= 0.003_130_8 { part * 12.92 } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 }
    };
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
    .map(gamma)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: Colour) -> f32 {
        let linear = |part: f32| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
        let [r, g, b] = colour.0.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(one: Colour, other: Colour) -> f32 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn colour(text: &str) -> Colour {
        Colour::from_attribute(text).unwrap()
    }

    #[test]
    fn what_could_be_read_by_day_can_be_read_at_night() {
        let page = colour("#191e21");
        for (ink, ground) in [
            ("black", "white"),
            ("#1c2428", "#f5f5f5"),
            ("#0000ee", "#ffffff"),
            ("#aa0000", "#fff4f4"),
            ("#333333", "#ffd400"),
            ("white", "#0067b8"),
            ("#ffffff", "#000000"),
            ("#555555", "#eeeeee"),
        ] {
            let (ink, ground) = (colour(ink), colour(ground));
            let turned = contrast(ink.turned(Role::Ink), ground.turned(Role::Ground));
            assert!(turned >= 4.5, "{ink:?} on {ground:?}: {turned}");
            let is_dark_ink = luminance(ink) < 0.2;
            assert!(!is_dark_ink || contrast(ink.turned(Role::Ink), page) >= 4.5, "{ink:?} on the page");
        }
    }

    #[test]
    fn a_dark_ground_stays_and_a_light_one_turns() {
        assert_eq!(colour("#0b3d2e").turned(Role::Ground), colour("#0b3d2e"));
        assert!(luminance(colour("#e0f0ff").turned(Role::Ground)) < 0.1);
    }

    #[test]
    fn hue_survives() {
        let Colour([red, green, blue], _) = colour("#cc0000").turned(Role::Ink);
        assert!(red > green + 0.2 && red > blue + 0.2, "red stays red: {red} {green} {blue}");
    }

    #[test]
    fn hsl_is_read() {
        assert_eq!(Colour::from_hsl(120.0, 1.0, 0.5, 1.0).to_css(), "#00ff00");
        assert_eq!(Colour::from_hsl(0.0, 0.0, 1.0, 0.5).to_css(), "rgba(255,255,255,0.500)");
    }
}
