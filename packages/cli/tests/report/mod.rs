//! What is printed, written and drawn, from an outcome made by hand.

mod figures;
mod made;
mod picture;
mod running;
mod series;
