//! The documents of the repository: links and paths that lead somewhere, tests that exist, a README that is read to its end.
#![allow(missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Most words of the top README.
const MAX_WORDS: usize = 900;

#[test]
fn every_relative_link_leads_to_a_file_and_every_anchor_to_a_heading() {
    let documents: BTreeMap<PathBuf, Document> =
        files("md").into_iter().map(|path| (path.clone(), Document::read(&path))).collect();
    assert!(documents.len() > 10, "only {} documents are found", documents.len());

    let mut dead = vec![];
    for (path, document) in &documents {
        for link in document.links.iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (file, anchor) =
                link.split_once('#').map_or((link.as_str(), None), |(file, anchor)| (file, Some(anchor)));
            let target = match file {
                "" => path.clone(),
                file => path.parent().expect("a folder").join(file),
            };
            let Ok(target) = target.canonicalize() else {
                dead.push(format!("{}: {link}: no such file", path.display()));
                continue;
            };
            let known = |anchor: &str| documents.get(&target).is_some_and(|to| to.anchors.contains(anchor));
            if anchor.is_some_and(|anchor| !known(anchor)) {
                dead.push(format!("{}: {link}: no such heading", path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
}

#[test]
fn the_readme_has_at_most_900_words() {
    let words = read(&root().join("README.md")).split_whitespace().count();
    assert!(words <= MAX_WORDS, "README.md has {words} words, at most {MAX_WORDS} are read: move some beside the code");
}

#[test]
fn every_test_that_the_list_of_invariants_names_exists() {
    let sources: String = files("rs").iter().map(|path| read(path)).collect();
    let list = Document::read(&root().join("tests/INVARIANTS.md"));
    let is_name = |code: &&String| code.contains('_') && code.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric());
    let names: Vec<&String> = list.codes.iter().filter(is_name).collect();
    assert!(names.len() > 50, "only {} tests are named", names.len());

    let forms = |name: &str| [format!("fn {name}("), format!("fn {name}<"), format!("\"{name}\"")];
    let exists = |name: &str| forms(name).iter().any(|form| sources.contains(form));
    let missing: Vec<_> = names.into_iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "tests/INVARIANTS.md names tests that do not exist: {missing:?}");
}

#[test]
fn every_path_that_a_document_names_exists() {
    let folders = ["contracts/", "packages/", "schema/", "scripts/", "tests/"];
    // Spans with words, wildcards or a NAME to be chosen are no paths.
    let is_path = |code: &&String| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"/._-".contains(&b);
        folders.iter().any(|folder| code.starts_with(folder)) && code.bytes().all(plain)
    };
    // What is in a crate is named from there on, in the README of the crate and beside a word of it.
    let sources: Vec<String> = files("rs").iter().map(|path| path.display().to_string()).collect();
    let in_a_crate = |code: &String| sources.iter().any(|path| path.contains(&format!("/{code}")));
    let exists = |code: &String| root().join(code).exists() || in_a_crate(code);
    let mut gone = vec![];
    for path in files("md") {
        let named = Document::read(&path).codes;
        let missing = named.iter().filter(is_path).filter(|code| !exists(code));
        gone.extend(missing.map(|code| format!("{}: {code}", path.display())));
    }
    assert!(gone.is_empty(), "paths that are not there:\n{}", gone.join("\n"));
}

/// What the tests look at in a document.
#[derive(Default)]
struct Document {
    links: Vec<String>,
    anchors: BTreeSet<String>,
    /// Text between backticks.
    codes: Vec<String>,
}

impl Document {
    fn read(path: &Path) -> Document {
        let text = read(path);
        let mut document = Document::default();
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    document.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => document.add_anchor(&heading.take().unwrap_or_default()),
                Event::Code(code) => {
                    heading.iter_mut().for_each(|heading| heading.push_str(&code));
                    document.codes.push(code.into_string());
                }
                Event::Text(text) => heading.iter_mut().for_each(|heading| heading.push_str(&text)),
                _ => {}
            }
        }
        document
    }

    /// As GitHub names headings: small letters, no punctuation, hyphens for spaces, a number where a name comes again.
    fn add_anchor(&mut self, heading: &str) {
        let kept = heading.trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let name: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let mut anchor = name.clone();
        for again in 1.. {
            if self.anchors.insert(anchor) {
                break;
            }
            anchor = format!("{name}-{again}");
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files with this extension, without what is built, installed or hidden.
fn files(extension: &str) -> Vec<PathBuf> {
    let (mut folders, mut found) = (vec![root()], vec![]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with('.') || matches!(name, "target" | "node_modules") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
