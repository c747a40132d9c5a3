//! A whole Ballast system on an embedded chain in one call, its sanity invariants, and a simulated world.
