use ballast_math::{Base, MathError, Money, Purse, Quote, Shares};
use cosmwasm_std::{from_json, to_json_string, Uint128};

use crate::model::{assert_overflow, units};

#[test]
fn on_the_wire_and_in_its_schema_a_unit_is_the_bare_number() {
    assert_eq!(to_json_string(&(Base(units(1)), Quote(units(2)), Shares(units(3)))).unwrap(), r#"["1","2","3"]"#);
    assert_eq!(from_json::<Shares>(br#""3""#).unwrap(), Shares(units(3)));
    let schema = |root| to_json_string(&root).unwrap();
    let number = schema(cosmwasm_schema::schema_for!(Uint128));
    assert_eq!(schema(cosmwasm_schema::schema_for!(Base)), number);
    assert_eq!(schema(cosmwasm_schema::schema_for!(Quote)), number);
    assert_eq!(schema(cosmwasm_schema::schema_for!(Shares)), number);
}

#[test]
fn amounts_of_one_unit_add_up_and_give_only_what_is_there() {
    let (two, five) = (Quote(units(2)), Quote(units(5)));
    assert_eq!(two.plus(five), Ok(Quote(units(7))));
    assert_eq!(five.minus(two), Ok(Quote(units(3))));
    assert_eq!(two.minus(five), Err(MathError::negative(units(2), units(5))));
    assert_eq!((five.minus_or_zero(two), two.minus_or_zero(five)), (Quote(units(3)), Quote::ZERO));
    assert_overflow(Quote(Uint128::MAX).plus(Quote(units(1))));
}

#[test]
fn coins_go_into_the_pocket_of_their_unit_and_quote_is_money() {
    assert_eq!(Base(units(3)).purse(), Purse { base: units(3), quote: units(0) });
    assert_eq!(Quote(units(3)).purse(), Purse { base: units(0), quote: units(3) });
    assert_eq!(Quote(units(3)).money(), Money::from_amount(units(3)));
}

#[test]
fn in_texts_a_unit_is_its_number() {
    assert_eq!((Shares(units(7)).to_string(), String::from(Shares(units(7)))), ("7".to_string(), "7".to_string()));
}
