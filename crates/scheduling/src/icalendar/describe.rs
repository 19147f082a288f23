//! Descriptions in HTML, which most of the world cannot read in the line that is meant for them.

use calcard::icalendar::{ICalendarComponent, ICalendarEntry, ICalendarParameter, ICalendarProperty};

use super::entry::text;

/// What the readers of an X-ALT-DESC look for.
const ALTERNATIVE: &str = "X-ALT-DESC";

/// Takes away what only repeats the description in HTML for those who cannot read it: it is written anew.
pub(super) fn read(component: &mut ICalendarComponent) {
    let styled = component.entries.iter().find(|entry| entry.name == ICalendarProperty::StyledDescription);
    let Some(html) = styled.filter(|entry| !entry.is_derived()).and_then(text).map(str::to_owned) else { return };
    component.entries.retain(|entry| match &entry.name {
        ICalendarProperty::Description => false,
        ICalendarProperty::Other(name) => !(name.eq_ignore_ascii_case(ALTERNATIVE) && text(entry) == Some(&html)),
        _ => true,
    });
}

/// Beside the description in HTML, one without it, and the one that Outlook reads.
pub(super) fn write(component: &mut ICalendarComponent) {
    let styled = component.entries.iter().find(|entry| entry.name == ICalendarProperty::StyledDescription);
    let Some(html) = styled.and_then(text) else { return };
    let html = html.to_owned();
    let has_alternative = component
        .entries
        .iter()
        .any(|entry| matches!(&entry.name, ICalendarProperty::Other(name) if name.eq_ignore_ascii_case(ALTERNATIVE)));
    component.entries.push(
        ICalendarEntry::new(ICalendarProperty::Description)
            .with_param(ICalendarParameter::derived(true))
            .with_value(plain(&html)),
    );
    if !has_alternative {
        component.entries.push(
            ICalendarEntry::new(ICalendarProperty::Other(ALTERNATIVE.into()))
                .with_param(ICalendarParameter::fmttype("text/html".to_owned()))
                .with_value(html),
        );
    }
}

/// The text of a piece of HTML: enough to be read, and nothing that could be run.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        push(&mut text, before);
        let Some((tag, after)) = tag.split_once('>') else { break };
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        match name.to_ascii_lowercase().as_str() {
            "br" => text.push('\n'),
            "p" | "div" | "li" | "tr" | "h1" | "h2" | "h3" | "ul" | "ol"
                if !text.is_empty() && !text.ends_with('\n') =>
            {
                text.push('\n');
            }
            "script" | "style" if !tag.starts_with('/') => {
                rest = after_closing(after, &name);
                continue;
            }
            _ => {}
        }
        rest = after;
    }
    if !rest.contains('<') {
        push(&mut text, rest);
    }
    text.trim().to_owned()
}

/// What follows from the tag that closes an element on.
fn after_closing<'a>(html: &'a str, name: &str) -> &'a str {
    let closes = |at: &usize| {
        html.get(at + 2..).and_then(|tag| tag.get(..name.len())).is_some_and(|it| it.eq_ignore_ascii_case(name))
    };
    html.match_indices("</").map(|(at, _)| at).find(closes).and_then(|at| html.get(at..)).unwrap_or_default()
}

fn push(text: &mut String, piece: &str) {
    let piece = piece
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    text.push_str(&piece);
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn html_becomes_text_that_reads_alone() {
        assert_eq!(plain("<p>Bring <b>tea</b> &amp; cake</p><p>Thanks<br>Bob</p>"), "Bring tea & cake\nThanks\nBob");
        assert_eq!(plain("a<script>alert(1)</script>b<style>p{}"), "ab");
        assert_eq!(plain("1 &lt; 2 <unclosed"), "1 < 2");
    }
}
