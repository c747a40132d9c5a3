//! A tunnel of Band's, through the example adapter. Its IBC entry points are called as a chain calls them.

use ballast_band_tunnel::{
    ibc_channel_close, ibc_channel_connect, ibc_channel_open, ibc_packet_receive, ContractError, InstantiateMsg,
    Packet, SignalPrice,
};
use ballast_types::oracle::{FeedConfig, Flag, Source};
use cosmwasm_std::{
    from_json, to_json_binary, to_json_vec, Addr, DepsMut, Empty, Env, IbcChannel, IbcChannelCloseMsg,
    IbcChannelConnectMsg, IbcChannelOpenMsg, IbcEndpoint, IbcOrder, IbcPacket, IbcPacketReceiveMsg, IbcTimeout, Int64,
    MessageInfo, Response, StdAck, StdResult, Timestamp, Uint64,
};
use cw_multi_test::{AppResponse, ContractWrapper, SudoMsg, WasmSudo};
use serde::{Deserialize, Serialize};

use crate::support::{Chain, MINUTE, START};

const CHANNEL: &str = "channel-5";
const SIGNAL: &str = "CS:ATOM-USD";
const ONE: u64 = 1_000_000_000;

/// What a chain calls.
#[derive(Serialize, Deserialize)]
enum Ibc {
    Open(IbcChannelOpenMsg),
    Connect(IbcChannelConnectMsg),
    Close(IbcChannelCloseMsg),
    Receive(IbcPacketReceiveMsg),
}

/// The chain's part: hands it to the entry point, and keeps the acknowledgement.
fn module(deps: DepsMut, env: Env, call: Ibc) -> Result<Response, ContractError> {
    match call {
        Ibc::Open(msg) => ibc_channel_open(deps, env, msg).map(|_| Response::new()),
        Ibc::Connect(msg) => ibc_channel_connect(deps, env, msg).map(|_| Response::new()),
        Ibc::Close(msg) => ibc_channel_close(deps, env, msg).map(|_| Response::new()),
        Ibc::Receive(msg) => {
            let done = ibc_packet_receive(deps, env, msg).unwrap();
            Ok(Response::new().set_data(done.acknowledgement.unwrap()))
        }
    }
}

struct Tunnel {
    chain: Chain,
    contract: Addr,
}

fn endpoint(port: &str, channel: &str) -> IbcEndpoint {
    IbcEndpoint { port_id: port.into(), channel_id: channel.into() }
}

/// A channel from tunnel 7.
fn usual(channel: &str) -> IbcChannel {
    let (here, there) = (endpoint("wasm.contract", channel), endpoint("tunnel.7", "channel-9"));
    IbcChannel::new(here, there, IbcOrder::Unordered, "tunnel-1", "connection-3")
}

fn priced(price: u64, time: u64) -> SignalPrice {
    let timestamp = Int64::new(time.try_into().unwrap());
    let status = "PRICE_STATUS_AVAILABLE".into();
    SignalPrice { signal_id: SIGNAL.into(), status, price: Uint64::new(price), timestamp }
}

/// A packet of tunnel 7, with another signal before ours.
fn packet(price: SignalPrice) -> Packet {
    let other = SignalPrice { signal_id: "CS:BTC-USD".into(), ..priced(100_000 * ONE, START) };
    let (tunnel_id, created_at) = (Uint64::new(7), price.timestamp);
    Packet { tunnel_id, sequence: Uint64::one(), prices: vec![other, price], created_at }
}

impl Tunnel {
    /// The feed is what the adapter keeps of tunnel 7, over a channel that is not open yet.
    fn closed() -> Tunnel {
        let mut chain = Chain::new();
        let code = ContractWrapper::new(
            |_: DepsMut, _: Env, _: MessageInfo, _: Empty| StdResult::Ok(Response::new()),
            ballast_band_tunnel::instantiate,
            ballast_band_tunnel::query,
        );
        let msg = InstantiateMsg {
            connection_id: "connection-3".into(),
            tunnel_id: Uint64::new(7),
            signal_id: SIGNAL.into(),
        };
        let contract = chain.create(Box::new(code.with_sudo(module)), &msg);
        chain.set(FeedConfig::price(Source::Contract { address: contract.to_string() }));
        Tunnel { chain, contract }
    }

    fn open() -> Tunnel {
        let mut tunnel = Tunnel::closed();
        tunnel.shake_hands(usual(CHANNEL)).unwrap();
        tunnel
    }

    fn call(&mut self, call: Ibc) -> Result<AppResponse, String> {
        let message = to_json_binary(&call).unwrap();
        let sudo = SudoMsg::Wasm(WasmSudo { contract_addr: self.contract.clone(), message });
        self.chain.app.sudo(sudo).map_err(|error| error.root_cause().to_string())
    }

    fn shake_hands(&mut self, channel: IbcChannel) -> Result<(), String> {
        let version = channel.version.clone();
        self.call(Ibc::Open(IbcChannelOpenMsg::new_try(channel.clone(), version)))?;
        self.call(Ibc::Connect(IbcChannelConnectMsg::new_confirm(channel))).map(drop)
    }

    /// The acknowledgement of a packet that comes over this channel.
    fn receive_over(&mut self, channel: &str, data: Vec<u8>) -> Result<(), String> {
        let (from, to) = (endpoint("tunnel.7", "channel-9"), endpoint("wasm.contract", channel));
        let timeout = IbcTimeout::with_timestamp(Timestamp::from_seconds(u64::MAX / ONE));
        let packet = IbcPacket::new(data, from, to, 1, timeout);
        let relayer = self.chain.account("relayer");
        let done = self.call(Ibc::Receive(IbcPacketReceiveMsg::new(packet, relayer))).unwrap();
        match from_json(done.data.unwrap()).unwrap() {
            StdAck::Success(_) => Ok(()),
            StdAck::Error(error) => Err(error),
        }
    }

    fn receive(&mut self, packet: &Packet) -> Result<(), String> {
        self.receive_over(CHANNEL, to_json_vec(packet).unwrap())
    }
}

#[test]
fn the_last_price_is_read_with_its_9_decimals_and_the_time_at_which_band_had_it() {
    let mut tunnel = Tunnel::open();
    assert_eq!(tunnel.chain.flags(), [Flag::Missing]);
    tunnel.receive(&packet(priced(4_567_890_123, START - 20))).unwrap();
    tunnel.chain.assert_is("4.567890123", &[]);
    assert_eq!(tunnel.chain.reading().time.seconds(), START - 20);
    tunnel.chain.wait(30);
    tunnel.receive(&packet(priced(4_600_000_000, START + 25))).unwrap();
    tunnel.chain.assert_is("4.6", &[]);
    assert_eq!(tunnel.chain.reading().time.seconds(), START + 25);
}

/// As Band writes it: with numbers as texts.
#[test]
fn a_packet_is_read_as_band_writes_it() {
    let mut tunnel = Tunnel::open();
    let text = format!(
        r#"{{"created_at":"{START}","prices":[{{"price":"4500000000","signal_id":"CS:ATOM-USD","status":"PRICE_STATUS_AVAILABLE","timestamp":"{START}"}}],"sequence":"360","tunnel_id":"7"}}"#
    );
    tunnel.receive_over(CHANNEL, text.into_bytes()).unwrap();
    tunnel.chain.assert_is("4.5", &[]);
}

#[test]
fn a_packet_that_arrives_late_is_stale_and_one_older_than_the_last_changes_nothing() {
    let mut tunnel = Tunnel::open();
    tunnel.receive(&packet(priced(4 * ONE, START - MINUTE - 1))).unwrap();
    tunnel.chain.assert_is("4", &[Flag::Stale]);
    tunnel.receive(&packet(priced(5 * ONE, START - 5))).unwrap();
    tunnel.chain.assert_is("5", &[]);
    let error = tunnel.receive(&packet(priced(4 * ONE, START - 6))).unwrap_err();
    let (old, kept) = (START - 6, START - 5);
    assert_eq!(error, format!("the price is of {old}.000000000, and the one that is kept of {kept}.000000000"));
    tunnel.chain.assert_is("5", &[]);
}

#[test]
fn a_packet_that_is_replayed_changes_nothing() {
    let mut tunnel = Tunnel::open();
    let first = packet(priced(4 * ONE, START - 5));
    tunnel.receive(&first).unwrap();
    tunnel.receive(&first).unwrap_err();
    tunnel.chain.wait(10);
    tunnel.receive(&packet(priced(4 * ONE + 1, START + 5))).unwrap();
    tunnel.receive(&first).unwrap_err();
    tunnel.chain.assert_is("4.000000001", &[]);
    assert_eq!(tunnel.chain.reading().time.seconds(), START + 5);
}

#[test]
fn a_channel_from_anybody_else_is_refused() {
    let mut tunnel = Tunnel::closed();
    let (here, there) = (endpoint("wasm.contract", CHANNEL), endpoint("tunnel.7", "channel-9"));
    let of = |there: &IbcEndpoint, order, version: &str, connection: &str| {
        IbcChannel::new(here.clone(), there.clone(), order, version, connection)
    };
    let expected = "tunnel-1 Unordered connection-3 tunnel.7";
    for (channel, found) in [
        (of(&there, IbcOrder::Unordered, "tunnel-1", "connection-4"), "tunnel-1 Unordered connection-4 tunnel.7"),
        (
            of(&endpoint("tunnel.8", "channel-9"), IbcOrder::Unordered, "tunnel-1", "connection-3"),
            "tunnel-1 Unordered connection-3 tunnel.8",
        ),
        (
            of(&endpoint("wasm.liar", "channel-9"), IbcOrder::Unordered, "tunnel-1", "connection-3"),
            "tunnel-1 Unordered connection-3 wasm.liar",
        ),
        (of(&there, IbcOrder::Ordered, "tunnel-1", "connection-3"), "tunnel-1 Ordered connection-3 tunnel.7"),
        (of(&there, IbcOrder::Unordered, "ics20-1", "connection-3"), "ics20-1 Unordered connection-3 tunnel.7"),
    ] {
        let error = format!("a channel of {found:?} is not one of {expected:?}");
        assert_eq!(tunnel.shake_hands(channel.clone()).unwrap_err(), error);
        // Nor may a chain skip the question.
        assert_eq!(tunnel.call(Ibc::Connect(IbcChannelConnectMsg::new_confirm(channel))).unwrap_err(), error);
    }
    tunnel.shake_hands(usual(CHANNEL)).unwrap();
    assert_eq!(tunnel.shake_hands(usual("channel-6")).unwrap_err(), "the channel channel-5 is open already");
}

#[test]
fn a_packet_from_anybody_else_changes_nothing() {
    let mut tunnel = Tunnel::open();
    let good = packet(priced(4 * ONE, START));
    let over_another = tunnel.receive_over("channel-6", to_json_vec(&good).unwrap()).unwrap_err();
    assert_eq!(over_another, "packets come over channel-5, not over channel-6");
    let of_another = Packet { tunnel_id: Uint64::new(8), ..good.clone() };
    assert_eq!(tunnel.receive(&of_another).unwrap_err(), "the packet is of tunnel 8, not of 7");
    assert_eq!(tunnel.chain.flags(), [Flag::Missing]);

    tunnel.call(Ibc::Close(IbcChannelCloseMsg::new_confirm(usual("channel-6")))).unwrap();
    tunnel.receive(&good).unwrap();
    tunnel.call(Ibc::Close(IbcChannelCloseMsg::new_confirm(usual(CHANNEL)))).unwrap();
    tunnel.chain.wait(1);
    tunnel.receive(&packet(priced(5 * ONE, START + 1))).unwrap_err();
    tunnel.chain.assert_is("4", &[]);
    // A new channel goes on where the old one ended.
    tunnel.shake_hands(usual("channel-6")).unwrap();
    let next = to_json_vec(&packet(priced(4 * ONE + 2, START + 1))).unwrap();
    tunnel.receive_over("channel-6", next).unwrap();
    tunnel.chain.assert_is("4.000000002", &[]);
}

#[test]
fn a_packet_without_a_price_of_the_signal_changes_nothing() {
    let mut tunnel = Tunnel::open();
    tunnel.receive(&packet(priced(4 * ONE, START - 5))).unwrap();
    let good = priced(5 * ONE, START);
    let no_price = "the packet has no price of CS:ATOM-USD";
    for price in [
        SignalPrice { signal_id: "CS:ETH-USD".into(), ..good.clone() },
        SignalPrice { status: "PRICE_STATUS_NOT_READY".into(), ..good.clone() },
        SignalPrice { price: Uint64::zero(), ..good.clone() },
        SignalPrice { timestamp: Int64::MIN, ..good.clone() },
        SignalPrice { timestamp: Int64::MAX, ..good.clone() },
    ] {
        assert_eq!(tunnel.receive(&packet(price)).unwrap_err(), no_price);
    }
    for nonsense in ["", "{}", "null", r#"{"tunnel_id":7}"#] {
        tunnel.receive_over(CHANNEL, nonsense.into()).unwrap_err();
    }
    tunnel.chain.assert_is("4", &[]);
}

/// It would keep out all that follow.
#[test]
fn a_packet_from_the_future_changes_nothing() {
    let mut tunnel = Tunnel::open();
    let error = tunnel.receive(&packet(priced(4 * ONE, START + 1))).unwrap_err();
    let (time, now) = (START + 1, START);
    assert_eq!(error, format!("the price is of {time}.000000000, after this block's {now}.000000000"));
    tunnel.receive(&packet(priced(5 * ONE, START))).unwrap();
    tunnel.chain.assert_is("5", &[]);
}

#[test]
fn a_price_of_any_size_is_a_price_or_a_flag() {
    for (price, flag) in [(999, Flag::Invalid), (u64::MAX, Flag::Invalid)] {
        let mut tunnel = Tunnel::open();
        tunnel.receive(&packet(priced(price, START))).unwrap();
        assert_eq!(tunnel.chain.flags(), [flag], "{price}");
    }
}
