//! Migrates the contracts of a deployment to the code of the artifacts, as the admin.

use serde_json::json;

use super::artifacts::Kind;
use super::{adopt, code, finish, recorded, Plan};
use crate::session::Session;
use crate::{Error, Msg, Result};

/// Runs `ballast-chain upgrade`; contracts that already run the artifacts' code are not changed.
///
/// # Errors
/// [`Error::User`] when there is no deployment, [`Error::Chain`] when the signer is not the admin or a contract
/// refuses, for example because its version is newer.
pub fn run(session: &Session) -> Result<()> {
    session.addresses()?;
    let signer = session.signer("owner")?;
    let mut plan = Plan::new(session, signer.address())?;
    let mut state = recorded(session, &mut plan)?;
    for kind in Kind::ALL {
        let (contract, hash) = (plan.address(kind).to_owned(), plan.hash(kind));
        if !adopt(session, &plan, kind, &mut state)? {
            return Err(Error::chain(format!("there is no {} at {contract}: deploy first", kind.name())));
        }
        if super::entry(&mut state, kind).code_hash.as_ref() == Some(&hash) {
            session.say(format_args!("the {} runs this code already", kind.name()))?;
            continue;
        }
        let code_id = code(session, &signer, &plan, kind, None)?;
        let what = format!("migrate the {} at {contract} to code {code_id}, hash {hash}", kind.name());
        session.confirm_and_send(&signer, &[Msg::Migrate { contract, code_id, msg: json!({}) }], &what)?;
        adopt(session, &plan, kind, &mut state)?;
    }
    finish(session, &plan, state)
}
