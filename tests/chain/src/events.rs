//! Reads the transfers, executions and replies from a transaction's events, in order.

use anyhow::{anyhow, Context, Result};
use ballast_chain::Event;
use cosmwasm_std::Coin;

/// A step of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A contract was instantiated.
    Instantiate(String),
    /// A contract was executed.
    Execute(String),
    /// A contract handled a reply.
    Reply(String),
    /// Coins moved.
    Transfer {
        /// Sender.
        from: String,
        /// Recipient.
        to: String,
        /// Coins.
        coins: Vec<Coin>,
    },
}

/// The steps after the fee was paid (the fee's events end with those of type `tx`).
pub fn steps(events: &[Event]) -> Result<Vec<Step>> {
    let first = events.iter().rposition(|event| event.kind == "tx").map_or(0, |last| last + 1);
    events[first..].iter().filter_map(|event| step(event).transpose()).collect()
}

fn step(event: &Event) -> Result<Option<Step>> {
    const CONTRACT: &str = "_contract_address";
    Ok(Some(match event.kind.as_str() {
        "instantiate" => Step::Instantiate(attribute(event, CONTRACT)?.into()),
        "execute" => Step::Execute(attribute(event, CONTRACT)?.into()),
        "reply" => Step::Reply(attribute(event, CONTRACT)?.into()),
        "transfer" => Step::Transfer {
            from: attribute(event, "sender")?.into(),
            to: attribute(event, "recipient")?.into(),
            coins: coins(attribute(event, "amount")?)?,
        },
        _ => return Ok(None),
    }))
}

fn attribute<'a>(event: &'a Event, key: &str) -> Result<&'a str> {
    event.get(key).with_context(|| format!("an event {} without {key}", event.kind))
}

/// Parses `7uatom,5uusdc`; an empty text is no coins.
fn coins(text: &str) -> Result<Vec<Coin>> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(|_| anyhow!("not coins: {text}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::coin;

    #[test]
    fn the_fee_is_no_step_and_coins_are_read_one_by_one() {
        let events: Vec<Event> = serde_json::from_str(
            r#"[
            {"type":"transfer","attributes":[{"key":"recipient","value":"fees"},{"key":"sender","value":"alice"},{"key":"amount","value":"9ucosm"}]},
            {"type":"tx","attributes":[{"key":"fee","value":"9ucosm"}]},
            {"type":"message","attributes":[{"key":"sender","value":"alice"}]},
            {"type":"transfer","attributes":[{"key":"amount","value":"7uatom,5uusdc","index":true},{"key":"recipient","value":"vault"},{"key":"sender","value":"alice"}]},
            {"type":"execute","attributes":[{"key":"_contract_address","value":"vault"},{"key":"msg_index","value":"0"}]},
            {"type":"reply","attributes":[{"key":"_contract_address","value":"vault"}]}]"#,
        )
        .unwrap();
        assert_eq!(
            steps(&events).unwrap(),
            [
                Step::Transfer {
                    from: "alice".into(),
                    to: "vault".into(),
                    coins: vec![coin(7, "uatom"), coin(5, "uusdc")]
                },
                Step::Execute("vault".into()),
                Step::Reply("vault".into())
            ]
        );
    }

    #[test]
    fn an_event_without_its_contract_is_an_error() {
        let event = Event { kind: "execute".into(), attributes: vec![] };
        assert_eq!(steps(&[event]).unwrap_err().to_string(), "an event execute without _contract_address");
    }
}
