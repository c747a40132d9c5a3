/// Adds `action` to what is off: in order, none twice.
pub fn switch_off<A: Ord>(off: &mut Vec<A>, action: A) {
    if !off.contains(&action) {
        off.push(action);
        off.sort_unstable();
    }
}

/// Takes `actions` from what is off.
pub fn switch_on<A: PartialEq>(off: &mut Vec<A>, actions: &[A]) {
    off.retain(|action| !actions.contains(action));
}
