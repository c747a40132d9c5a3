//! Reads the vault's responses in the caller's `reply`.

use ballast_types::answered;
use ballast_types::policy::Rule;
use ballast_types::vault::{DepositResponse, RedeemResponse};
use ballast_wire::wire;
use cosmwasm_std::{from_json, StdError, StdResult, SubMsgResult};
use serde::de::DeserializeOwned;

use crate::{Due, Refusal};

/// What a rebalance did.
#[wire]
#[derive(Copy, Eq)]
pub struct Rebalanced {
    decision: Due,
}

impl Rebalanced {
    /// The rule that was applied; none if nothing was due.
    pub fn rule(&self) -> Option<Rule> {
        self.decision.rule
    }
}

/// The response to a deposit, or why it was refused. If refused, nothing was taken.
///
/// # Errors
/// If the response cannot be read. The deposit has been made, so return the error to make the chain revert it.
pub fn deposited(result: SubMsgResult) -> StdResult<Result<DepositResponse, Refusal>> {
    read(result)
}

/// The response to a redemption, or why it was refused. If refused, the shares have not moved.
///
/// # Errors
/// If the response cannot be read. The shares have been redeemed, so return the error to make the chain revert it.
pub fn redeemed(result: SubMsgResult) -> StdResult<Result<RedeemResponse, Refusal>> {
    read(result)
}

/// The response to a rebalance, or why it was refused.
///
/// # Errors
/// If the response cannot be read.
pub fn rebalanced(result: SubMsgResult) -> StdResult<Result<Rebalanced, Refusal>> {
    read(result)
}

fn read<T: DeserializeOwned>(result: SubMsgResult) -> StdResult<Result<T, Refusal>> {
    match result {
        SubMsgResult::Ok(response) => from_json(answered(response).map_err(unreadable)?).map(Ok),
        SubMsgResult::Err(text) => Ok(Err(Refusal::new(text))),
    }
}

fn unreadable(reason: String) -> StdError {
    StdError::generic_err(format!("the vault's answer cannot be read: {reason}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::{Kind, Money, Purse};
    use cosmwasm_std::{to_json_binary, Binary, MsgResponse, SignedDecimal256, SubMsgResponse, Uint128};

    /// `MsgExecuteContractResponse` with `data`: field 1, length-delimited.
    fn encoded(data: &[u8]) -> Binary {
        let mut bytes = vec![0x0a, u8::try_from(data.len()).unwrap()];
        bytes.extend_from_slice(data);
        bytes.into()
    }

    #[allow(deprecated)]
    fn response(data: Option<Binary>, message: Option<Binary>) -> SubMsgResult {
        let type_url = "/cosmwasm.wasm.v1.MsgExecuteContractResponse".to_string();
        let messages = message.into_iter().map(|value| MsgResponse { type_url: type_url.clone(), value });
        SubMsgResult::Ok(SubMsgResponse { events: vec![], data, msg_responses: messages.collect() })
    }

    /// What `reply` gets: only data (VM 1.5), both (VM 2 and 3), or only messages (if the old field is ever removed).
    fn generations(answer: &[u8]) -> [SubMsgResult; 3] {
        let answer = || Some(encoded(answer));
        [response(answer(), None), response(answer(), answer()), response(None, answer())]
    }

    #[test]
    fn a_deposit_is_read_on_every_generation() {
        for result in generations(br#"{"shares":"7","added":"1.5"}"#) {
            let minted = deposited(result).unwrap().unwrap();
            let added = Money::new(SignedDecimal256::percent(150));
            assert_eq!(minted, DepositResponse { shares: Uint128::new(7), added });
        }
    }

    #[test]
    fn a_redemption_is_read_on_every_generation() {
        for result in generations(br#"{"paid":{"base":"4","quote":"2"},"shares":"7"}"#) {
            let paid = Purse::new(Uint128::new(4), Uint128::new(2));
            assert_eq!(redeemed(result).unwrap().unwrap(), RedeemResponse { paid, shares: Uint128::new(7) });
        }
    }

    #[test]
    fn of_a_rebalance_the_rule_is_read_and_the_rest_is_not() {
        let nothing = br#"{"decision":{"rule":null,"action":"none"},"order":null,"base_bought":"0"}"#;
        for result in generations(nothing) {
            assert_eq!(rebalanced(result).unwrap().unwrap().rule(), None);
        }
        for result in generations(br#"{"decision":{"rule":"leverage_high"}}"#) {
            assert_eq!(rebalanced(result).unwrap().unwrap().rule(), Some(Rule::LeverageHigh));
        }
    }

    #[test]
    fn a_refusal_is_no_error_for_the_caller_to_choose_what_to_do() {
        let refused = SubMsgResult::Err("codespace: wasm, code: 5".into());
        assert_eq!(deposited(refused).unwrap().unwrap_err().kind, Kind::Hidden);
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_an_error_and_no_refusal() {
        let wrong = to_json_binary("shares").unwrap();
        for (result, reason) in [
            (response(None, None), "there is none"),
            (response(Some(Binary::default()), None), "it is empty"),
            (response(None, Some(Binary::default())), "it is empty"),
            (response(Some(wrong), None), "the vault's answer cannot be read"),
            (response(Some(encoded(b"{}")), None), "missing field `shares`"),
        ] {
            let error = deposited(result).unwrap_err().to_string();
            assert!(error.contains(reason), "expected «{reason}» in: {error}");
        }
    }
}
