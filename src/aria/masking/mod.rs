//! placeholder until h3
use serde::{Deserialize, Serialize};
#[derive(Default, Clone, Serialize, Deserialize)]
pub struct Masks(Vec<String>);
pub struct Known { pub first_name: String, pub last_name: String, pub email: Option<String>, pub phone: Option<String>, pub role_label: String }
impl Masks { pub fn new(_: &[Known]) -> Self { Self::default() } pub fn mask(&mut self, t: &str) -> String { t.to_owned() } pub fn unmask(&self, t: &str) -> String { t.to_owned() } pub fn unmasker(&self) -> Unmasker { Unmasker } }
pub struct Unmasker;
impl Unmasker { pub fn push(&mut self, t: &str) -> String { t.to_owned() } pub fn finish(&mut self) -> String { String::new() } }
