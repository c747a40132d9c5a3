//! The attribute `#[wire]`.
//!
//! It does what `cosmwasm_schema::cw_serde` does, but a type is not read by code of its own for every field: that is a
//! third of a contract's Wasm. JSON becomes a small tree first (one piece of code for all types), and from that each type
//! takes its fields by name. What is read, and what is refused, is the same.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{parse_macro_input, Attribute, Data, DataEnum, DeriveInput, Fields, Ident, Variant};

/// Derives what messages, answers and storage need. `#[serde(deny_unknown_fields)]` above a type holds for reading too.
#[proc_macro_attribute]
pub fn wire(_: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let (generics, types, bounds) = input.generics.split_for_impl();
    let strict = is_strict(&input.attrs);
    let (read, renamed) = match &input.data {
        Data::Struct(data) if matches!(&data.fields, Fields::Unnamed(one) if one.unnamed.len() == 1) => {
            (quote! { ::ballast_wire::Read::read(value).map(Self) }, quote!())
        }
        Data::Struct(data) => {
            let fields = take(quote!(#name), &data.fields, strict)?;
            (quote! { let mut fields = ::ballast_wire::Fields::of(value)?; #fields }, quote!())
        }
        Data::Enum(data) => (variants(data, strict)?, quote! { #[serde(rename_all = "snake_case")] }),
        Data::Union(_) => return Err(syn::Error::new_spanned(name, "a union has no form on the wire")),
    };
    Ok(quote! {
        #[derive(
            ::cosmwasm_schema::serde::Serialize,
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

        impl #generics ::ballast_wire::Read for #name #types #bounds {
            fn read(value: ::ballast_wire::Value<'_>) -> ::ballast_wire::Result<Self> {
                #read
            }
        }

        ::ballast_wire::deserialize_as_read!(#name);
    })
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

/// The fields of a struct or variant, from `fields`.
fn take(path: impl quote::ToTokens, fields: &Fields, strict: bool) -> syn::Result<TokenStream> {
    let Fields::Named(named) = fields else {
        return Err(syn::Error::new_spanned(fields, "fields on the wire have names"));
    };
    let names: Vec<&Ident> = named.named.iter().filter_map(|field| field.ident.as_ref()).collect();
    let texts: Vec<String> = names.iter().map(|name| name.to_string()).collect();
    let end = strict.then(|| quote! { fields.end()?; });
    Ok(quote! {
        let read = #path { #(#names: fields.take(#texts)?),* };
        #end
        Ok(read)
    })
}

fn variants(data: &DataEnum, strict: bool) -> syn::Result<TokenStream> {
    let mut arms = Vec::new();
    for Variant { ident, fields, .. } in &data.variants {
        let name = ident.to_string().to_snake_case();
        arms.push(match fields {
            Fields::Unit => quote! { (#name, None) => Ok(Self::#ident) },
            Fields::Unnamed(one) if one.unnamed.len() == 1 => {
                quote! { (#name, Some(value)) => Ok(Self::#ident(::ballast_wire::Read::read(value)?)) }
            }
            _ => {
                let fields = take(quote!(Self::#ident), fields, strict)?;
                quote! { (#name, Some(value)) => { let mut fields = ::ballast_wire::Fields::of(value)?; #fields } }
            }
        });
    }
    let names = data.variants.iter().map(|variant| variant.ident.to_string().to_snake_case());
    Ok(quote! {
        let (name, value) = value.variant()?;
        match (&*name, value) {
            #(#arms,)*
            (other, _) => Err(::ballast_wire::unknown_variant(other, &[#(#names),*])),
        }
    })
}
