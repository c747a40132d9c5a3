//! The channel to a tunnel of Band's, and its packets.

#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{
    from_json, DepsMut, Env, Ibc3ChannelOpenResponse, IbcBasicResponse, IbcChannel, IbcChannelCloseMsg,
    IbcChannelConnectMsg, IbcChannelOpenMsg, IbcChannelOpenResponse, IbcOrder, IbcPacketAckMsg, IbcPacketReceiveMsg,
    IbcPacketTimeoutMsg, IbcReceiveResponse, Never, StdAck, Storage,
};

use crate::{ContractError, Kept, Packet, CHANNEL, KEPT, SOURCE};

const VERSION: &str = "tunnel-1";

/// Anybody may open a channel to a contract, from any chain: only one from the tunnel's port of the right connection
/// is let in, and one at a time.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn ibc_channel_open(
    deps: DepsMut,
    _: Env,
    msg: IbcChannelOpenMsg,
) -> Result<IbcChannelOpenResponse, ContractError> {
    check(deps.storage, msg.channel(), msg.counterparty_version())?;
    Ok(Some(Ibc3ChannelOpenResponse { version: VERSION.to_owned() }))
}

/// The channel is open from now on.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn ibc_channel_connect(
    deps: DepsMut,
    _: Env,
    msg: IbcChannelConnectMsg,
) -> Result<IbcBasicResponse, ContractError> {
    let channel = msg.channel();
    check(deps.storage, channel, msg.counterparty_version())?;
    CHANNEL.save(deps.storage, &channel.endpoint.channel_id)?;
    Ok(IbcBasicResponse::new())
}

/// Another channel may follow; the last price stays, and grows old.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn ibc_channel_close(deps: DepsMut, _: Env, msg: IbcChannelCloseMsg) -> Result<IbcBasicResponse, ContractError> {
    if CHANNEL.may_load(deps.storage)?.as_ref() == Some(&msg.channel().endpoint.channel_id) {
        CHANNEL.remove(deps.storage);
    }
    Ok(IbcBasicResponse::new())
}

/// Keeps the signal's price if it is newer. A packet that is refused changes nothing, and its acknowledgement says why.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn ibc_packet_receive(deps: DepsMut, env: Env, msg: IbcPacketReceiveMsg) -> Result<IbcReceiveResponse, Never> {
    let acknowledged = match receive(deps, &env, &msg) {
        Ok(()) => StdAck::success(b"1"),
        Err(error) => StdAck::error(error.to_string()),
    };
    Ok(IbcReceiveResponse::new(acknowledged))
}

/// Never called: this contract sends no packets.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn ibc_packet_ack(_: DepsMut, _: Env, _: IbcPacketAckMsg) -> Result<IbcBasicResponse, ContractError> {
    Ok(IbcBasicResponse::new())
}

/// Never called: this contract sends no packets.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn ibc_packet_timeout(_: DepsMut, _: Env, _: IbcPacketTimeoutMsg) -> Result<IbcBasicResponse, ContractError> {
    Ok(IbcBasicResponse::new())
}

fn receive(deps: DepsMut, env: &Env, msg: &IbcPacketReceiveMsg) -> Result<(), ContractError> {
    let source = SOURCE.load(deps.storage)?;
    let (found, expected) = (msg.packet.dest.channel_id.clone(), CHANNEL.load(deps.storage)?);
    if found != expected {
        return Err(ContractError::Stranger { found, expected });
    }
    let packet: Packet = from_json(&msg.packet.data)?;
    if packet.tunnel_id != source.tunnel_id {
        return Err(ContractError::WrongTunnel { found: packet.tunnel_id, expected: source.tunnel_id });
    }
    let new = packet.price(&source.signal_id)?;
    // One that claims to be from the future would keep out all that follow.
    if new.time > env.block.time {
        return Err(ContractError::FromFuture { time: new.time, now: env.block.time });
    }
    if let Some(Kept { time: kept, .. }) = KEPT.may_load(deps.storage)? {
        if new.time <= kept {
            return Err(ContractError::NotNewer { time: new.time, kept });
        }
    }
    KEPT.save(deps.storage, &new)?;
    Ok(())
}

/// A channel of the tunnel, while none is open.
fn check(storage: &dyn Storage, channel: &IbcChannel, version: Option<&str>) -> Result<(), ContractError> {
    let source = SOURCE.load(storage)?;
    let kind = |version: &str, order: &IbcOrder, connection: &str, port: &str| {
        format!("{version} {order:?} {connection} {port}")
    };
    let port = format!("tunnel.{}", source.tunnel_id);
    let expected = kind(VERSION, &IbcOrder::Unordered, &source.connection_id, &port);
    let version = version.unwrap_or(&channel.version);
    let found = kind(version, &channel.order, &channel.connection_id, &channel.counterparty_endpoint.port_id);
    if found != expected {
        return Err(ContractError::WrongChannel { found, expected });
    }
    match CHANNEL.may_load(storage)? {
        Some(channel) => Err(ContractError::SecondChannel { channel }),
        None => Ok(()),
    }
}
