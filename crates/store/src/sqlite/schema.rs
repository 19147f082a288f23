//! The migrations: numbered, never changed once released, only added to.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

pub(super) fn migrator() -> Migrator {
    let migration = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        migration(1, "records", include_str!("migrations/0001_records.sql")),
        migration(2, "mail", include_str!("migrations/0002_mail.sql")),
        migration(3, "lists", include_str!("migrations/0003_lists.sql")),
        migration(4, "push", include_str!("migrations/0004_push.sql")),
        migration(5, "by_time", include_str!("migrations/0005_by_time.sql")),
        migration(6, "calendars", include_str!("migrations/0006_calendars.sql")),
    ])
}
