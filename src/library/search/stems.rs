//! A `tsvector` as PostgreSQL sends it. Unpacking it there, a row for each word, takes ten times as long.
//!
//! The format (`tsvectorsend`): the number of stems; of each its text and a zero, the number of its places, and the places
//! as 16 bits, of which the upper two are the weight (3: A … 0: D).

use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef},
};

/// What a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A title, of the document (A) or above the passage (B).
    Title,
    /// A way in which students ask (C).
    Phrasing,
    /// The text (D).
    Text,
}

/// A place of a word, counted from the title on.
pub(super) type Place = (i16, Part);

/// The stems of a passage with their places.
#[derive(Debug, Clone)]
pub(super) struct Stems(Vec<u8>);

impl Type<Postgres> for Stems {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("tsvector")
    }
}

impl<'r> Decode<'r, Postgres> for Stems {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let bytes = value.as_bytes()?;
        // Looked through once, so that what comes after cannot fail.
        let mut rest = bytes.get(4..).ok_or("a tsvector is cut")?;
        let count = i32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        for _ in 0..count {
            rest = next(rest).ok_or("a tsvector is cut")?.2;
        }
        Ok(Self(bytes[4..bytes.len() - rest.len()].to_vec()))
    }
}

impl Stems {
    /// Each stem in UTF-8, and its places.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], impl Iterator<Item = Place>)> {
        self.packed().map(|(stem, places)| (stem, places.map(place)))
    }

    /// The same with the places as they are packed.
    pub fn packed(&self) -> impl Iterator<Item = (&[u8], impl Iterator<Item = Packed>)> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (stem, places, after) = next(rest)?;
            rest = after;
            Some((stem, places.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]]))))
        })
    }
}

/// A place as it is packed.
pub(super) type Packed = u16;

/// The first stem, the bytes of its places, and what follows.
fn next(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let (count, rest) = bytes[end + 1..].split_first_chunk()?;
    let (places, rest) = rest.split_at_checked(2 * usize::from(u16::from_be_bytes(*count)))?;
    Some((&bytes[..end], places, rest))
}

/// What is packed.
pub(super) fn place(packed: Packed) -> Place {
    let part = match packed >> 14 {
        0 => Part::Text,
        1 => Part::Phrasing,
        _ => Part::Title,
    };
    ((packed & 0x3fff).cast_signed(), part)
}

/// What a word weighs by the part that it stands in, as `library_candidates` has it: text, phrasings, titles above the
/// passage, title of the document.
const PARTS: [f32; 4] = [0.3, 0.5, 0.6, 0.8];

/// How well a word stands in a passage: `ts_rank` of PostgreSQL for one word (`calc_rank_or` in `tsrank.c`). More than 0.
pub(super) fn rank(places: &[Packed]) -> f32 {
    // A word without a place stands in the text.
    let places = if places.is_empty() { &[0][..] } else { places };
    let (mut sum, mut most, mut at_most) = (0.0_f32, -1.0_f32, 1.0_f32);
    for (at, packed) in places.iter().enumerate() {
        let weight = PARTS[usize::from(packed >> 14)];
        let order = ((at + 1) * (at + 1)) as f32;
        sum += weight / order;
        if weight > most {
            (most, at_most) = (weight, order);
        }
    }
    // All of it if a word stood everywhere: π² / 6.
    (f64::from(most + sum - most / at_most) / 1.644_934_066_85) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestApp;

    #[tokio::test]
    async fn a_word_stands_as_well_as_the_database_says() {
        let app = TestApp::new().await;
        for vector in ["'x':1A", "'x':1A,2B,7", "'x':9,10,11,12C", "'x'", "'x':5C,6C,8,200,201,202,203", "'x':3,4B,4C"]
        {
            let row: (Stems, f32) =
                sqlx::query_as("select $1::tsvector, ts_rank('{0.3, 0.5, 0.6, 0.8}', $1::tsvector, 'x')")
                    .bind(vector)
                    .fetch_one(&app.ctx.pool)
                    .await
                    .expect("rank");
            let places: Vec<Packed> = row.0.packed().flat_map(|(_, places)| places.collect::<Vec<_>>()).collect();
            assert_eq!(rank(&places), row.1, "{vector}");
        }
    }

    #[tokio::test]
    async fn a_vector_of_the_database_is_read_with_places_and_parts() {
        let app = TestApp::new().await;
        let sent = r"select $$'zéro':1A,2B,7 'd''un':3C 'rien' 'x':16383$$::tsvector";
        let stems: Stems = sqlx::query_scalar(sent).fetch_one(&app.ctx.pool).await.expect("vector");
        let mut read: Vec<(String, Vec<Place>)> =
            stems.iter().map(|(stem, places)| (String::from_utf8_lossy(stem).into_owned(), places.collect())).collect();
        read.sort_by(|one, other| one.0.cmp(&other.0));
        let expected = [
            ("d'un", vec![(3, Part::Phrasing)]),
            ("rien", vec![]),
            ("x", vec![(16383, Part::Text)]),
            ("zéro", vec![(1, Part::Title), (2, Part::Title), (7, Part::Text)]),
        ];
        assert_eq!(read, expected.map(|(stem, places)| (stem.to_owned(), places)));
    }

    #[test]
    fn what_is_cut_is_not_read() {
        assert!(next(b"mot").is_none() && next(b"mot\0\0").is_none() && next(b"mot\0\0\x01\0").is_none());
        assert_eq!(next(b"mot\0\0\x01\0\x02x"), Some((&b"mot"[..], &[0, 2][..], &b"x"[..])));
    }
}
