//! Mail from the outside, by LMTP.

use gateway::delivery::{Delivery, lmtp};
use serde_json::json;
use tokio::io::BufReader;

use super::world::World;

async fn talk(world: &World, said: &str) -> String {
    let delivery = Delivery::new(world.state.store.clone(), world.state.config.clone());
    let mut answers = Vec::new();
    lmtp::talk(&delivery, BufReader::new(said.as_bytes()), &mut answers).await.unwrap();
    String::from_utf8(answers).unwrap()
}

#[tokio::test]
async fn each_recipient_has_an_answer_of_their_own() {
    let world = World::new().await;
    let answers = talk(
        &world,
        "LHLO x\r\nMAIL FROM:<eve@elsewhere.example> SIZE=100\r\nRCPT TO:<alice@owlery.example>\r\nRCPT TO:<nobody@owlery.example>\r\nRCPT TO:<bob+owls@owlery.example>\r\nDATA\r\nSubject: Hello\r\n\r\n..dot\r\n.\r\nQUIT\r\n",
    )
    .await;
    let codes: Vec<&str> = answers.lines().filter(|line| !line.starts_with("250-")).map(|line| &line[..3]).collect();
    assert_eq!(codes, ["220", "250", "250", "250", "550", "250", "354", "250", "250", "221"], "{answers}");
    for person in [&world.alice, &world.bob] {
        let found = person.call("Email/query", json!({ "filter": { "subject": "Hello", "body": "dot" } })).await;
        assert_eq!(found["ids"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let world = World::new().await;
    let answers = talk(&world, "MAIL FROM:<a@b>\r\nLHLO x\r\nRCPT TO:<a@b>\r\nDATA\r\nMAIL FROM:x\r\nOWL\r\nMAIL FROM:<> SIZE=999999999999\r\n").await;
    let codes: Vec<&str> = answers.lines().filter(|line| !line.starts_with("250-")).map(|line| &line[..3]).collect();
    assert_eq!(codes, ["220", "503", "250", "503", "503", "501", "500", "552"], "{answers}");
}
