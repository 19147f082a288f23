//! A finger that draws a row aside: to the end marks it read, to the start archives it. The same is in the
//! row's menu. Also the chip under the pointer while rows are dragged.

use leptos::prelude::*;
use web_sys::TouchEvent;

use crate::mail::Action;

/// How far, in pixels, a row must be drawn.
const FAR: f64 = 72.0;

/// One row's swipe.
#[derive(Clone, Copy)]
pub(super) struct Swipe {
    start: StoredValue<Option<(f64, f64)>>,
    by: RwSignal<f64>,
}

impl Swipe {
    pub(super) fn new() -> Self {
        Self { start: StoredValue::new(None), by: RwSignal::new(0.0) }
    }

    fn point(event: &TouchEvent) -> Option<(f64, f64)> {
        let touch = event.touches().item(0)?;
        (event.touches().length() == 1).then(|| (f64::from(touch.client_x()), f64::from(touch.client_y())))
    }

    /// A finger went down.
    pub(super) fn start(self, event: &TouchEvent) {
        self.start.set_value(Self::point(event));
        self.by.set(0.0);
    }

    /// It moves: along the line it draws the row, across it scrolls the list.
    pub(super) fn moved(self, event: &TouchEvent) {
        let (Some((x0, y0)), Some((x, y))) = (self.start.get_value(), Self::point(event)) else { return };
        let (dx, dy) = (x - x0, y - y0);
        if self.by.get_untracked() == 0.0 && dy.abs() > 10.0 && dy.abs() > dx.abs() {
            self.cancel();
        } else if self.by.get_untracked() != 0.0 || dx.abs() > 12.0 {
            self.by.set(dx.clamp(-2.0 * FAR, 2.0 * FAR));
        }
    }

    /// It was lifted; what was meant, if it was drawn far enough.
    pub(super) fn end(self, event: &TouchEvent) -> Option<Action> {
        let by = self.by.get_untracked();
        if by != 0.0 {
            // Not also a press on the row.
            event.prevent_default();
        }
        self.cancel();
        let toward_end = (by > 0.0) != crate::ui::is_rtl();
        (by.abs() >= FAR).then_some(if toward_end { Action::ToggleSeen } else { Action::Archive })
    }

    /// It was taken over by scrolling.
    pub(super) fn cancel(self) {
        self.start.set_value(None);
        self.by.set(0.0);
    }

    /// The row's `translate`.
    pub(super) fn translate(self) -> String {
        format!("{}px", self.by.get())
    }

    /// To which side it is drawn, and whether far enough.
    pub(super) fn side(self) -> Option<&'static str> {
        let by = self.by.get();
        let toward_end = (by > 0.0) != crate::ui::is_rtl();
        (by != 0.0).then_some(match (toward_end, by.abs() >= FAR) {
            (true, false) => "end",
            (true, true) => "end-far",
            (false, false) => "start",
            (false, true) => "start-far",
        })
    }
}

/// Puts a chip with these words under the pointer, instead of a picture of the row.
pub(super) fn drag_chip(data: &web_sys::DataTransfer, words: &str) {
    let page = document();
    let Ok(chip) = page.create_element("div") else { return };
    chip.set_class_name("drag-chip");
    chip.set_text_content(Some(words));
    let Some(body) = page.body() else { return };
    if body.append_child(&chip).is_ok() {
        data.set_drag_image(&chip, 12, 12);
        // The browser has taken its picture by the next frame.
        request_animation_frame(move || chip.remove());
    }
}
