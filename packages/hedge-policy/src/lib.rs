//! Pure hedge policy: state and parameters in, the next action out.
