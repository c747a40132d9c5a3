use ballast_wasm_tests::{Artifact, Machine};

/// Storing an artifact runs the machine's static checks: exports, imports, memory, tables, size, capabilities.
#[test]
fn every_artifact_passes_the_static_checks_with_no_capability_but_iterator() {
    for artifact in Artifact::ALL {
        Machine::get().check(&artifact.bytes()).unwrap();
    }
}

#[test]
fn the_example_contract_passes_them_too() {
    Machine::get().check(&Artifact::Treasury.bytes()).unwrap();
}

#[test]
fn the_checksums_written_by_the_build_are_those_under_which_the_machine_stores() {
    let path = Artifact::directory().join("checksums.txt");
    let written = std::fs::read_to_string(&path).unwrap();
    for artifact in Artifact::ALL {
        let line = format!("{}  {}", Machine::get().checksum(artifact), artifact.file());
        assert!(written.lines().any(|l| l == line), "{line} is not in {}", path.display());
    }
}

/// The eight bytes at the start of any module.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

#[test]
fn what_is_no_contract_is_refused_with_the_reason() {
    let refused = |wasm: &[u8], why: &str| {
        let said = Machine::get().check(wasm).unwrap_err();
        assert!(said.contains(why), "expected «{why}» in: {said}");
    };
    refused(b"not a module", "magic");
    refused(MODULE, "memory");
}

#[test]
fn an_artifact_that_asks_for_another_capability_is_refused() {
    let refused = |export: &str| {
        let said = Machine::get().check(&with_export(&Artifact::Oracle.bytes(), export)).unwrap_err();
        assert!(said.contains("staking"), "expected the capability in: {said}");
    };
    refused("requires_staking");
    // the same module with a harmless name is accepted, so it is the name that is refused
    Machine::get().check(&with_export(&Artifact::Oracle.bytes(), "asks_for_nothing")).unwrap();
}

/// The module with one more export: its first function under this name.
fn with_export(wasm: &[u8], name: &str) -> Vec<u8> {
    const EXPORTS: u8 = 7;
    let mut at = MODULE.len();
    loop {
        let id = wasm[at];
        let (length, body) = leb128(wasm, at + 1);
        if id == EXPORTS {
            let (count, entries) = leb128(wasm, body);
            let mut section = to_leb128(count + 1);
            section.extend(to_leb128(name.len()));
            section.extend(name.as_bytes());
            // kind: function; index: the first, which is an import; the machine looks at the name
            section.extend([0, 0]);
            section.extend(&wasm[entries..body + length]);
            let mut module = wasm[..=at].to_vec();
            module.extend(to_leb128(section.len()));
            module.extend(section);
            module.extend(&wasm[body + length..]);
            return module;
        }
        at = body + length;
    }
}

/// A number at `at` and where the next byte is.
fn leb128(wasm: &[u8], mut at: usize) -> (usize, usize) {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = wasm[at];
        number |= usize::from(byte & 0x7f) << shift;
        (at, shift) = (at + 1, shift + 7);
        if byte & 0x80 == 0 {
            return (number, at);
        }
    }
}

fn to_leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = vec![];
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}
