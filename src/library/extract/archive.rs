//! What a zip archive says about itself, looked at before anything in it is expanded. Read by hand and strictly: the
//! directory must be where the end of the file says, so that no reader can see another one than we do.

use std::io::{self, Read, Seek, SeekFrom};

/// Most entries: a Word file has a few dozen, and one for each picture.
const MOST_ENTRIES: usize = 2_000;
/// Most bytes that all entries may expand to.
const MOST_EXPANDED: u64 = 300 << 20;
/// How many times its size an entry may expand to, when it is not small; text shrinks to a fifteenth.
const MOST_RATIO: u64 = 150;
/// Below this, a ratio says nothing.
const SMALL: u64 = 2 << 20;

/// An archive that would expand beyond all bounds.
#[derive(Debug, PartialEq, Eq)]
pub struct Bomb;

/// The names in the archive; none when this is no archive that we could read.
pub fn look(mut file: impl Read + Seek) -> io::Result<Result<Option<Vec<String>>, Bomb>> {
    let size = file.seek(SeekFrom::End(0))?;
    let tail = size.min(22 + 0xFFFF);
    file.seek(SeekFrom::Start(size - tail))?;
    let mut end = vec![0; tail as usize];
    file.read_exact(&mut end)?;
    let Some(end) = end_record(&end) else { return Ok(Ok(None)) };
    let (count, length, offset) = (u16_at(end, 10), u32_at(end, 12), u32_at(end, 16));
    if usize::from(count) > MOST_ENTRIES || length > 4 << 20 {
        return Ok(Err(Bomb));
    }
    if u64::from(offset) + u64::from(length) + end.len() as u64 != size {
        return Ok(Ok(None));
    }
    file.seek(SeekFrom::Start(offset.into()))?;
    let mut directory = vec![0; length as usize];
    file.read_exact(&mut directory)?;
    Ok(entries(&directory, count))
}

/// The end-of-directory record that reaches exactly to the end of the file.
fn end_record(tail: &[u8]) -> Option<&[u8]> {
    let fits = |at: &usize| {
        tail[*at..].starts_with(b"PK\x05\x06") && at + 22 + usize::from(u16_at(&tail[*at..], 20)) == tail.len()
    };
    let at = (0..=tail.len().checked_sub(22)?).rev().find(fits)?;
    Some(&tail[at..])
}

fn entries(mut directory: &[u8], count: u16) -> Result<Option<Vec<String>>, Bomb> {
    let (mut names, mut expanded) = (Vec::new(), 0_u64);
    for _ in 0..count {
        if directory.len() < 46 || !directory.starts_with(b"PK\x01\x02") {
            return Ok(None);
        }
        let (packed, size) = (u64::from(u32_at(directory, 20)), u64::from(u32_at(directory, 24)));
        expanded += size;
        if expanded > MOST_EXPANDED || (size > SMALL && size > packed.saturating_mul(MOST_RATIO)) {
            return Err(Bomb);
        }
        let name = usize::from(u16_at(directory, 28));
        let length = 46 + name + usize::from(u16_at(directory, 30)) + usize::from(u16_at(directory, 32));
        let (Some(bytes), Some(rest)) = (directory.get(46..46 + name), directory.get(length..)) else {
            return Ok(None);
        };
        names.push(String::from_utf8_lossy(bytes).into_owned());
        directory = rest;
    }
    Ok(directory.is_empty().then_some(names))
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}
