//! What a contract answered, in the `reply` of its caller.

use cosmwasm_std::{Binary, SubMsgResponse};

/// The `data` of an execute response. Chains with VM 2 or newer put the response into messages, older ones into data; the
/// bytes are the same.
///
/// # Errors
/// The reason, if there is none.
pub fn answered(response: SubMsgResponse) -> Result<Binary, String> {
    #[allow(deprecated)]
    let encoded = response.msg_responses.into_iter().next().map(|message| message.value).or(response.data);
    let encoded = encoded.ok_or("there is none")?;
    let answer = cw_utils::parse_execute_response_data(&encoded).map_err(|error| error.to_string())?;
    Ok(answer.data.ok_or("it is empty")?)
}
