//! The names of the icons in the sprite. Each stands for its drawing in `public/icons/list.txt`; a test compares the two.

/// Declares the enum, its list and its names from one table.
macro_rules! icons {
    ($($variant:ident = $name:literal,)*) => {
        /// An icon of the sprite, named by what it shows or does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum IconName {
            $(#[doc = $name] $variant,)*
        }

        impl IconName {
            /// All icons, in the order of the list.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in the list.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What `<use>` points at.
            pub(crate) fn href(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("#icon-", $name),)*
                }
            }
        }
    };
}

icons! {
    Add = "add",
    Alert = "alert",
    Archive = "archive",
    ArrowDown = "arrow-down",
    ArrowLeft = "arrow-left",
    ArrowRight = "arrow-right",
    ArrowUp = "arrow-up",
    Attach = "attach",
    Bold = "bold",
    BulletList = "bullet-list",
    Calendar = "calendar",
    CalendarAdd = "calendar-add",
    CalendarFilled = "calendar-filled",
    Call = "call",
    CallEndFilled = "call-end-filled",
    Camera = "camera",
    Chat = "chat",
    ChatAdd = "chat-add",
    ChatFilled = "chat-filled",
    Check = "check",
    CheckBold = "check-bold",
    ChevronDown = "chevron-down",
    ChevronLeft = "chevron-left",
    ChevronRight = "chevron-right",
    ChevronUp = "chevron-up",
    ClearFormatting = "clear-formatting",
    Clock = "clock",
    Code = "code",
    Compose = "compose",
    Copy = "copy",
    Dash = "dash",
    Delete = "delete",
    Dismiss = "dismiss",
    Document = "document",
    DocumentArchive = "document-archive",
    DocumentImage = "document-image",
    DocumentPdf = "document-pdf",
    DocumentSound = "document-sound",
    DocumentTable = "document-table",
    DocumentText = "document-text",
    DocumentVideo = "document-video",
    Door = "door",
    Download = "download",
    Drafts = "drafts",
    Edit = "edit",
    Emoji = "emoji",
    Error = "error",
    Eye = "eye",
    EyeOff = "eye-off",
    Filter = "filter",
    Flag = "flag",
    FlagFilled = "flag-filled",
    Folder = "folder",
    FolderAdd = "folder-add",
    FolderMove = "folder-move",
    FolderOpen = "folder-open",
    Forward = "forward",
    Image = "image",
    Inbox = "inbox",
    Info = "info",
    Italic = "italic",
    Junk = "junk",
    Keyboard = "keyboard",
    Link = "link",
    LinkRemove = "link-remove",
    Location = "location",
    Lock = "lock",
    Mail = "mail",
    MailFilled = "mail-filled",
    MailRead = "mail-read",
    MailUnread = "mail-unread",
    Menu = "menu",
    Mic = "mic",
    MicFilled = "mic-filled",
    MicOff = "mic-off",
    Moon = "moon",
    More = "more",
    Multiselect = "multiselect",
    NotJunk = "not-junk",
    NumberList = "number-list",
    Offline = "offline",
    Open = "open",
    Options = "options",
    PanelBottom = "panel-bottom",
    PanelOff = "panel-off",
    PanelRight = "panel-right",
    People = "people",
    PeopleFilled = "people-filled",
    Person = "person",
    PersonAdd = "person-add",
    Pin = "pin",
    Print = "print",
    Quote = "quote",
    Redo = "redo",
    Refresh = "refresh",
    Reply = "reply",
    ReplyAll = "reply-all",
    RotateLeft = "rotate-left",
    RotateRight = "rotate-right",
    Search = "search",
    Send = "send",
    SendFilled = "send-filled",
    Settings = "settings",
    SettingsFilled = "settings-filled",
    ShareScreen = "share-screen",
    Shield = "shield",
    SignOut = "sign-out",
    Sort = "sort",
    Strikethrough = "strikethrough",
    Sun = "sun",
    Sync = "sync",
    System = "system",
    Tag = "tag",
    Team = "team",
    TextStyle = "text-style",
    Underline = "underline",
    Undo = "undo",
    Upload = "upload",
    Video = "video",
    VideoFilled = "video-filled",
    Voicemail = "voicemail",
    Warning = "warning",
    ZoomIn = "zoom-in",
    ZoomOut = "zoom-out",
}

impl IconName {
    /// Whether the icon points along the line and so turns with the direction of writing.
    pub(crate) fn turns(self) -> bool {
        matches!(
            self,
            Self::ArrowLeft
                | Self::ArrowRight
                | Self::ChevronLeft
                | Self::ChevronRight
                | Self::Forward
                | Self::Reply
                | Self::ReplyAll
                | Self::Send
                | Self::SendFilled
                | Self::SignOut
                | Self::FolderMove
                | Self::Undo
                | Self::Redo
        )
    }
}

#[cfg(test)]
mod tests {
    use super::IconName;

    #[test]
    fn the_enum_and_the_sprite_hold_the_same_icons() {
        let list: Vec<&str> = include_str!("../../public/icons/list.txt")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .filter_map(|line| line.split(' ').next())
            .collect();
        let named: Vec<&str> = IconName::ALL.iter().map(|icon| icon.as_str()).collect();
        assert_eq!(named, list);
        let sprite = include_str!("../../public/icons/sprite.svg");
        for name in named {
            assert!(sprite.contains(&format!("id=\"icon-{name}\"")), "{name}: run `npm run icons`");
        }
    }
}
