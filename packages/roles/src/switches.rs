/// Adds `action` to what is off: in order, none twice.
pub fn switch_off<A: Ord>(off: &mut Vec<A>, action: A) {
    if let Err(place) = off.binary_search(&action) {
        off.insert(place, action);
    }
}

/// Takes `actions` from what is off.
pub fn switch_on<A: PartialEq>(off: &mut Vec<A>, actions: &[A]) {
    off.retain(|action| !actions.contains(action));
}
