//! Every address of the app as an enum: what a reload, a bookmark or a sent link brings back.
//!
//! Pure text in, text out; the router of `app` calls [`Route::parse`] with the address and the views
//! navigate to [`Route::href`]. Who is signed in is not in the address: the sign-in page shows at any.

use crate::records::{EmailId, EmailSort, ListFilter, MailboxId, ThreadId};

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/mail…`, and every address that is not another page.
    Mail(MailRoute),
    /// `/calendar…`.
    Calendar(CalendarRoute),
    /// `/gallery`: the design system, in development.
    Gallery,
}

/// Where in the mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MailRoute {
    /// The list.
    pub(crate) place: Place,
    /// What is read beside it.
    pub(crate) open: Option<Open>,
    /// `?q=`: what is searched there, as typed.
    pub(crate) search: Option<String>,
    /// `?show=`: the quick filter.
    pub(crate) show: Show,
    /// `?sort=`.
    pub(crate) sort: EmailSort,
}

/// Where in the calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CalendarRoute {
    /// How it is shown.
    pub(crate) view: CalendarView,
    /// A day in what is shown, `2026-11-25`; `None`: today.
    pub(crate) date: Option<String>,
}

/// How a calendar is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum CalendarView {
    /// `/calendar/day`.
    Day,
    /// `/calendar/work-week`: Monday to Friday.
    WorkWeek,
    /// `/calendar/week`.
    #[default]
    Week,
    /// `/calendar/month`.
    Month,
    /// `/calendar/agenda`: a list of what comes.
    Agenda,
}

impl CalendarView {
    /// All, in the order of the buttons.
    pub(crate) const ALL: [Self; 5] = [Self::Day, Self::WorkWeek, Self::Week, Self::Month, Self::Agenda];

    /// Its name in an address.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::WorkWeek => "work-week",
            Self::Week => "week",
            Self::Month => "month",
            Self::Agenda => "agenda",
        }
    }
}

impl CalendarRoute {
    fn parse<'a>(mut parts: impl Iterator<Item = &'a str>) -> Self {
        let view = parts.next().unwrap_or_default();
        let is_date = |text: &&str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        Self {
            view: CalendarView::ALL.into_iter().find(|known| known.as_str() == view).unwrap_or_default(),
            date: parts.next().filter(is_date).map(str::to_owned),
        }
    }

    /// Its address.
    pub(crate) fn href(&self) -> String {
        match &self.date {
            Some(date) => format!("/calendar/{}/{date}", self.view.as_str()),
            None => format!("/calendar/{}", self.view.as_str()),
        }
    }
}

/// Which list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// `/mail/inbox`.
    #[default]
    Inbox,
    /// `/mail/flagged`: flagged mail of all folders.
    Flagged,
    /// `/mail/everywhere`: all folders but junk and deleted mail.
    Everywhere,
    /// `/mail/folder/…`.
    Folder(MailboxId),
}

/// What is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    /// A conversation.
    Thread(ThreadId),
    /// One mail, where conversations are off.
    Email(EmailId),
}

/// The quick filters above a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Show {
    /// No filter.
    #[default]
    All,
    /// With unread mail.
    Unread,
    /// Flagged.
    Flagged,
    /// With me among the recipients.
    ToMe,
    /// With a file.
    WithFile,
}

impl Show {
    /// All, in the order of the chips.
    pub(crate) const ALL: [Self; 5] = [Self::All, Self::Unread, Self::Flagged, Self::ToMe, Self::WithFile];

    fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Unread => "unread",
            Self::Flagged => "flagged",
            Self::ToMe => "to-me",
            Self::WithFile => "with-file",
        }
    }

    /// The filter of the list; "to me" is a search, since the server knows no such filter.
    pub(crate) fn filter(self) -> ListFilter {
        match self {
            Self::All | Self::ToMe => ListFilter::All,
            Self::Unread => ListFilter::Unread,
            Self::Flagged => ListFilter::Flagged,
            Self::WithFile => ListFilter::WithFile,
        }
    }
}

/// Every order of a list with its name in an address, as menus offer them.
pub(crate) const SORTS: [(EmailSort, &str); 5] = [
    (EmailSort::Newest, "newest"),
    (EmailSort::Oldest, "oldest"),
    (EmailSort::From, "from"),
    (EmailSort::Subject, "subject"),
    (EmailSort::Largest, "largest"),
];

impl Route {
    /// Reads an address: path, and the query without its question mark. What makes no sense is the inbox.
    pub(crate) fn parse(path: &str, query: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match parts.next() {
            Some("gallery") => Self::Gallery,
            Some("mail") => Self::Mail(MailRoute::parse(parts, query)),
            Some("calendar") => Self::Calendar(CalendarRoute::parse(parts)),
            _ => Self::Mail(MailRoute::default()),
        }
    }
}

impl MailRoute {
    fn parse<'a>(mut parts: impl Iterator<Item = &'a str>, query: &str) -> Self {
        let place = match parts.next() {
            Some("flagged") => Place::Flagged,
            Some("everywhere") => Place::Everywhere,
            Some("folder") => parts.next().map_or(Place::Inbox, |id| Place::Folder(MailboxId::from(id))),
            _ => Place::Inbox,
        };
        let open = match (parts.next(), parts.next()) {
            (Some("message"), Some(id)) => Some(Open::Email(EmailId::from(id))),
            (Some(id), _) => Some(Open::Thread(ThreadId::from(id))),
            (None, _) => None,
        };
        let value = |wanted: &str| {
            query.split('&').find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                (name == wanted).then(|| decode(value))
            })
        };
        let show = value("show").unwrap_or_default();
        let sort = value("sort").unwrap_or_default();
        Self {
            place,
            open,
            search: value("q").filter(|text| !text.trim().is_empty()),
            show: Show::ALL.into_iter().find(|known| known.as_str() == show).unwrap_or_default(),
            sort: SORTS.into_iter().find(|(_, name)| *name == sort).map(|(sort, _)| sort).unwrap_or_default(),
        }
    }

    /// The list of a place, with nothing open, filtered or searched.
    pub(crate) fn at(place: Place) -> Self {
        Self { place, ..Self::default() }
    }

    /// The same list with this open.
    #[must_use]
    pub(crate) fn opening(&self, open: Option<Open>) -> Self {
        Self { open, ..self.clone() }
    }

    /// Its address.
    pub(crate) fn href(&self) -> String {
        let mut href = match &self.place {
            Place::Inbox => "/mail/inbox".to_owned(),
            Place::Flagged => "/mail/flagged".to_owned(),
            Place::Everywhere => "/mail/everywhere".to_owned(),
            Place::Folder(id) => format!("/mail/folder/{id}"),
        };
        match &self.open {
            Some(Open::Thread(id)) => href.push_str(&format!("/{id}")),
            Some(Open::Email(id)) => href.push_str(&format!("/message/{id}")),
            None => {}
        }
        let mut query = Vec::new();
        if let Some(search) = &self.search {
            query.push(format!("q={}", encode(search)));
        }
        if self.show != Show::All {
            query.push(format!("show={}", self.show.as_str()));
        }
        if let Some((_, name)) = SORTS.into_iter().find(|(sort, _)| *sort == self.sort && *sort != EmailSort::Newest) {
            query.push(format!("sort={name}"));
        }
        if !query.is_empty() {
            href.push('?');
            href.push_str(&query.join("&"));
        }
        href
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Undoes [`encode`], and takes `+` for a space as forms write it.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let mut ahead = rest.clone();
        match (byte, ahead.next().and_then(hex), ahead.next().and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                rest = ahead;
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(href: &str) {
        let (path, query) = href.split_once('?').unwrap_or((href, ""));
        match Route::parse(path, query) {
            Route::Mail(mail) => assert_eq!(mail.href(), href),
            Route::Calendar(calendar) => assert_eq!(calendar.href(), href),
            Route::Gallery => assert_eq!(href, "/gallery"),
        }
    }

    #[test]
    fn an_address_comes_back_as_it_was() {
        check("/mail/inbox");
        check("/mail/inbox/t42");
        check("/mail/flagged/message/e7");
        check("/mail/folder/m-1_x/t42?show=unread&sort=oldest");
        check("/mail/everywhere?q=from%3A%22Bob%20Okafor%22%20l%C3%A1mpara%20100%25");
        check("/calendar/week");
        check("/calendar/work-week/2026-11-25");
        check("/gallery");
    }

    #[test]
    fn an_address_that_makes_no_sense_is_the_inbox() {
        for path in ["/", "/mail", "/mail/nowhere", "/mail/folder", "/owls"] {
            assert_eq!(Route::parse(path, "show=owls&q=+"), Route::Mail(MailRoute::default()), "{path}");
        }
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(decode("100%+b%zz%4"), "100% b%zz%4");
    }
}
