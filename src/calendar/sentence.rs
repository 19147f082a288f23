//! What is said in a sentence, as an event. Pure.
