//! `GET /api/admin/dashboard` of the JSON contract (specs §1.11). What no room of this product does yet counts zero and
//! is `inactive` in `systemHealth`: that is the truth of this database, in the contract's fields.

use chrono::Utc;
use poem::{http::StatusCode, web::Data};
use poem_openapi::{OpenApi, payload::Json};
use serde_json::{Value, json};

use super::{
    activity::{self, Activity, Filter},
    store,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    ops::tallies::{self, Tallies},
    web::{Role, Visitor, format},
};

/// Events in the answer.
const MOST_EVENTS: i64 = 20;

/// See the module.
pub struct DashboardApi;

/// 401 for the anonymous, 403 for other roles, in the contract's words (specs §2.1).
fn admin_only(visitor: &Visitor) -> Result<()> {
    let refused = |status, word: &str, message: &str| {
        Error::new(status, "Ces chiffres sont réservés à l’administration.")
            .with_json(json!({ "error": word, "message": message }))
    };
    match &visitor.person {
        None => Err(refused(StatusCode::UNAUTHORIZED, "Unauthorized", "You must be signed in to access this resource")),
        Some(person) if person.role != Role::Admin => {
            Err(refused(StatusCode::FORBIDDEN, "Forbidden", "Access denied. Required role: ADMIN"))
        }
        Some(_) => Ok(()),
    }
}

#[OpenApi(prefix_path = "/api/admin")]
impl DashboardApi {
    /// The school in numbers, for the admin.
    #[oai(path = "/dashboard", method = "get")]
    async fn dashboard(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Json<Value>> {
        admin_only(&visitor)?;
        let all = Filter::default();
        let events = activity::store::list(&ctx.pool, &all, MOST_EVENTS);
        let (tallies, events) = tokio::try_join!(tallies::load(&ctx.pool), events)?;
        Ok(Json(body(&tallies, &events)))
    }
}

fn body(tallies: &Tallies, events: &[Activity]) -> Value {
    let growth = store::growth(tallies, format::tunis_day(Utc::now()));
    json!({
        "stats": {
            "totalUsers": tallies.all_people(), "totalStudents": tallies.people(Role::Eleve), "totalCoaches": tallies.people(Role::Coach),
            "totalAssistants": tallies.people(Role::Assistante), "totalParents": tallies.people(Role::Parent),
            "currentMonthRevenue": 0, "currentMonthPaymentRevenue": 0, "currentMonthSubscriptionRevenue": 0,
            "lastMonthRevenue": 0, "lastMonthPaymentRevenue": 0, "lastMonthSubscriptionRevenue": 0,
            "revenueGrowthPercent": 0, "totalSubscriptions": 0, "activeSubscriptions": 0, "totalSessions": 0,
            "thisMonthSessions": 0, "lastMonthSessions": 0, "sessionGrowthPercent": 0,
        },
        "systemHealth": { "database": "healthy", "sessions": "inactive", "payments": "inactive", "subscriptions": "inactive" },
        "recentActivities": events.iter().map(event_json).collect::<Vec<_>>(),
        "userGrowth": growth.iter()
            .map(|(month, n)| json!({ "month": month.format("%Y-%m").to_string(), "count": n })).collect::<Vec<_>>(),
        "revenueGrowth": growth.iter()
            .map(|(month, _)| json!({ "month": month.format("%Y-%m").to_string(), "amount": 0 })).collect::<Vec<_>>(),
    })
}

fn event_json(event: &Activity) -> Value {
    let (title, status) = match event.kind.as_str() {
        "assessment" => ("Évaluation terminée", "COMPLETED"),
        "request" => ("Demande de bilan gratuit", "NEW"),
        _ => ("Nouveau compte", "CREATED"),
    };
    let student = (event.kind == "assessment").then_some(&event.who);
    json!({
        "id": event.id, "type": event.kind, "title": title, "description": event.who, "time": event.at, "status": status,
        "studentName": student, "coachName": null, "subject": (event.kind == "assessment").then_some(&event.about),
        "action": event.about,
    })
}
