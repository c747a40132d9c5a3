/// Adds `action` to `off`, sorted and without duplicates.
pub fn switch_off<A: Ord>(off: &mut Vec<A>, action: A) {
    if !off.contains(&action) {
        off.push(action);
        off.sort_unstable();
    }
}

/// Removes `actions` from `off`.
pub fn switch_on<A: PartialEq>(off: &mut Vec<A>, actions: &[A]) {
    off.retain(|action| !actions.contains(action));
}
