//! Calls every operation of the crate `svix` as plan.json says, or verifies the deliveries of cases.json with it.
//! `operations.rs` is written from the crate's source by install.ts.
mod operations;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{env, fs};
use svix::api::{Svix, SvixOptions};
use svix::webhooks::Webhook;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let parameters: Vec<String> = env::args().collect();
    let text = fs::read_to_string(&parameters[2]).expect("the file");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    match parameters[1].as_str() {
        "call" => call_all(&file).await,
        _ => file.as_array().expect("cases").iter().for_each(verify),
    }
}

async fn call_all(plan: &Value) {
    let options = SvixOptions {
        server_url: Some(env::var("WEBSTER_URL").expect("WEBSTER_URL")),
        retry_schedule: Some(vec![]),
        ..Default::default()
    };
    let svix = Svix::new(env::var("WEBSTER_TOKEN").expect("WEBSTER_TOKEN"), Some(options));
    for name in operations::NAMES {
        let result = match plan.get(name) {
            Some(call) => {
                let other = call["token"].as_str().map(|token| svix.with_token(token.to_owned()));
                operations::call(other.as_ref().unwrap_or(&svix), name, call).await
            }
            None => Err("not in the plan".to_owned()),
        };
        say("operation", name, result);
    }
}

fn verify(case: &Value) {
    say("case", case["name"].as_str().expect("a name"), accept(case));
}

fn accept(case: &Value) -> Result<(), String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut headers = http::HeaderMap::new();
    for (name, value) in case["headers"].as_object().into_iter().flatten() {
        let name = http::HeaderName::from_bytes(name.as_bytes()).map_err(said)?;
        headers.insert(name, text(value).parse().map_err(said)?);
    }
    let body = BASE64.decode(text(&case["body"])).map_err(said)?;
    let webhook = Webhook::new(&text(&case["secret"])).map_err(said)?;
    webhook.verify(&body, &headers).map_err(said)
}

fn say(of: &str, name: &str, result: Result<(), String>) {
    match result {
        Ok(()) => println!("{}", json!({ of: name, "ok": true })),
        Err(error) => println!("{}", json!({ of: name, "ok": false, "error": error })),
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A parameter of the path.
fn path(call: &Value, place: usize) -> Result<String, String> {
    call["path"][place].as_str().map(str::to_owned).ok_or_else(|| format!("the plan has no parameter {place}"))
}

/// The request as the crate's own model; an empty one if the plan has none.
fn body<T: DeserializeOwned>(call: &Value) -> Result<T, String> {
    let value = call.get("body").cloned().unwrap_or(json!({}));
    serde_json::from_value(value).map_err(|error| format!("the plan's body: {error}"))
}

fn option<T: DeserializeOwned>(call: &Value, name: &str) -> Result<T, String> {
    serde_json::from_value(call["options"][name].clone()).map_err(|error| format!("the plan's {name}: {error}"))
}

/// Whether the answer was one that the crate's model could read.
fn done<T: Serialize>(result: svix::error::Result<T>) -> Result<(), String> {
    result.map(|_| ()).map_err(|error| format!("{error:?}"))
}
