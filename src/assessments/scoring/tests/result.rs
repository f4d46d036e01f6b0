//! The JSON that is stored.

use chrono::DateTime;
use serde_json::json;

use super::{hundred, record};
use crate::assessments::scoring::ScoringResult;

#[test]
fn the_result_has_the_fields_of_the_contract() {
    let [mixed, ..] = record();
    let moment = DateTime::parse_from_rfc3339("2026-02-17T10:00:00.5Z").unwrap().to_utc();
    let result = serde_json::to_value(mixed.result(moment)).unwrap();
    let figures = json!({
        "globalScore": 49, "confidenceIndex": 94, "precisionIndex": 21,
        "metrics": {
            "raisonnement": 50, "calcul": 0, "abstraction": 50,
            "categoryScores": { "analyse": 33, "combinatoire": 67, "geometrie": 50, "probabilites": 50 },
        },
        "totalQuestions": 50, "totalAttempted": 47, "totalCorrect": 10, "totalNSP": 3,
        "scoredAt": "2026-02-17T10:00:00.500Z",
    });
    let sentences = ["strengths", "weaknesses", "recommendations", "diagnosticText", "lucidityText"];
    for (field, value) in figures.as_object().unwrap() {
        assert_eq!(&result[field], value, "{field}");
    }
    for field in sentences {
        assert!(!result[field].is_null(), "{field}");
    }
    assert_eq!(result.as_object().unwrap().len(), figures.as_object().unwrap().len() + sentences.len());
    assert_eq!(serde_json::from_value::<ScoringResult>(result).unwrap(), mixed.result(moment));
}

#[test]
fn the_result_of_v3_adds_its_two_indices_and_says_null_for_no_precision() {
    let result = serde_json::to_value(hundred(0, 0).result(DateTime::UNIX_EPOCH)).unwrap();
    assert_eq!([&result["lucidityIndex"], &result["rigorIndex"]], [100, 50]);
    assert!(result.as_object().unwrap()["precisionIndex"].is_null());
}
