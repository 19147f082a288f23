//! The SQLite back end keeps every promise of the store.

store::conformance!(store::Store::open);
