//! Grouping what follows each other into parts of a wanted length: of all ways, the one that costs least. Too short
//! costs most, then cutting where a thought goes on.

use std::ops::Range;

use super::tokens;

/// How long a part should be, in tokens.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub least: usize,
    pub most: usize,
}

/// Something that is never cut.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Characters of the text.
    pub chars: Range<usize>,
    /// What it costs that a part begins with it.
    pub cut: u32,
    /// What it costs that a part goes on with it.
    pub join: u32,
    /// Whether a part that ends with it is bad: a title without its text.
    pub opens: bool,
}

impl Item {
    /// What some items are together.
    pub fn of(items: &[Self]) -> Self {
        let (first, last) = (items.first(), items.last());
        Self {
            chars: first.map_or(0, |it| it.chars.start)..last.map_or(0, |it| it.chars.end),
            cut: first.map_or(0, |it| it.cut),
            join: first.map_or(0, |it| it.join),
            opens: last.is_some_and(|it| it.opens),
        }
    }
}

/// More than all other reasons together.
const TOO_SHORT: u64 = 10_000;
const BARE_TITLE: u64 = 700;

/// Tokens of what is never cut because it is tiny.
const TINY: usize = 16;

/// The parts, as ranges of items. One is longer than `most` only when it is a single item. Time grows with their number.
pub(super) fn pack(items: &[Item], limits: Limits) -> Vec<Range<usize>> {
    // So that no part has hundreds of items, each of which could be where it begins.
    let runs = runs(items);
    let whole: Vec<Item> = runs.iter().map(|run| Item::of(&items[run.clone()])).collect();
    let parts = group(&whole, limits).into_iter();
    parts.filter_map(|part| Some(runs[part.clone()].first()?.start..runs[part].last()?.end)).collect()
}

/// Items that are tiny even together, as one; a title stays by itself.
fn runs(items: &[Item]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(run) = runs.last_mut()
            && !item.opens
            && !items[run.start].opens
            && tokens(item.chars.end - items[run.start].chars.start) <= TINY
        {
            run.end = at + 1;
        } else {
            runs.push(at..at + 1);
        }
    }
    runs
}

fn group(items: &[Item], limits: Limits) -> Vec<Range<usize>> {
    let joins: Vec<u64> = items
        .iter()
        .scan(0, |sum, item| {
            *sum += u64::from(item.join);
            Some(*sum)
        })
        .collect();
    // The best way to group the items before each place: what it costs, and where its last part begins.
    let mut best: Vec<(u64, usize)> = vec![(0, 0)];
    for end in 1..=items.len() {
        let mut found = (u64::MAX, end - 1);
        for start in (0..end).rev() {
            let length = tokens(items[end - 1].chars.end - items[start].chars.start);
            if length > limits.most && start + 1 < end {
                break;
            }
            // At most 2 000 joined titles count, so that they never outweigh a part that is too short.
            let joined = (joins[end - 1] - joins[start]).min(2_000);
            let cost = best[start].0 + joined + cost(&items[start], &items[end - 1], length, limits);
            if cost < found.0 {
                found = (cost, start);
            }
        }
        best.push(found);
    }
    let mut parts = Vec::new();
    let mut end = items.len();
    while end > 0 {
        let start = best[end].1;
        parts.push(start..end);
        end = start;
    }
    parts.reverse();
    parts
}

fn cost(first: &Item, last: &Item, length: usize, limits: Limits) -> u64 {
    let middle = usize::midpoint(limits.least, limits.most);
    let away = (length.abs_diff(middle) * 10 / middle) as u64;
    let short = if length < limits.least { TOO_SHORT + (limits.least - length) as u64 } else { 0 };
    let bare = if last.opens { BARE_TITLE } else { 0 };
    u64::from(first.cut) + short + bare + away.pow(2)
}
