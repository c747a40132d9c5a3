//! Files as venues and tools publish them, each read into the one strict form.

mod orders;
mod refused;
mod support;
mod tables;
mod venues;
mod writing;
