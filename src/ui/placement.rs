//! Where a floating box goes beside its anchor. Pure geometry in CSS pixels; `popover` and `tooltip` measure and apply.

/// A box in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rect {
    /// Left edge.
    pub(crate) x: f64,
    /// Upper edge.
    pub(crate) y: f64,
    /// Width.
    pub(crate) width: f64,
    /// Height.
    pub(crate) height: f64,
}

/// The side of the anchor and the edge of it that the box lines up with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Placement {
    /// Below, from the anchor's start edge.
    #[default]
    BelowStart,
    /// Below, up to the anchor's end edge.
    BelowEnd,
    /// Below, in the middle.
    Below,
    /// Beside, at the inline end, with lower edges in line.
    End,
}

/// The upper left corner, and how high the box may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placed {
    /// Left edge.
    pub(crate) x: f64,
    /// Upper edge.
    pub(crate) y: f64,
    /// The most height there is.
    pub(crate) room: f64,
}

/// Between the anchor and the box.
const GAP: f64 = 4.0;
/// Between the box and the edge of the window.
const MARGIN: f64 = 8.0;

/// Puts a box of this size beside its anchor, on the other side where it does not fit, and always within the window.
pub(crate) fn place(
    anchor: Rect,
    (width, height): (f64, f64),
    (window_width, window_height): (f64, f64),
    placement: Placement,
    rtl: bool,
) -> Placed {
    let end = anchor.x + anchor.width;
    let within_x = |x: f64| x.min(window_width - width - MARGIN).max(MARGIN);
    if placement == Placement::End {
        let (after, before) = (end + GAP, anchor.x - GAP - width);
        let fits_after = after + width + MARGIN <= window_width;
        let fits_before = before >= MARGIN;
        let x = match rtl {
            false if fits_after || !fits_before => after,
            true if fits_before || !fits_after => before,
            false => before,
            true => after,
        };
        let room = window_height - 2.0 * MARGIN;
        let y = (anchor.y + anchor.height - height.min(room)).min(window_height - MARGIN - height.min(room));
        return Placed { x: within_x(x), y: y.max(MARGIN), room };
    }
    let x = match (placement, rtl) {
        (Placement::Below, _) => anchor.x + (anchor.width - width) / 2.0,
        (Placement::BelowStart, false) | (Placement::BelowEnd, true) => anchor.x,
        (Placement::BelowEnd, false) | (Placement::BelowStart, true) | (Placement::End, _) => end - width,
    };
    let below = window_height - (anchor.y + anchor.height) - GAP - MARGIN;
    let above = anchor.y - GAP - MARGIN;
    if height <= below || below >= above {
        Placed { x: within_x(x), y: anchor.y + anchor.height + GAP, room: below.max(0.0) }
    } else {
        Placed { x: within_x(x), y: anchor.y - GAP - height.min(above), room: above.max(0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Placement, Rect, place};

    const WINDOW: (f64, f64) = (1000.0, 600.0);

    #[track_caller]
    fn check(anchor: (f64, f64, f64, f64), placement: Placement, rtl: bool, expect: (f64, f64)) {
        let (x, y, width, height) = anchor;
        let placed = place(Rect { x, y, width, height }, (200.0, 100.0), WINDOW, placement, rtl);
        assert_eq!((placed.x, placed.y), expect);
    }

    #[test]
    fn it_goes_below_and_lines_up_with_the_start() {
        check((100.0, 50.0, 40.0, 30.0), Placement::BelowStart, false, (100.0, 84.0));
        check((300.0, 50.0, 40.0, 30.0), Placement::BelowStart, true, (140.0, 84.0));
        check((300.0, 50.0, 40.0, 30.0), Placement::BelowEnd, false, (140.0, 84.0));
    }

    #[test]
    fn it_turns_upward_where_there_is_no_room_below() {
        check((100.0, 550.0, 40.0, 30.0), Placement::BelowStart, false, (100.0, 446.0));
    }

    #[test]
    fn it_never_leaves_the_window() {
        check((960.0, 50.0, 30.0, 30.0), Placement::BelowStart, false, (792.0, 84.0));
        check((0.0, 50.0, 30.0, 30.0), Placement::BelowEnd, false, (8.0, 84.0));
    }

    #[test]
    fn beside_it_lines_up_with_the_lower_edge() {
        check((10.0, 560.0, 32.0, 32.0), Placement::End, false, (46.0, 492.0));
    }

    #[test]
    fn a_box_higher_than_the_window_gets_the_larger_side_and_its_room() {
        let anchor = Rect { x: 0.0, y: 200.0, width: 40.0, height: 20.0 };
        let placed = place(anchor, (200.0, 2000.0), WINDOW, Placement::BelowStart, false);
        assert_eq!((placed.y, placed.room), (224.0, 368.0));
    }
}
