//! Push by server-sent events and by WebSocket, and requests over the latter.

use std::time::Duration;

use axum::Extension;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::world::World;

async fn within<T>(wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("it comes in time")
}

async fn next_event(stream: &mut axum::body::BodyDataStream) -> String {
    let chunk = within(stream.next()).await.unwrap().unwrap();
    String::from_utf8(chunk.to_vec()).unwrap()
}

#[tokio::test]
async fn an_event_source_tells_of_the_types_it_was_asked_for() {
    let world = World::new().await;
    let alice = &world.alice;
    let response = alice.stream("/jmap/eventsource?types=Email,Mailbox&closeafter=state&ping=0").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut events = response.into_body().into_data_stream();
    let before = alice.call("Email/get", json!({ "ids": [] })).await["state"].as_str().unwrap().to_owned();
    world.bob.import("Subject: not alice's\r\n\r\nx", &world.bob.mailbox("inbox").await).await;
    alice.import("Subject: x\r\n\r\nx", &alice.mailbox("inbox").await).await;
    let event = next_event(&mut events).await;
    assert!(event.contains("event: state"), "{event}");
    let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let change: Value = serde_json::from_str(data).unwrap();
    let changed = change["changed"][alice.account()].as_object().unwrap();
    assert_eq!(changed.keys().collect::<Vec<_>>(), ["Email", "Mailbox"]);
    assert_eq!(change["changed"].as_object().unwrap().len(), 1);
    assert_eq!(changed["Email"], alice.call("Email/get", json!({ "ids": [] })).await["state"]);
    assert!(within(events.next()).await.is_none(), "closed after the state");

    // Who was away is told at once what it missed.
    let request =
        axum::http::Request::get("/jmap/eventsource?types=*&closeafter=state&ping=0").header("last-event-id", before);
    let (_, _, body) = within(alice.send(request.body(axum::body::Body::empty()).unwrap())).await;
    assert!(String::from_utf8_lossy(&body).contains("\"Email\""));
}

#[tokio::test]
async fn an_event_source_pings() {
    let world = World::new().await;
    let mut events =
        world.alice.stream("/jmap/eventsource?types=*&closeafter=no&ping=1").await.into_body().into_data_stream();
    let event = next_event(&mut events).await;
    assert!(event.contains("event: ping") && event.contains("{\"interval\":1}"), "{event}");
}

#[tokio::test]
async fn a_web_socket_carries_requests_and_changes() {
    let world = World::new().await;
    let alice = world.alice.clone();
    let app = gateway::router(world.state.clone()).layer(Extension(alice.principal.clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut request = format!("ws://{address}/jmap/ws").into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "jmap".parse().unwrap());
    let (mut socket, response) = tokio_tungstenite::connect_async(request).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "jmap");

    let mut say = async |text: String| {
        socket.send(Message::text(text)).await.unwrap();
        let answer = within(socket.next()).await.unwrap().unwrap();
        serde_json::from_str::<Value>(answer.to_text().unwrap()).unwrap()
    };
    let call = json!({ "@type": "Request", "id": "R1", "using": ["urn:ietf:params:jmap:core"], "methodCalls": [["Core/echo", { "a": 1 }, "0"]] });
    let answer = say(call.to_string()).await;
    assert_eq!(answer["@type"], "Response");
    assert_eq!(answer["requestId"], "R1");
    assert_eq!(answer["methodResponses"], json!([["Core/echo", { "a": 1 }, "0"]]));
    let answer = say("{".to_owned()).await;
    assert_eq!(answer["@type"], "RequestError");
    assert_eq!(answer["type"], "urn:ietf:params:jmap:error:notJSON");
    let answer = say(json!({ "@type": "Owl", "id": "R2" }).to_string()).await;
    assert_eq!(answer["type"], "urn:ietf:params:jmap:error:notRequest");
    assert_eq!(answer["requestId"], "R2");

    let enable = json!({ "@type": "WebSocketPushEnable", "dataTypes": ["EmailDelivery", "Email"] });
    socket.send(Message::text(enable.to_string())).await.unwrap();
    // An answer to a later request shows that the earlier frame was read.
    let echo = json!({ "@type": "Request", "using": ["urn:ietf:params:jmap:core"], "methodCalls": [] });
    socket.send(Message::text(echo.to_string())).await.unwrap();
    within(socket.next()).await.unwrap().unwrap();
    let incoming = gateway::delivery::local::Incoming {
        account: alice.principal.account_id.clone(),
        recipient: alice.address().to_owned(),
        return_path: String::new(),
        raw: "Subject: x\r\n\r\nx".into(),
        once: None,
        now: 0,
    };
    gateway::delivery::local::deliver(&world.state.store, &[incoming]).await.remove(0).unwrap();
    let answer = within(socket.next()).await.unwrap().unwrap();
    let change: Value = serde_json::from_str(answer.to_text().unwrap()).unwrap();
    assert_eq!(change["@type"], "StateChange");
    let changed = change["changed"][alice.account()].as_object().unwrap();
    assert_eq!(changed.keys().collect::<Vec<_>>(), ["Email", "EmailDelivery"]);
    assert!(change["pushState"].is_string());
    server.abort();
}
