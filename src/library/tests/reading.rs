//! What is read out of files of every kind, in a process of its own.

use tokio::sync::mpsc;

use super::{child, samples};
use crate::library::{
    extract::{
        Order, Refusal, Said,
        worker::{Ended, once},
    },
    model::Media,
};

async fn read_from(media: Media, from: u32, bytes: &[u8]) -> (Ended, Vec<Said>) {
    let (send, mut receive) = mpsc::channel(4);
    let extractor = child::impatient();
    let order = Order { media, from };
    let hear = async {
        let mut said = Vec::new();
        while let Some(one) = receive.recv().await {
            said.push(one);
        }
        said
    };
    let (ended, said) = tokio::join!(once(&extractor, order, bytes, send), hear);
    (ended.expect("child"), said)
}

async fn read(media: Media, bytes: &[u8]) -> Vec<Said> {
    let (ended, said) = read_from(media, 1, bytes).await;
    assert_eq!(ended, Ended::Whole, "{said:?}");
    said
}

#[tokio::test]
async fn a_pdf_is_read_page_by_page_with_its_accents() {
    let file = samples::pdf(&[
        &["L’énoncé de la récurrence : où, cœur, Noël."],
        &["(parenthèses) et \\ barres", "deuxième ligne"],
    ]);
    let said = read(Media::Pdf, &file).await;
    assert_eq!(said[0], Said::Pages(2));
    assert_eq!(said[1], Said::Page(1, "L’énoncé de la récurrence : où, cœur, Noël.".into()));
    assert_eq!(said[2], Said::Page(2, "(parenthèses) et \\ barres\ndeuxième ligne".into()));
    assert_eq!(read_from(Media::Pdf, 2, &file).await.1.len(), 2, "from the second page on");
}

#[tokio::test]
async fn a_word_file_is_markdown_without_what_was_deleted() {
    let said = read(Media::Docx, &samples::docx()).await;
    let Some(Said::Page(1, text)) = said.last() else { panic!("{said:?}") };
    assert_eq!(
        text,
        "# Dérivation & variations\n\nSoit f(x) < 3\n  - un point\n\n| x | f(x) |\n| --- | --- |\n| 1 | a\\|b |"
    );
}

#[tokio::test]
async fn broken_locked_and_empty_files_are_refused_each_with_its_reason() {
    let pdf = samples::pdf(&[&["texte"]]);
    let refusal = async |media, bytes: &[u8]| read(media, bytes).await.pop();
    assert_eq!(refusal(Media::Pdf, b"%PDF-1.7\nrien de plus").await, Some(Said::Refused(Refusal::Broken)));
    assert_eq!(refusal(Media::Pdf, &samples::pdf(&[])).await, Some(Said::Refused(Refusal::Broken)));
    assert_eq!(refusal(Media::Pdf, &samples::locked_pdf()).await, Some(Said::Refused(Refusal::Locked)));
    assert_eq!(
        refusal(Media::Docx, &samples::zip(&[("word/autre.xml", b"<a/>")])).await,
        Some(Said::Refused(Refusal::Broken))
    );
    // Cut in the middle: what can be made out of it, or a refusal, but never a crash.
    let (ended, _) = read_from(Media::Pdf, 1, &pdf[..pdf.len() / 2]).await;
    assert_eq!(ended, Ended::Whole);
}

#[tokio::test]
async fn a_word_file_that_lies_about_its_size_is_not_read_beyond_the_limit() {
    let xml = format!("<w:document>{}</w:document>", " ".repeat(70 << 20));
    let said = read(Media::Docx, &samples::zip(&[("word/document.xml", xml.as_bytes())])).await;
    assert_eq!(said.last(), Some(&Said::Refused(Refusal::TooLarge)));
}

#[tokio::test]
async fn a_page_that_hangs_dies_or_eats_ends_the_process_and_says_which_it_was() {
    for (word, ended) in
        [(child::HANG, Ended::TooSlow(2)), (child::CRASH, Ended::Died(2)), (child::EAT, Ended::Died(2))]
    {
        let file = samples::pdf(&[&["bonne page"], &[word], &["suite"]]);
        let (got, said) = read_from(Media::Pdf, 1, &file).await;
        assert_eq!(got, ended, "{word}");
        assert_eq!(said.len(), 2, "the first page is kept: {said:?}");
    }
}
