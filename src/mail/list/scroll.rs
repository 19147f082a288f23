//! Scrolling further than a browser can lay out. Firefox ends at some 17.8 million pixels, Chromium
//! at 33 divided by the zoom; a list of 400,000 rows is longer.
//!
//! Up to [`LIMIT`] the native position is the position. Beyond it small movements (wheel, keys,
//! a finger) still go pixel by pixel, and a jump by the scrollbar is taken as a share of the whole;
//! the rows are drawn [`Scroll::offset`] higher. Pure.

/// The longest content that is laid out as it is.
pub const LIMIT: f64 = 8_000_000.0;

/// Where a list is scrolled to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scroll {
    /// The position in the list.
    pub top: f64,
    /// What the element's `scrollTop` was when `top` was told.
    pub native: f64,
}

/// The height to give to the scrolled element for a list of this height.
pub fn native_height(height: f64) -> f64 {
    height.min(LIMIT)
}

impl Scroll {
    /// How much higher than their place in the list the rows are drawn.
    pub fn offset(self) -> f64 {
        self.top - self.native
    }

    /// After the browser scrolled to `native` in a list of `height`, seen through `viewport`.
    pub fn scrolled(self, native: f64, height: f64, viewport: f64) -> Self {
        if height <= LIMIT {
            return Self { top: native, native };
        }
        let (end, native_end) = ((height - viewport).max(0.0), (native_height(height) - viewport).max(1.0));
        let moved = native - self.native;
        // The ends are the ends, so that neither is out of reach by small movements.
        let top = if native <= 0.0 {
            0.0
        } else if native >= native_end - 1.0 {
            end
        } else if moved.abs() <= viewport {
            (self.top + moved).clamp(0.0, end)
        } else {
            end * (native / native_end)
        };
        Self { top, native }
    }

    /// To a position; `native` of the answer is what `scrollTop` has to be set to.
    pub fn to(top: f64, height: f64, viewport: f64) -> Self {
        let end = (height - viewport).max(0.0);
        let top = top.clamp(0.0, end);
        if height <= LIMIT {
            return Self { top, native: top };
        }
        let native_end = (native_height(height) - viewport).max(1.0);
        Self { top, native: (top / end * native_end).round() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: f64 = 74.0 * 1_000_000.0;

    #[test]
    fn an_ordinary_list_scrolls_as_it_is() {
        assert_eq!(Scroll::default().scrolled(300.0, 7_400_000.0, 700.0), Scroll { top: 300.0, native: 300.0 });
        assert_eq!(Scroll::to(300.0, 7_400_000.0, 700.0).native, 300.0);
    }

    #[test]
    fn a_wheel_moves_a_long_list_by_its_own_length() {
        let at = Scroll::to(LONG / 2.0, LONG, 700.0);
        let next = at.scrolled(at.native + 100.0, LONG, 700.0);
        assert_eq!(next.top - at.top, 100.0);
    }

    #[test]
    fn the_thumb_in_the_middle_is_the_middle() {
        let at = Scroll::default().scrolled((LIMIT - 700.0) / 2.0, LONG, 700.0);
        assert!((at.top - (LONG - 700.0) / 2.0).abs() < 1.0);
    }

    #[test]
    fn both_ends_are_reached() {
        let at = Scroll { top: LONG - 900.0, native: LIMIT - 720.0 };
        assert_eq!(at.scrolled(LIMIT - 700.0, LONG, 700.0).top, LONG - 700.0);
        assert_eq!(Scroll { top: 40.0, native: 20.0 }.scrolled(0.0, LONG, 700.0).top, 0.0);
        assert_eq!(Scroll::to(LONG, LONG, 700.0).native, LIMIT - 700.0);
    }

    #[test]
    fn rows_are_drawn_where_they_are_seen() {
        let at = Scroll::to(LONG / 2.0, LONG, 700.0);
        assert_eq!(at.top - at.offset(), at.native);
    }
}
