//! `#[wire]` and `#[derive(Read)]`.
//!
//! Code that parses JSON for each type takes up a third of a contract's Wasm. Instead, JSON is parsed into a small tree
//! by the same code for all types, and each type takes its fields from that by name.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{parse_macro_input, Attribute, Data, DataEnum, DeriveInput, Fields, Ident, Variant};

/// Derives the same traits as `cosmwasm_schema::cw_serde`, with `Read` instead of serde's `Deserialize`.
#[proc_macro_attribute]
pub fn wire(_: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    let renamed = matches!(input.data, Data::Enum(_)).then(|| quote! { #[serde(rename_all = "snake_case")] });
    let derived = quote! {
        #[derive(
            ::cosmwasm_schema::serde::Serialize,
            ::ballast_wire::Read,
            ::std::clone::Clone,
            ::std::fmt::Debug,
            ::std::cmp::PartialEq,
            ::cosmwasm_schema::schemars::JsonSchema
        )]
        #[allow(clippy::derive_partial_eq_without_eq)]
        #[serde(crate = "::cosmwasm_schema::serde")]
        #renamed
        #[schemars(crate = "::cosmwasm_schema::schemars")]
        #input
    };
    derived.into()
}

/// Implements `ballast_wire::Read`, and `Deserialize` by means of it. Variants have snake case names;
/// `#[serde(deny_unknown_fields)]` is respected.
#[proc_macro_derive(Read, attributes(serde))]
pub fn read(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    implementation(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

fn implementation(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let strict = is_strict(&input.attrs);
    let read = match &input.data {
        Data::Struct(data) if is_newtype(&data.fields) => quote! { ::ballast_wire::Read::read(value).map(Self) },
        Data::Struct(data) => named_fields(quote!(Self), &data.fields, strict)?,
        Data::Enum(data) => variants(data, strict)?,
        Data::Union(_) => return Err(syn::Error::new_spanned(name, "a union has no form on the wire")),
    };
    Ok(quote! {
        impl ::ballast_wire::Read for #name {
            fn read(value: ::ballast_wire::Value<'_>) -> ::ballast_wire::Result<Self> {
                #read
            }
        }

        ::ballast_wire::deserialize_as_read!(#name);
    })
}

fn is_newtype(fields: &Fields) -> bool {
    matches!(fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1)
}

fn is_strict(attributes: &[Attribute]) -> bool {
    let mut strict = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            strict |= meta.path.is_ident("deny_unknown_fields");
            Ok(())
        });
    }
    strict
}

/// Reads a struct or a variant with named fields from `value`.
fn named_fields(path: TokenStream, fields: &Fields, strict: bool) -> syn::Result<TokenStream> {
    let Fields::Named(named) = fields else {
        return Err(syn::Error::new_spanned(fields, "fields on the wire have names"));
    };
    let names: Vec<&Ident> = named.named.iter().filter_map(|field| field.ident.as_ref()).collect();
    let texts = names.iter().map(|name| name.to_string());
    let end = strict.then(|| quote! { fields.end()?; });
    Ok(quote! {
        let mut fields = ::ballast_wire::Fields::of(value)?;
        let read = #path { #(#names: fields.take(#texts)?),* };
        #end
        Ok(read)
    })
}

fn variants(data: &DataEnum, strict: bool) -> syn::Result<TokenStream> {
    let mut arms = Vec::new();
    let mut names = Vec::new();
    for Variant { ident, fields, .. } in &data.variants {
        let name = ident.to_string().to_snake_case();
        arms.push(match fields {
            Fields::Unit => quote! { (#name, None) => Ok(Self::#ident) },
            one if is_newtype(one) => {
                quote! { (#name, Some(value)) => ::ballast_wire::Read::read(value).map(Self::#ident) }
            }
            several => {
                let read = named_fields(quote!(Self::#ident), several, strict)?;
                quote! { (#name, Some(value)) => { #read } }
            }
        });
        names.push(name);
    }
    Ok(quote! {
        let (name, value) = value.variant()?;
        match (&*name, value) {
            #(#arms,)*
            (other, _) => Err(::ballast_wire::unknown_variant(other, &[#(#names),*])),
        }
    })
}
