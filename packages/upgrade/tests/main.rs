//! Which storage a contract's code may be migrated to.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_upgrade::{set_storage_version, storage_version, Code, UpgradeError};
use cosmwasm_std::testing::MockStorage;
use cosmwasm_std::Storage;

const CODE: Code = Code { name: "ballast-test", version: "1.2.0", storage: 3 };

/// Storage that `code` has set up.
fn left_by(code: Code) -> MockStorage {
    let mut storage = MockStorage::new();
    code.install(&mut storage).unwrap();
    storage
}

#[test]
fn the_same_code_takes_over_and_nothing_changes() {
    let mut storage = left_by(CODE);
    CODE.migrate(&mut storage).unwrap();
    let version = cw2::get_contract_version(&storage).unwrap();
    assert_eq!((version.contract.as_str(), version.version.as_str()), ("ballast-test", "1.2.0"));
    assert_eq!(storage.get(b"storage_version").unwrap(), [0, 0, 0, 3]);
}

#[test]
fn newer_code_takes_over_the_same_storage_and_older_code_does_not() {
    let mut storage = left_by(Code { version: "1.1.9", ..CODE });
    CODE.migrate(&mut storage).unwrap();
    assert_eq!(cw2::get_contract_version(&storage).unwrap().version, "1.2.0");

    let error = CODE.migrate(&mut left_by(Code { version: "1.2.1", ..CODE })).unwrap_err();
    assert_eq!(error.to_string(), "Generic error: Cannot migrate from newer version (1.2.1) to older (1.2.0)");
}

#[test]
fn storage_of_another_contract_is_refused() {
    let error = CODE.migrate(&mut left_by(Code { name: "ballast-other", ..CODE })).unwrap_err();
    assert_eq!(error.to_string(), "Generic error: Cannot migrate from ballast-other to ballast-test");
}

#[test]
fn a_newer_storage_version_is_refused_even_of_the_same_code() {
    let error = CODE.migrate(&mut left_by(Code { storage: 4, ..CODE })).unwrap_err();
    assert_eq!(error, UpgradeError::UnknownStorage { found: 4, known: 3 });
    let text = "the storage has version 4, this code knows only 3: migrate to code that knows both";
    assert_eq!(error.to_string(), text);
}

#[test]
fn an_older_storage_version_without_steps_from_it_is_refused() {
    let error = CODE.migrate(&mut left_by(Code { version: "1.0.0", storage: 2, ..CODE })).unwrap_err();
    assert_eq!(error, UpgradeError::UnknownStorage { found: 2, known: 3 });
    let text = "the storage has version 2, this code knows only 3: migrate to code that knows both";
    assert_eq!(error.to_string(), text);
}

#[test]
fn storage_without_a_version_counts_as_0() {
    let mut storage = left_by(CODE);
    storage.remove(b"storage_version");
    assert_eq!(CODE.migrate(&mut storage), Err(UpgradeError::UnknownStorage { found: 0, known: 3 }));
}

#[test]
fn a_contract_that_has_brought_its_storage_up_to_date_is_taken_over() {
    let mut storage = left_by(Code { version: "1.0.0", storage: 2, ..CODE });
    assert_eq!(storage_version(&storage), 2);
    set_storage_version(&mut storage, 3);
    CODE.migrate(&mut storage).unwrap();
    // Big-endian: 1 and three zeros are not 1.
    set_storage_version(&mut storage, 0x0100_0000);
    assert_eq!(storage.get(b"storage_version").unwrap(), [1, 0, 0, 0]);
    assert_eq!(storage_version(&storage), 0x0100_0000);
}
