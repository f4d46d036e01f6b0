//! Server-sent events, taken apart: bytes in, in pieces of any size; the data of whole events out.

use super::LlmError;

/// Largest event, in bytes: a message of a stream is a few words.
const MOST_EVENT_BYTES: usize = 256 * 1024;

/// Collects bytes until an event is whole.
#[derive(Default)]
pub struct Decoder {
    /// Bytes of the line that is not ended yet.
    line: Vec<u8>,
    /// Data lines of the event that is not ended yet.
    data: Vec<u8>,
    seen_data: bool,
}

impl Decoder {
    /// Takes the next bytes; answers the data of the events that they complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, LlmError> {
        let mut events = Vec::new();
        for byte in bytes {
            if *byte == b'\n' {
                self.end_line(&mut events);
            } else {
                self.line.push(*byte);
            }
            if self.line.len() + self.data.len() > MOST_EVENT_BYTES {
                return Err(LlmError::TooLarge);
            }
        }
        Ok(events)
    }

    /// The end of the stream: a server may leave out the last empty line.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        let mut events = Vec::new();
        self.end_line(&mut events);
        self.end_event(&mut events);
        events.pop()
    }

    fn end_line(&mut self, events: &mut Vec<Vec<u8>>) {
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        if line.is_empty() {
            self.end_event(events);
        } else if let Some(data) = line.strip_prefix(b"data:") {
            if self.seen_data {
                self.data.push(b'\n');
            }
            self.seen_data = true;
            self.data.extend_from_slice(data.strip_prefix(b" ").unwrap_or(data));
        }
        // Other fields and comments (`:` keep-alives) are nothing to us.
    }

    fn end_event(&mut self, events: &mut Vec<Vec<u8>>) {
        if std::mem::take(&mut self.seen_data) {
            events.push(std::mem::take(&mut self.data));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(parts: &[&[u8]]) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut events = Vec::new();
        for part in parts {
            events.extend(decoder.feed(part).expect("small"));
        }
        events.extend(decoder.finish());
        events.into_iter().map(|event| String::from_utf8(event).expect("utf-8")).collect()
    }

    #[test]
    fn comments_and_other_fields_are_skipped_and_lines_of_one_event_joined() {
        let text = b": keep-alive\r\n\r\nevent: x\r\nid: 4\r\ndata: un\r\ndata:deux\r\n\r\ndata: [DONE]";
        assert_eq!(decode(&[text]), ["un\ndeux", "[DONE]"]);
    }

    #[test]
    fn an_event_without_end_is_refused_before_it_fills_the_memory() {
        let mut decoder = Decoder::default();
        let refused = (0..10).find_map(|_| decoder.feed(&[b'x'; 64 * 1024]).err());
        assert_eq!(refused, Some(LlmError::TooLarge));
    }

    proptest! {
        #[test]
        fn the_events_are_the_same_wherever_the_bytes_are_split(cuts in prop::collection::vec(0..64_usize, 0..12)) {
            let text = "data: {\"é\":1}\n\ndata: à côté\r\n\r\ndata: [DONE]\n\n".as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let parts: Vec<&[u8]> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
            prop_assert_eq!(decode(&parts), ["{\"é\":1}", "à côté", "[DONE]"]);
        }
    }
}
