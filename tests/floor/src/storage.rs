//! The keys of an area, and the lengths of their values.

use crate::msg::Area;
use cosmwasm_std::{StdError, StdResult, Storage};

/// Length of a key: one byte for the area, one for its number.
const KEY_BYTES: u32 = 2;
/// Slots are below this; the upper half of the first byte marks what is written.
pub const SLOTS: u8 = 128;

/// The byte that fills all values.
const PATTERN: u8 = b'.';

/// Writes what [`read`] reads. Empty values cannot be stored: their keys stay absent, and reading those costs the same.
pub fn fill(storage: &mut dyn Storage, slot: u8, area: Area) -> StdResult<()> {
    for (number, bytes) in values(area)?.filter(|(_, bytes)| *bytes > 0) {
        storage.set(&[below_limit(slot)?, number], &value(bytes)?);
    }
    Ok(())
}

/// Reads the whole area; fails if it is not what [`fill`] wrote, because the gas would differ.
pub fn read(storage: &dyn Storage, slot: u8, area: Area) -> StdResult<()> {
    for (number, bytes) in values(area)? {
        let found = storage.get(&[below_limit(slot)?, number]).map_or(0, |value| value.len());
        if u32::try_from(found).ok() != Some(bytes) {
            return Err(StdError::generic_err(format!(
                "slot {slot}, key {number}: {found} bytes, not {bytes}: fill it"
            )));
        }
    }
    Ok(())
}

/// Writes the whole area.
pub fn write(storage: &mut dyn Storage, slot: u8, area: Area) -> StdResult<()> {
    for (number, bytes) in values(area)? {
        if bytes == 0 {
            return Err(StdError::generic_err(format!(
                "{} keys in {} bytes: an empty value cannot be written",
                area.k, area.b
            )));
        }
        storage.set(&[written(slot)?, number], &value(bytes)?);
    }
    Ok(())
}

/// Removes this many keys. Whether they exist does not matter, not even for the gas.
pub fn remove(storage: &mut dyn Storage, slot: u8, keys: u8) -> StdResult<()> {
    for number in 0..keys {
        storage.remove(&[written(slot)?, u8::MAX.wrapping_sub(number)]);
    }
    Ok(())
}

/// Pairs of key number and value length, as equal as possible, the longer ones first.
fn values(area: Area) -> StdResult<impl Iterator<Item = (u8, u32)>> {
    let Area { k: keys, b: bytes } = area;
    let of_keys = u32::from(keys).saturating_mul(KEY_BYTES);
    let of_values = bytes
        .checked_sub(of_keys)
        .ok_or_else(|| StdError::generic_err(format!("{keys} keys alone are {of_keys} bytes, more than {bytes}")))?;
    let each = of_values.checked_div(u32::from(keys)).unwrap_or(0);
    let longer = of_values.checked_rem(u32::from(keys)).unwrap_or(0);
    Ok((0..keys).map(move |number| (number, each.saturating_add(u32::from(u32::from(number) < longer)))))
}

fn value(bytes: u32) -> StdResult<Vec<u8>> {
    let bytes = usize::try_from(bytes).map_err(|_| StdError::generic_err("a value beyond memory"))?;
    Ok(vec![PATTERN; bytes])
}

fn below_limit(slot: u8) -> StdResult<u8> {
    if slot < SLOTS {
        Ok(slot)
    } else {
        Err(StdError::generic_err(format!("slot {slot}: they end at {SLOTS}")))
    }
}

fn written(slot: u8) -> StdResult<u8> {
    Ok(below_limit(slot)? | SLOTS)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use cosmwasm_std::testing::MockStorage;
    use cosmwasm_std::Order;

    fn kept(storage: &MockStorage) -> Vec<(Vec<u8>, usize)> {
        storage.range(None, None, Order::Ascending).map(|(key, value)| (key, value.len())).collect()
    }

    #[test]
    fn bytes_are_keys_and_values_together() {
        let mut storage = MockStorage::new();
        // 17 bytes less three keys of 2: 11 = 4 + 4 + 3.
        write(&mut storage, 5, Area { k: 3, b: 17 }).unwrap();
        assert_eq!(kept(&storage), [(vec![133, 0], 4), (vec![133, 1], 4), (vec![133, 2], 3)]);
    }

    #[test]
    fn what_was_filled_can_be_read_and_nothing_else() {
        let mut storage = MockStorage::new();
        fill(&mut storage, 1, Area { k: 2, b: 10 }).unwrap();
        read(&storage, 1, Area { k: 2, b: 10 }).unwrap();
        let error = read(&storage, 1, Area { k: 2, b: 12 }).unwrap_err().to_string();
        assert!(error.contains("slot 1, key 0: 3 bytes, not 4"), "{error}");
        assert!(read(&storage, 2, Area { k: 2, b: 10 }).is_err());
    }

    #[test]
    fn a_key_without_a_value_stays_absent_and_can_be_read() {
        let mut storage = MockStorage::new();
        fill(&mut storage, 0, Area { k: 2, b: 5 }).unwrap();
        assert_eq!(kept(&storage), [(vec![0, 0], 1)]);
        read(&storage, 0, Area { k: 2, b: 5 }).unwrap();
    }

    #[test]
    fn impossible_areas_are_refused_with_their_numbers() {
        let mut storage = MockStorage::new();
        let error = write(&mut storage, 0, Area { k: 4, b: 7 }).unwrap_err().to_string();
        assert!(error.contains("4 keys alone are 8 bytes, more than 7"), "{error}");
        let error = write(&mut storage, 0, Area { k: 2, b: 5 }).unwrap_err().to_string();
        assert!(error.contains("2 keys in 5 bytes"), "{error}");
        let error = fill(&mut storage, 128, Area { k: 1, b: 9 }).unwrap_err().to_string();
        assert!(error.contains("slot 128"), "{error}");
    }

    #[test]
    fn removals_leave_what_was_written_by_the_same_execution() {
        let mut storage = MockStorage::new();
        write(&mut storage, 0, Area { k: 2, b: 6 }).unwrap();
        remove(&mut storage, 0, 3).unwrap();
        assert_eq!(kept(&storage).len(), 2);
    }
}
