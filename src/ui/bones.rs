//! What stands in for content that is coming, in its exact geometry. Pattern: a status that says it is loading.
//! Keys: none. Name: `label`, read once; the bones themselves are hidden.
//! Nothing shows for 150 ms (in the sheet); see [`bones_due`](super::steady::bones_due) to hold them for 300.

use leptos::prelude::*;

/// What is coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BonesKind {
    /// Rows with an avatar and lines, as many as are in view.
    Rows(usize),
    /// Lines of text.
    Lines(usize),
}

/// Bones of rows or lines.
#[component]
pub(crate) fn Bones(
    /// What is coming.
    kind: BonesKind,
    /// "Loading …", for a screen reader.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    // Widths repeat, so that rows look alive without looking random on each load.
    let width = |index: usize, shift: usize| ((index * 3 + shift) % 4 + 1).to_string();
    let drawing = match kind {
        BonesKind::Rows(count) => (0..count)
            .map(|index| {
                view! {
                    <div class="bone-row">
                        <i class="bone" data-shape="disc"></i>
                        <div>
                            <i class="bone" data-width=width(index, 1)></i>
                            <i class="bone" data-width=width(index, 2)></i>
                        </div>
                    </div>
                }
            })
            .collect_view()
            .into_any(),
        BonesKind::Lines(count) => view! {
            <div class="bone-lines">
                {(0..count).map(|index| view! { <i class="bone" data-width=width(index, 3)></i> }).collect_view()}
            </div>
        }
        .into_any(),
    };
    view! {
        <div class="bones" aria-busy="true">
            <span class="visually-hidden" role="status">
                {move || label.get()}
            </span>
            <div aria-hidden="true">{drawing}</div>
        </div>
    }
}
