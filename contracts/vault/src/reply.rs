//! Handles the venue's reply: removes the busy marker and continues in the handler that sent the order.

use cosmwasm_std::{DepsMut, Env, Reply, Response, SubMsgResponse, SubMsgResult};

use crate::companion::{self, read_adjust, read_buy_base};
use crate::error::ContractError;
use crate::execute::{auction, deposit, rebalance, redeem};
use crate::session::Session;
use crate::state::{Pending, PENDING};

/// All messages to the venue share one reply id; the busy marker says which it was.
pub fn reply(deps: DepsMut, env: Env, reply: Reply) -> Result<Response, ContractError> {
    if reply.id == redeem::RESCUED {
        return redeem::after_rescue(deps, env, reply.result);
    }
    let unexpected = ContractError::UnexpectedReply { id: reply.id };
    let Some(pending) = PENDING.may_load(deps.storage)?.filter(|_| reply.id == companion::REPLY) else {
        return Err(unexpected);
    };
    PENDING.remove(deps.storage);

    match pending {
        Pending::Deposit(context) => {
            let answer = read_adjust(success(reply.result)?, context.attached)?;
            let session = Session::resume(deps.storage, &env, &answer)?;
            deposit::finish(deps.storage, session, context, answer)
        }
        Pending::Redeem(context) => {
            let answer = read_adjust(success(reply.result)?, context.attached)?;
            let session = Session::resume(deps.storage, &env, &answer)?;
            redeem::finish(deps.storage, session, context, answer)
        }
        Pending::Rebalance(context) => {
            let answer = read_adjust(success(reply.result)?, context.order.attached)?;
            let session = Session::resume(deps.storage, &env, &answer)?;
            rebalance::finish(deps.storage, session, context, answer)
        }
        Pending::BuyBase(context) => {
            let answer = read_buy_base(success(reply.result)?, context.quote)?;
            let session = Session::open(deps.storage, &env)?;
            rebalance::hedge_bought(deps, session, context, answer)
        }
        Pending::SellBase(context) => {
            let answer = read_adjust(success(reply.result)?, context.attached)?;
            let session = Session::resume(deps.storage, &env, &answer)?;
            auction::finish(deps.storage, session, context, answer)
        }
    }
}

/// The vault asks for replies on success only. A failure reverts the whole transaction, or the rescue that it was part
/// of.
fn success(result: SubMsgResult) -> Result<SubMsgResponse, ContractError> {
    match result {
        SubMsgResult::Ok(response) => Ok(response),
        SubMsgResult::Err(reason) => Err(ContractError::VenueAnswer { reason }),
    }
}
