//! Words of the library: what a file is, who may see a document, how far its way into the search is.

use serde::{Deserialize, Serialize};

/// Names of an enum's values in the database and on the wire, and on screen.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $key:literal, $label:literal;)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $key)] $value,)* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$value),*];
            /// (key, label) of every value, for a list of choices.
            pub const CHOICES: &[(&'static str, &'static str)] = &[$(($key, $label)),*];

            /// Key in the database and on the wire.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$value => $key,)* }
            }

            /// Words on screen.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$value => $label,)* }
            }

            /// The value with exactly this key.
            pub fn parse(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.key() == key)
            }
        }
    };
}

words! {
    /// What a file is, by its content.
    Media {
        /// PDF.
        Pdf = "application/pdf", "PDF";
        /// Word.
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word";
        /// Markdown: text whose name says so.
        Markdown = "text/markdown", "Markdown";
        /// Text in UTF-8.
        Text = "text/plain", "Texte";
    }
}

impl Media {
    /// Whether its pages are pages of paper, with numbers that a reader finds again.
    pub const fn has_pages(self) -> bool {
        matches!(self, Self::Pdf)
    }
}

words! {
    /// For which class; none: the whole lycée.
    Grade {
        /// First year of the lycée.
        Seconde = "SECONDE", "Seconde";
        /// Second year.
        Premiere = "PREMIERE", "Première";
        /// Last year.
        Terminale = "TERMINALE", "Terminale";
    }
}

words! {
    /// How much a document weighs as a source.
    Authority {
        /// Official.
        A = "A", "A – officiel : programme, Bulletin officiel, Éduscol";
        /// Academies, examinations.
        B = "B", "B – académique : annales, rapports de jury, œuvres";
        /// Rules to comply with.
        C = "C", "C – cadre : textes de droit, consignes de l’établissement";
        /// Teaching material.
        D = "D", "D – pédagogique : cours, fiches, exercices";
    }
}

impl Authority {
    /// The same in few words, beside a title.
    pub const fn words(self) -> &'static str {
        match self {
            Self::A => "texte officiel",
            Self::B => "académies et examens",
            Self::C => "règles de droit",
            Self::D => "document pédagogique",
        }
    }
}

words! {
    /// Who may read a document and be answered from it.
    Visibility {
        /// Everybody with an account.
        All = "ALL", "Élèves, parents et équipe";
        /// Coaches, assistantes, admins.
        Staff = "STAFF", "L’équipe seulement";
        /// Who uploaded it.
        Owner = "OWNER", "Moi seulement";
    }
}

words! {
    /// A step of the way into the search.
    Step {
        /// Text out of the file.
        Extract = "EXTRACT", "Lecture des pages";
        /// One clean text.
        Clean = "CLEAN", "Nettoyage du texte";
        /// Passages.
        Split = "SPLIT", "Découpage en passages";
        /// Vectors.
        Embed = "EMBED", "Préparation de la recherche par le sens";
        /// The version takes the place of the one before.
        Index = "INDEX", "Mise en recherche";
    }
}

words! {
    /// How an ingestion stands.
    IngestState {
        /// Waits for a hand.
        Pending = "PENDING", "En attente";
        /// Under way.
        Running = "RUNNING", "En cours";
        /// The version is in the search.
        Done = "DONE", "Dans la recherche";
        /// It is not, and says why.
        Failed = "FAILED", "Échec";
    }
}

words! {
    /// What was read of a page.
    PageState {
        /// Text.
        Ok = "OK", "Lue";
        /// Nothing but pictures, or nothing at all.
        Empty = "EMPTY", "Sans texte";
        /// It could not be read.
        Failed = "FAILED", "Illisible";
    }
}

/// How much of the whole way each step is, in percent of it: where it begins, and its share.
const fn share(step: Step) -> (i32, i32) {
    match step {
        Step::Extract => (0, 70),
        Step::Clean => (70, 5),
        Step::Split => (75, 5),
        Step::Embed => (80, 15),
        Step::Index => (95, 5),
    }
}

/// How far an ingestion is, 0 to 100: what was done of this step and all steps before.
pub fn percent(state: IngestState, step: Step, done: i32, total: i32) -> i32 {
    if state == IngestState::Done {
        return 100;
    }
    let (from, share) = share(step);
    let part = if total > 0 { share * done.clamp(0, total) / total } else { 0 };
    from + part
}

/// What keeps its value by its key in a text column. An unknown key is a fault of ours: the columns have checks.
pub(super) fn known<T>(value: Option<T>, column: &str) -> sqlx::Result<T> {
    value.ok_or_else(|| sqlx::Error::Decode(format!("unknown key in {column}").into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_only_grows_from_step_to_step_and_ends_at_a_hundred() {
        let mut last = 0;
        for step in Step::ALL {
            for done in 0..=4 {
                let now = percent(IngestState::Running, *step, done, 4);
                assert!(now >= last && now <= 100, "{step:?} {done}");
                last = now;
            }
        }
        assert_eq!(percent(IngestState::Done, Step::Index, 0, 0), 100);
        assert_eq!(percent(IngestState::Pending, Step::Extract, 0, 0), 0);
    }
}
