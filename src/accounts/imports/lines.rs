//! The lines of a file as students, and what is wrong with each.

use std::collections::HashMap;

use chrono::{Datelike as _, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{
    MOST_LINES,
    columns::{self, Column, plain},
    decode,
};
use crate::{
    accounts::{families::is_phone, households::Child, normal_email},
    web::checks::is_email,
};

/// A guardian of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct GuardianLine {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    /// Key of the relation.
    pub relation: String,
}

/// A student of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StudentLine {
    /// Its number in the file; the header is 1.
    pub number: usize,
    pub first_name: String,
    pub last_name: String,
    /// Key of the grade.
    pub grade: String,
    pub email: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub school: Option<String>,
    pub extra_time: bool,
    pub guardians: Vec<GuardianLine>,
}

impl StudentLine {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// As the families' part enters a child.
    pub fn child(&self) -> Child {
        Child {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            grade: self.grade.clone(),
            school: self.school.clone(),
            birth_date: self.birth_date,
            extra_time: self.extra_time,
        }
    }

    /// What tells the student from all others of the file.
    fn key(&self) -> String {
        let family = self.guardians.first().map(|one| one.email.as_str()).unwrap_or_default();
        let day = self.birth_date.map(|day| day.to_string()).unwrap_or_default();
        format!("{}|{}|{day}|{family}", plain(&self.first_name), plain(&self.last_name))
    }
}

/// What is wrong with a line; 0: with the whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineError {
    pub line: usize,
    pub sentence: String,
}

impl LineError {
    pub fn new(line: usize, sentence: impl Into<String>) -> Self {
        Self { line, sentence: sentence.into() }
    }
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct Read {
    pub lines: Vec<StudentLine>,
    pub errors: Vec<LineError>,
    /// Headers of columns that are not ours.
    pub ignored: Vec<String>,
}

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Read {
    let text = decode::text(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(decode::delimiter(&text))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records().enumerate();
    let mut read = Read { lines: Vec::new(), errors: Vec::new(), ignored: Vec::new() };
    let Some((_, Ok(head))) = records.next() else {
        read.errors.push(LineError::new(0, "Le fichier est vide. Partez du modèle, et gardez sa première ligne."));
        return read;
    };
    let known: Vec<Option<Column>> = head.iter().map(columns::of_header).collect();
    let unknown = head.iter().zip(&known).filter(|(header, column)| column.is_none() && !header.is_empty());
    read.ignored = unknown.map(|(header, _)| header.chars().take(60).collect()).collect();
    check_head(&known, &mut read.errors);
    if !read.errors.is_empty() {
        return read;
    }
    for (at, record) in records {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => read.add(record.position().map_or(at + 1, |place| place.line() as usize), &known, &record),
            Err(_) => read.errors.push(LineError::new(at + 1, "Cette ligne ne se lit pas : vérifiez les guillemets.")),
        }
        if read.lines.len() > MOST_LINES {
            read.errors
                .push(LineError::new(0, format!("Plus de {MOST_LINES} élèves : partagez le fichier en plusieurs.")));
            return read;
        }
    }
    read.check_whole();
    read
}

fn check_head(known: &[Option<Column>], errors: &mut Vec<LineError>) {
    for (column, name) in [(Column::LastName, "Nom"), (Column::FirstName, "Prénom"), (Column::Grade, "Classe")] {
        if !known.contains(&Some(column)) {
            errors.push(LineError::new(1, format!("La colonne « {name} » manque à la première ligne du fichier.")));
        }
    }
    for (at, column) in known.iter().enumerate().filter_map(|(at, column)| column.map(|it| (at, it))) {
        if known[..at].contains(&Some(column)) {
            errors.push(LineError::new(
                1,
                format!("Deux colonnes disent la même chose : la colonne {} est de trop.", at + 1),
            ));
        }
    }
}

impl Read {
    fn add(&mut self, number: usize, known: &[Option<Column>], record: &csv::StringRecord) {
        let mut line = StudentLine { number, ..StudentLine::default() };
        let mut guardians = [GuardianLine::default(), GuardianLine::default()];
        let mut wrong = Vec::new();
        for (column, cell) in known.iter().zip(record).filter_map(|(column, cell)| column.map(|it| (it, cell))) {
            if cell.chars().count() > 254 || cell.contains('\0') {
                wrong.push("Une case est trop longue.".to_owned());
            } else if let Err(sentence) = line.take(&mut guardians, column, cell) {
                wrong.push(sentence);
            }
        }
        line.check(&mut guardians, &mut wrong);
        line.guardians = guardians.into_iter().filter(|one| *one != GuardianLine::default()).collect();
        if wrong.is_empty() && line.email.is_none() && line.birth_date.is_none() && line.guardians.is_empty() {
            wrong.push("Indiquez une date de naissance, un e-mail ou un parent : sans cela, l’élève ne peut pas être reconnu plus tard.".to_owned());
        }
        self.errors.extend(wrong.into_iter().map(|sentence| LineError::new(number, sentence)));
        self.lines.push(line);
    }

    /// What only shows when all lines are seen together.
    fn check_whole(&mut self) {
        if self.lines.is_empty() && self.errors.is_empty() {
            self.errors.push(LineError::new(0, "Le fichier n’a aucun élève sous sa première ligne."));
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut repeated = Vec::new();
        for line in &self.lines {
            let keys = [Some(line.key()), line.email.clone()];
            for key in keys.into_iter().flatten() {
                if let Some(first) = seen.insert(key, line.number).filter(|first| *first != line.number) {
                    repeated.push(LineError::new(line.number, format!("Le même élève est déjà à la ligne {first}.")));
                    break;
                }
            }
        }
        self.errors.extend(repeated);
        self.errors.sort_by_key(|error| error.line);
    }
}

impl StudentLine {
    fn take(&mut self, guardians: &mut [GuardianLine; 2], column: Column, cell: &str) -> Result<(), String> {
        match column {
            Column::LastName => cell.clone_into(&mut self.last_name),
            Column::FirstName => cell.clone_into(&mut self.first_name),
            Column::Grade => {
                self.grade = grade(cell)
                    .ok_or_else(|| format!("Classe inconnue : « {cell} ». Écrivez Seconde, Première ou Terminale."))?
                    .to_owned();
            }
            Column::Email => self.email = email(cell)?,
            Column::BirthDate => {
                self.birth_date = match cell {
                    "" => None,
                    text => Some(birth_date(text).ok_or_else(|| {
                        format!("Date de naissance illisible : « {text} ». Écrivez par exemple 14/03/2009.")
                    })?),
                };
            }
            Column::School => {
                self.school = Some(cell.chars().take(120).collect::<String>()).filter(|name| !name.is_empty())
            }
            Column::ExtraTime => {
                self.extra_time = matches!(plain(cell).as_str(), "oui" | "o" | "x" | "1" | "vrai" | "true")
            }
            Column::GuardianLastName(at) => cell.clone_into(&mut guardians[at].last_name),
            Column::GuardianFirstName(at) => cell.clone_into(&mut guardians[at].first_name),
            Column::GuardianEmail(at) => guardians[at].email = email(cell)?.unwrap_or_default(),
            Column::GuardianPhone(at) => cell.clone_into(&mut guardians[at].phone),
            Column::GuardianRelation(_) if cell.is_empty() => {}
            Column::GuardianRelation(at) => {
                relation(cell)
                    .ok_or_else(|| format!("Lien inconnu : « {cell} ». Écrivez Mère, Père, Tuteur ou Autre."))?
                    .clone_into(&mut guardians[at].relation);
            }
        }
        Ok(())
    }

    fn check(&mut self, guardians: &mut [GuardianLine; 2], wrong: &mut Vec<String>) {
        let name = |text: &str| (1..=80).contains(&text.chars().count());
        for (text, sentence) in [
            (&self.last_name, "Le nom manque, ou est trop long."),
            (&self.first_name, "Le prénom manque, ou est trop long."),
        ] {
            if !name(text) {
                wrong.push(sentence.to_owned());
            }
        }
        if self.grade.is_empty() && !wrong.iter().any(|sentence| sentence.starts_with("Classe")) {
            wrong.push("La classe manque.".to_owned());
        }
        for (at, one) in guardians.iter_mut().enumerate().filter(|(_, one)| **one != GuardianLine::default()) {
            let who = at + 1;
            if one.email.is_empty() && !wrong.iter().any(|sentence| sentence.contains("e-mail")) {
                wrong.push(format!("Parent {who} : l’e-mail manque ; c’est par lui que le compte s’active."));
            }
            if !name(&one.last_name) || !name(&one.first_name) {
                wrong.push(format!("Parent {who} : le nom ou le prénom manque."));
            }
            if !one.phone.is_empty() && !is_phone(&one.phone) {
                wrong.push(format!("Parent {who} : le téléphone « {} » ne se compose pas.", one.phone));
            }
            if one.relation.is_empty() {
                "PARENT".clone_into(&mut one.relation);
            }
        }
        let [first, second] = guardians;
        if !first.email.is_empty() && first.email == second.email {
            wrong.push("Les deux parents ont la même adresse e-mail.".to_owned());
        }
        if self.email.as_ref().is_some_and(|email| *email == first.email || *email == second.email) {
            wrong.push("L’élève et un parent ont la même adresse e-mail : laissez vide celle de l’élève, un identifiant lui suffit.".to_owned());
        }
    }
}

fn email(cell: &str) -> Result<Option<String>, String> {
    match cell {
        "" => Ok(None),
        text if is_email(text) => Ok(Some(normal_email(text))),
        text => Err(format!("« {text} » n’est pas une adresse e-mail.")),
    }
}

/// "Tle", "TG3", "1ère", "1re STMG", "2nde"…
fn grade(cell: &str) -> Option<&'static str> {
    let name = plain(cell);
    if name.starts_with("term") || name.starts_with("tle") || (name.starts_with('t') && name.len() <= 6) {
        Some("TERMINALE")
    } else if name.starts_with("prem") || name.starts_with('1') {
        Some("PREMIERE")
    } else if name.starts_with("sec") || name.starts_with('2') {
        Some("SECONDE")
    } else {
        None
    }
}

fn relation(cell: &str) -> Option<&'static str> {
    Some(match plain(cell).as_str() {
        "parent" => "PARENT",
        "mere" | "maman" => "MERE",
        "pere" | "papa" => "PERE",
        "tuteur" | "tutrice" => "TUTEUR",
        "autre" => "AUTRE",
        _ => return None,
    })
}

/// A day as a French spreadsheet or a database writes it, on which somebody at lycée can be born.
fn birth_date(text: &str) -> Option<NaiveDate> {
    let date = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())?;
    let this_year = Utc::now().year();
    (this_year - 30..=this_year - 10).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_line_is_a_student_with_two_guardians() {
        let file = "Nom;Prénom;Classe;E-mail;Date de naissance;Tiers-temps;Parent 1 nom;Parent 1 prénom;Parent 1 e-mail;Parent 1 lien;Parent 2 nom;Parent 2 prénom;Parent 2 e-mail;Remarque\n\
                    Garnier;Adam;TG2;;14/03/2009;oui;Trabelsi;Olfa;OLFA@example.org;mère;Garnier;Julien;julien@example.org;x\n";
        let read = read(file.as_bytes());
        assert_eq!(read.errors, []);
        assert_eq!(read.ignored, ["Remarque"]);
        let line = &read.lines[0];
        assert_eq!((line.number, line.grade.as_str(), line.extra_time), (2, "TERMINALE", true));
        assert_eq!(line.birth_date, NaiveDate::from_ymd_opt(2009, 3, 14));
        assert_eq!(line.guardians[0].email, "olfa@example.org");
        assert_eq!((line.guardians[0].relation.as_str(), line.guardians[1].relation.as_str()), ("MERE", "PARENT"));
    }

    fn sentences(file: &str) -> Vec<String> {
        read(file.as_bytes()).errors.into_iter().map(|error| format!("{}: {}", error.line, error.sentence)).collect()
    }

    #[test]
    fn each_error_names_its_line() {
        let errors = sentences(
            "nom,prenom,classe,email,naissance\nA,B,CM2,,14/03/2009\n,B,1re,x@,14/03/2009\nC,D,2nde,,\nE,F,Tle,,31/02/2009\n",
        );
        let starts: Vec<&str> = errors.iter().map(|it| it.split(" :").next().unwrap_or_default()).collect();
        assert_eq!(
            starts,
            [
                "2: Classe inconnue",
                "3: « x@ » n’est pas une adresse e-mail.",
                "3: Le nom manque, ou est trop long.",
                "4: Indiquez une date de naissance, un e-mail ou un parent",
                "5: Date de naissance illisible",
            ]
        );
    }

    #[test]
    fn lines_are_counted_as_the_spreadsheet_counts_them_whatever_ends_them() {
        let file =
            "nom;prénom;classe;naissance;établissement\nA;B;Tle;14/03/2009;\"Lycée\ndu Port\"\nC;D;CM2;14/03/2009;\n";
        for ends in ["\n", "\r\n", "\r"] {
            let errors = sentences(&file.replace('\n', ends));
            assert_eq!(errors.len(), 1, "{ends:?} {errors:?}");
            assert!(errors[0].starts_with("4: "), "{ends:?} {errors:?}");
        }
    }

    #[test]
    fn a_file_without_the_needed_columns_says_which() {
        assert_eq!(sentences("nom;classe\nA;Tle").len(), 1);
        assert_eq!(sentences("").len(), 1);
        assert_eq!(sentences("nom;prénom;classe\n;;\n"), ["0: Le fichier n’a aucun élève sous sa première ligne."]);
        assert!(sentences("nom;nom;prénom;classe\n")[0].contains("colonne 2"));
    }

    #[test]
    fn the_same_student_twice_is_an_error_and_twins_are_not() {
        let head = "nom;prénom;classe;date de naissance;parent 1 nom;parent 1 prénom;parent 1 email\n";
        let twice = format!("{head}A;B;Tle;14/03/2009;A;P;p@x.org\nA;b;Terminale;14/03/2009;A;P;p@x.org\n");
        assert_eq!(sentences(&twice), ["3: Le même élève est déjà à la ligne 2."]);
        let twins = format!("{head}A;B;Tle;14/03/2009;A;P;p@x.org\nA;C;Tle;14/03/2009;A;P;p@x.org\n");
        assert_eq!(sentences(&twins), Vec::<String>::new());
    }

    #[test]
    fn a_thousand_students_are_read_and_no_more() {
        let line = |at: usize| format!("N{at};P;Tle;14/03/2009\n");
        let file = |count| format!("nom;prénom;classe;naissance\n{}", (0..count).map(line).collect::<String>());
        assert_eq!(sentences(&file(MOST_LINES)), Vec::<String>::new());
        assert_eq!(sentences(&file(MOST_LINES + 1)).len(), 1);
    }

    #[test]
    fn grades_are_read_as_schools_write_them() {
        for (cell, key) in [
            ("Terminale", "TERMINALE"),
            ("TG4", "TERMINALE"),
            ("1ère 3", "PREMIERE"),
            ("Première", "PREMIERE"),
            ("2nde", "SECONDE"),
        ] {
            assert_eq!(grade(cell), Some(key), "{cell}");
        }
        assert_eq!(grade("CM2"), None);
        assert_eq!(grade(""), None);
    }
}
