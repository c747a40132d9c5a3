//! What can be wrong with a node.

/// What is wrong with a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    Healthy,
    /// Looks up no transaction.
    NoIndex,
    /// Answers and takes transactions, and makes no block; its last one is this many seconds old.
    NoBlocks(u64),
    CatchingUp,
    /// Every second answer comes from a node that is far behind.
    Balancer,
    TooManyRequests,
    Http429,
    Html,
    /// Verifies the first transaction without a state.
    Restarted,
    OtherChain,
    /// Takes calls and never answers.
    Silent,
    /// Says that the chain is at this height.
    SaysHeight(u64),
    /// Asks a higher price of gas than the others (`minimum-gas-prices` of its own app.toml).
    DearGas,
    /// Answers `tx` with another transaction.
    OtherTx,
    /// Answers `tx` with an empty object.
    EmptyTx,
    /// Answers `tx` rightly, but for its height.
    TxHeight(u64),
    /// A gateway that has lost the node behind it.
    GatewayNotFound,
    /// Expects a sequence that is far ahead.
    Ahead,
    /// Knows no transaction, and an account of before it, at a height that no chain has.
    NeverHeard,
    /// Answers with the id of another call, and with that call's answer.
    OtherId,
    /// Takes transactions, makes blocks, and includes none.
    NeverIncludes,
    /// A proxy that sends what it is given to a second node when the first one's answer is lost.
    RetryingProxy,
    /// Makes blocks, whose time is so many seconds before this machine's: its clock runs ahead.
    ClockBehind(u64),
    /// Answers everything with an empty object, but `status`.
    Empty,
}

impl Behaviour {
    /// Every way to be wrong.
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
