//! Faults of a node.

/// A fault of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    Healthy,
    /// Has no index of transactions.
    NoIndex,
    /// Responds and accepts transactions, but makes no blocks. The last one is this many seconds old.
    NoBlocks(u64),
    CatchingUp,
    /// Every second response comes from a node that is far behind.
    Balancer,
    TooManyRequests,
    Http429,
    Html,
    /// Verifies the first transaction without any state.
    Restarted,
    OtherChain,
    /// Accepts calls and never responds.
    Silent,
    /// Claims that the chain is at this height.
    SaysHeight(u64),
    /// Requires a higher gas price than the others (`minimum-gas-prices` of its own app.toml).
    DearGas,
    /// Responds to `tx` with another transaction.
    OtherTx,
    /// Responds to `tx` with an empty object.
    EmptyTx,
    /// Responds to `tx` correctly, except for this height.
    TxHeight(u64),
    /// A gateway that has lost the node behind it.
    GatewayNotFound,
    /// Expects a sequence that is far ahead.
    Ahead,
    /// Does not have the transaction, and returns the account from before it, at an impossible height.
    NeverHeard,
    /// Responds with the id and the response of another call.
    OtherId,
    /// Accepts transactions and makes blocks, but includes none.
    NeverIncludes,
    /// A proxy that sends the same bytes to a second node if the first one's response is lost.
    RetryingProxy,
    /// Makes blocks whose time is this many seconds behind this machine's clock, which is fast.
    ClockBehind(u64),
    /// Responds to everything except `status` with an empty object.
    Empty,
}

impl Behaviour {
    /// All faults.
    pub const BAD: [Behaviour; 25] = [
        Behaviour::NoIndex,
        Behaviour::NoBlocks(0),
        Behaviour::NoBlocks(3_600),
        Behaviour::CatchingUp,
        Behaviour::Balancer,
        Behaviour::TooManyRequests,
        Behaviour::Http429,
        Behaviour::Html,
        Behaviour::Restarted,
        Behaviour::OtherChain,
        Behaviour::Silent,
        Behaviour::SaysHeight(1 << 63),
        Behaviour::SaysHeight(1_001_000),
        Behaviour::DearGas,
        Behaviour::OtherTx,
        Behaviour::EmptyTx,
        Behaviour::TxHeight(1 << 62),
        Behaviour::GatewayNotFound,
        Behaviour::Ahead,
        Behaviour::NeverHeard,
        Behaviour::OtherId,
        Behaviour::NeverIncludes,
        Behaviour::RetryingProxy,
        Behaviour::ClockBehind(120),
        Behaviour::Empty,
    ];
}
