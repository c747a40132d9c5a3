//! Files of venues and tools, each read into the strict form.

mod orders;
mod refused;
mod support;
mod tables;
mod venues;
mod writing;
