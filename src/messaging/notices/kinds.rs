//! The kinds of notifications, and when each is mailed.

use crate::web::Role;

/// About what a notification is. The keys are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Somebody wrote a message.
    Message,
    /// A result and its report can be read.
    Bilan,
    /// A message to the tutor shows danger. For the staff.
    Alert,
    /// A budget of the language models is nearly spent. For admins.
    Models,
}

/// When a person wants a mail about a kind that is not [mandatory](Kind::mandatory). The notification itself is always
/// there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailWish {
    /// At once (messages: after ten minutes, unless read).
    Now,
    /// With the day's others, in the evening.
    Daily,
    /// Not at all.
    Never,
}

impl Kind {
    /// All, in the order of the page of preferences.
    pub const ALL: [Self; 4] = [Self::Message, Self::Bilan, Self::Alert, Self::Models];

    /// Key in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Message => "MESSAGE",
            Self::Bilan => "BILAN",
            Self::Alert => "ALERT",
            Self::Models => "MODELS",
        }
    }

    /// What the person reads on the page of preferences.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Message => "Nouveaux messages",
            Self::Bilan => "Résultats et bilans",
            Self::Alert => "Alertes d’ARIA",
            Self::Models => "Budget des modèles de langage",
        }
    }

    /// The label of [`MailWish::Now`] for this kind.
    pub const fn now_label(self) -> &'static str {
        match self {
            Self::Message => "Après dix minutes, si le message n’est pas lu",
            Self::Bilan | Self::Alert | Self::Models => "Tout de suite",
        }
    }

    /// What holds for those who chose nothing.
    pub const fn default_wish(self) -> MailWish {
        match self {
            Self::Message | Self::Bilan | Self::Alert | Self::Models => MailWish::Now,
        }
    }

    /// Whether the mail always leaves at once, whatever the person chose for others: an alert is about the safety of a
    /// minor. The database refuses another choice, too.
    pub const fn mandatory(self) -> bool {
        matches!(self, Self::Alert)
    }

    /// What the mail says in place of the notification, which says more than may be read in a mailbox or on a locked
    /// phone: title and sentence.
    pub const fn discreet(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Alert => Some((
                "Un message à ARIA demande votre attention",
                "Lisez-le maintenant et décidez de ce qui est à faire.",
            )),
            Self::Message | Self::Bilan | Self::Models => None,
        }
    }

    /// Whether somebody in this role is ever told of this.
    pub const fn concerns(self, role: Role) -> bool {
        match self {
            Self::Message | Self::Bilan => true,
            Self::Alert => matches!(role, Role::Admin | Role::Assistante),
            Self::Models => matches!(role, Role::Admin),
        }
    }

    /// Whether the mail leaves with the notification; the one about messages waits for its ten minutes.
    pub const fn mailed_at_once(self) -> bool {
        !matches!(self, Self::Message)
    }
}

impl MailWish {
    /// All.
    pub const ALL: [Self; 3] = [Self::Now, Self::Daily, Self::Never];

    /// Key in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Now => "NOW",
            Self::Daily => "DAILY",
            Self::Never => "NEVER",
        }
    }

    /// The wish with exactly this key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wish| wish.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_back_and_fit_the_table() {
        for wish in MailWish::ALL {
            assert_eq!(MailWish::parse(wish.key()), Some(wish));
        }
        for kind in Kind::ALL {
            assert!(kind.key().bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'));
        }
        assert_eq!(MailWish::parse("now"), None);
    }
}
